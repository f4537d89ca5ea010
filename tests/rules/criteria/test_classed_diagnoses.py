"""Criterion 7: denied only where every diagnosis was looked at; what nobody classed is held."""

from __future__ import annotations

import pytest

from tests.rules.builders import LIMITED_MRI, claim, line
from tests.rules.deciding import answer, decide_line, finding

UNCLEAR = ("unknown", "INDICATION_UNCLEAR")
NONE = ("not_met", "INVESTIGATIONAL_INDICATION")


@pytest.mark.parametrize(
    ("diagnoses", "expected"),
    [
        pytest.param(("I10",), NONE, id="one unrelated"),
        pytest.param(("I10", "C61", "F44.5"), NONE, id="several unrelated"),
        pytest.param(("R06.5",), NONE, id="an unrelated symptom"),
        pytest.param(("I10", "Z79.01"), NONE, id="with a Z circumstance"),
        pytest.param(("I10", "V89.2XXA"), NONE, id="with a V circumstance"),
        pytest.param(("I10", "W19.XXXA"), NONE, id="with a W circumstance"),
        pytest.param(("I10", "X58.XXXA"), NONE, id="with an X circumstance"),
        pytest.param(("I10", "Y83.1"), NONE, id="with a Y circumstance"),
        pytest.param(("I10", "Z85.46", "Y92.9"), NONE, id="with several circumstances"),
        pytest.param(("Z79.01",), UNCLEAR, id="a circumstance alone"),
        pytest.param(("Z79.01", "W19.XXXA"), UNCLEAR, id="circumstances alone"),
        pytest.param(("R42",), UNCLEAR, id="a symptom that nobody classed"),
        pytest.param(("I63.9",), UNCLEAR, id="a disease that nobody classed"),
        pytest.param(("I10", "R42"), UNCLEAR, id="an open symptom beside an unrelated one"),
        pytest.param(("I10", "I63.9"), UNCLEAR, id="an open disease beside an unrelated one"),
        pytest.param(("Z79.01", "I63.9"), UNCLEAR, id="an open disease and a circumstance"),
        pytest.param(("I10", "D49.6"), UNCLEAR, id="a suspected tumour beside high blood pressure"),
        pytest.param(("I10", "Z92.3"), UNCLEAR, id="a Z code that is suggestive is none"),
        pytest.param(("I10", "Y84.2"), UNCLEAR, id="a Y code that is suggestive is none"),
        pytest.param(("I10", "G37.4"), UNCLEAR, id="a listed code without a purpose"),
        pytest.param(("I10", "A54.82"), UNCLEAR, id="a documented one"),
        pytest.param(("A54.82",), UNCLEAR, id="an abscess whose code is on no list of the policy"),
        pytest.param(("A02.0",), NONE, id="under a heading that was classed"),
        pytest.param(("A02.1",), UNCLEAR, id="taken out of it, a single code"),
        pytest.param(("A02.20",), UNCLEAR, id="taken out of it, another one"),
        pytest.param(("R00.0",), NONE, id="a symptom under a classed heading"),
        pytest.param(("R00.1",), UNCLEAR, id="a symptom taken out of it"),
        pytest.param(("B15.9",), NONE, id="hepatitis"),
        pytest.param(("B15.0",), UNCLEAR, id="hepatitis with coma"),
        pytest.param(("C79.89",), UNCLEAR, id="spread to a site that is not told"),
        pytest.param(("I10", "C71"), NONE, id="a heading beside it says nothing"),
        pytest.param(("I10", "C71.99"), NONE, id="nor does a code that does not exist"),
        pytest.param(("Z79.01", "C71"), UNCLEAR, id="a circumstance and a heading"),
    ],
)
def test_a_line_is_denied_only_where_every_diagnosis_was_looked_at(
    diagnoses: tuple[str, ...], expected: tuple[str, str | None]
) -> None:
    given = decide_line(claim(diagnoses=diagnoses), LIMITED_MRI)
    other_way_round = decide_line(claim(diagnoses=diagnoses[::-1]), LIMITED_MRI)

    assert [expected, expected] == [answer(one, "indication") for one in (given, other_way_round)]


@pytest.mark.parametrize(
    ("pointers", "expected"),
    [
        pytest.param((1,), NONE, id="the unrelated one"),
        pytest.param((1, 3), NONE, id="with the circumstance"),
        pytest.param((1, 2), UNCLEAR, id="with the open one"),
        pytest.param((3,), UNCLEAR, id="the circumstance alone"),
        pytest.param((), UNCLEAR, id="none named: all of them"),
    ],
)
def test_of_a_claim_s_diagnoses_those_of_the_line_are_looked_at(
    pointers: tuple[int, ...], expected: tuple[str, str | None]
) -> None:
    pointed = claim(diagnoses=("I10", "I63.9", "Z79.01"), lines=(line(pointers=pointers),))

    assert expected == answer(decide_line(pointed, LIMITED_MRI), "indication")


@pytest.mark.parametrize(
    ("diagnoses", "expected"),
    [
        pytest.param(("I10", "Z79.01"), "none of the policy's indications: I10, Z79.01", id="none"),
        pytest.param(("I10", "D49.6"), "too little by itself: D49.6", id="suggested"),
        pytest.param(("G37.4", "I10"), "too little by itself: G37.4", id="listed without one"),
        pytest.param(
            ("R42", "Z79.01"),
            "names a symptom or circumstance and no disease: R42, Z79.01",
            id="no disease",
        ),
        pytest.param(
            ("I10", "I63.9", "Z79.01"),
            "not classed, for a person to judge: I63.9",
            id="not classed",
        ),
    ],
)
def test_the_finding_names_the_diagnoses_that_it_is_about(
    diagnoses: tuple[str, ...], expected: str
) -> None:
    decided = decide_line(claim(diagnoses=diagnoses), LIMITED_MRI)

    assert expected == finding(decided, "indication").because
