"""What has changed between the determination that a form was made from and the one that holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from console.deciding.case_state import CaseState, id_of
from worker.determinations.data import Data


class CaseChange(NamedTuple):
    """One thing that is otherwise now."""

    what: str
    before: str
    now: str


def changes_since(
    standing: CaseState, determination: str, record_version: str
) -> tuple[CaseChange, ...]:
    """What has changed; at least how many events are known of the member."""
    before = next((each for each in standing.revisions if id_of(each) == determination), None)
    found = [] if before is None else list(_differences(before, standing.latest))
    if record_version != str(standing.record_version):
        said = record_version if record_version.isdigit() else "not known"
        found.append(CaseChange("events known of the member", said, str(standing.record_version)))
    return tuple(found)


def _differences(before: Data, now: Data) -> Iterator[CaseChange]:
    for name in ("revision", "outcome", "reason", "due_on"):
        if before[name] != now[name]:
            yield CaseChange(_spaced(name), _said(before[name]), _said(now[name]))
    earlier = {finding["criterion"]: finding for finding in before["findings"]}
    for finding in now["findings"]:
        known = earlier.get(finding["criterion"])
        answers = _answer(known), _answer(finding)
        if answers[0] != answers[1]:
            yield CaseChange(_spaced(finding["criterion"]), *answers)


def _answer(finding: Data | None) -> str:
    if finding is None:
        return "not asked"
    return f"{_spaced(finding['answer'])}: {finding['because']}"


def _said(value: object) -> str:
    return (
        "none"
        if value is None
        else _spaced(str(value))
        if value == "not_applicable"
        else str(value)
    )


def _spaced(name: str) -> str:
    return name.replace("_", " ")
