"""
What a determination says apart from its wording, and where two programs say it otherwise.

Outcome, codes, answers and evidence follow from the events by the library, whichever program
derives them. The words for people are the program's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from worker.determinations.data import ORDER_DEPENDENT, Data

_LATER: Final = frozenset({"decided_by", "review_ignored"})
"""What programs that did not name themselves did not say yet."""

_LATER_OF_REVIEWS: Final = frozenset({"reviewer_id", "credential", "level"})


def substance_of(data: Data, *, as_before: bool = False) -> dict[str, Any]:
    """
    The determination without words, and without the name of the program.

    `as_before`: also without what a program that does not name itself could not say.
    """
    said = {name: value for name, value in data.items() if not (as_before and name in _LATER)}
    said["policy"] = _without(data["policy"], {"program"})
    said["needs"] = [need["code"] for need in data["needs"]]
    said["findings"] = [_without(finding, {"because"}) for finding in data["findings"]]
    if as_before and said["review"] is not None:
        said["review"] = _without(said["review"], _LATER_OF_REVIEWS)
    return said


def differences(published: Data, derived: Data) -> dict[str, tuple[Any, Any]]:
    """Fields in which two determinations differ apart from their wording, with both values."""
    as_before = program_of(published) is None
    was = substance_of(published, as_before=as_before)
    is_now = substance_of(derived, as_before=as_before)
    return {
        name: (was.get(name), is_now.get(name))
        for name in sorted({*was, *is_now})
        if was.get(name) != is_now.get(name) or (name in was) != (name in is_now)
    }


def is_reworded(published: Data, derived: Data) -> bool:
    """Whether two that do not differ apart from their wording differ in that."""
    return _words_of(published) != _words_of(derived)


def program_of(data: Data) -> str | None:
    """The program that derived it, as it says."""
    program = data["policy"].get("program")
    return program if isinstance(program, str) else None


def at_rest(data: Data) -> Data:
    """What follows from the events alone, whatever was published before."""
    return {name: value for name, value in data.items() if name not in ORDER_DEPENDENT}


def _words_of(data: Data) -> tuple[list[str], list[str]]:
    needs, findings = data["needs"], data["findings"]
    return [need["text"] for need in needs], [finding["because"] for finding in findings]


def _without(fields: Mapping[str, Any], names: frozenset[str] | set[str]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in names}
