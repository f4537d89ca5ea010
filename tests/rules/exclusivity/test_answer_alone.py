"""What is answered of a study that nobody reads a finding of: the same as the finding says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Final, Literal

from hypothesis import given

from rules.exclusivity.rivals import answer_of, ask_exclusivity
from rules.exclusivity.strength import Rival, Strength
from rules.facts import Event
from rules.history.history import History
from rules.history.studies import Study
from rules.library_model import Parameters
from tests.rules.builders import record_of
from tests.rules.nasty_members import effort, members, nasty_library

AFTER: Final[tuple[Literal["deny", "pend", "ignore"], ...]] = ("deny", "pend", "ignore")
AUTHORIZED: Final[tuple[Literal["pend", "deny"], ...]] = ("pend", "deny")


def choices(study: Study) -> Iterator[Parameters]:
    """The parameters of its day, with each choice that an answer may hang on."""
    if study.version is not None:
        for after, authorized in product(AFTER, AUTHORIZED):
            yield replace(
                study.version.parameters, pet_after_mrs=after, authorized_exclusivity=authorized
            )


@given(members())
@effort(60)
def test_the_answer_alone_is_that_of_the_finding(events: list[Event]) -> None:
    history = History(record_of(events), nasty_library())
    walked = history.imaging.walked(date.min)

    for study, strength in product(walked, Strength):
        others = [other for other in walked if other.technique != study.technique]
        rivals = [Rival(other, strength) for other in others]
        for parameters in choices(study):
            finding = ask_exclusivity(study, rivals, history, parameters)

            assert finding.answer is answer_of(study, rivals, history, parameters)
