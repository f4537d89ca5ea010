"""What is answered of a study that nobody reads a finding of: the same as the finding says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Final, Literal

import pytest
from hypothesis import given

from rules.exclusivity.rivals import Exclusivity, answer_of, ask_exclusivity
from rules.exclusivity.strength import Rival, Strength
from rules.facts import Event, Fact
from rules.history.history import History
from rules.history.studies import Study
from rules.truth import Truth
from tests.rules.builders import authorization, pet_report, record, record_of, report
from tests.rules.deciding import seen
from tests.rules.nasty_members import effort, members, nasty_library

AFTER: Final[tuple[Literal["deny", "pend", "ignore"], ...]] = ("deny", "pend", "ignore")
AUTHORIZED: Final[tuple[Literal["pend", "deny"], ...]] = ("pend", "deny")


def choices(study: Study) -> Iterator[Exclusivity]:
    """The criterion of its day, with each choice that an answer may hang on."""
    if study.version is not None and study.version.exclusivity is not None:
        for after, authorized in product(AFTER, AUTHORIZED):
            yield study.version.exclusivity.with_answers(
                {"pet_after_mrs": after, "authorized_exclusivity": authorized}
            )


AN_MRS = report("S-1", "76390", on=0, result="unknown", diagnoses=("C71.1",))


@pytest.mark.parametrize(
    ("facts", "authorized", "expected"),
    [
        pytest.param([AN_MRS], "pend", Truth.MET, id="nothing_stands"),
        pytest.param([AN_MRS, pet_report()], "pend", Truth.NOT_MET, id="a_pet_stands"),
        pytest.param(
            [AN_MRS, pet_report(), authorization()], "pend", Truth.UNKNOWN, id="authorized"
        ),
        pytest.param(
            [AN_MRS, pet_report(), authorization()],
            "deny",
            Truth.NOT_MET,
            id="authorized_and_denied_all_the_same",
        ),
        pytest.param(
            [AN_MRS, pet_report(), authorization(through=-1)],
            "pend",
            Truth.NOT_MET,
            id="authorized_until_the_day_before",
        ),
    ],
)
def test_an_authorized_study_is_not_taken_back(
    facts: list[Fact], authorized: Literal["pend", "deny"], expected: Truth
) -> None:
    history = seen(History(record(*facts), nasty_library()))
    study = next(each for each in history.imaging.walked(date.min) if each.procedure == "76390")
    assert study.version is not None
    assert study.version.exclusivity is not None
    others = [each for each in history.imaging.walked(date.min) if each is not study]
    rivals = [Rival(other, Strength.YES) for other in others]
    criterion = study.version.exclusivity.with_answers({"authorized_exclusivity": authorized})

    assert expected is answer_of(study, rivals, history, criterion)
    assert expected is ask_exclusivity(study, rivals, history, criterion).answer


@given(members())
@effort(60)
def test_the_answer_alone_is_that_of_the_finding(events: list[Event]) -> None:
    history = seen(History(record_of(events), nasty_library()))
    walked = history.imaging.walked(date.min)

    for study, strength in product(walked, Strength):
        others = [other for other in walked if other.technique != study.technique]
        rivals = [Rival(other, strength) for other in others]
        for criterion in choices(study):
            finding = ask_exclusivity(study, rivals, history, criterion)

            assert finding.answer is answer_of(study, rivals, history, criterion)
