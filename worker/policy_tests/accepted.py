"""Gaps that a file of scenarios accepts, because nothing can close them, and why."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from rules.loading.toml_lines import rows_of
from worker.determinations.data import Data
from worker.policy_tests.gaps import (
    AnswerReached,
    EdgeReached,
    GapKey,
    ReasonReached,
    gap_of,
    value_in_words,
)
from worker.policy_tests.short_events import NotShort, tables

ReachedT = TypeVar("ReachedT", AnswerReached, ReasonReached, EdgeReached)

_FIELDS: Final = {"criterion": "answer", "reason": "", "parameter": "instead"}


class AcceptedGap(NamedTuple):
    """A gap that is accepted, by its row in the file."""

    row: int
    gap: GapKey
    why: str


def read_accepted(text: str) -> Iterator[AcceptedGap]:
    """Reads the `[[accepted]]` of a file that is TOML; raises `NotShort`."""
    rows = rows_of(text)
    written = tables(tomllib.loads(text).get("accepted", []), "accepted")
    for position, one in enumerate(written):
        row = rows.of_entry("accepted", position).row or 1
        yield AcceptedGap(row, _gap(one), str(one["why"]))


def with_accepted(
    reached: Iterable[ReachedT], accepted: Sequence[AcceptedGap]
) -> tuple[ReachedT, ...]:
    """Returns what was counted, each gap with why it is accepted."""
    why = {one.gap: one.why for one in accepted}
    return tuple(
        one if one.scenarios else one._replace(accepted=why.get(gap_of(one), "")) for one in reached
    )


def _gap(one: Data) -> GapKey:
    for of, field in _FIELDS.items():
        if one.keys() == {of, "why"} | ({field} if field else set()):
            return (of, str(one[of]), _in_words(one[field]) if field else "")
    raise NotShort(
        "accepted has criterion and answer, or reason, or parameter and instead; and why."
    )


def _in_words(written: Any) -> str:  # noqa: ANN401  # whatever TOML holds
    return value_in_words(tuple(written) if isinstance(written, list) else written)
