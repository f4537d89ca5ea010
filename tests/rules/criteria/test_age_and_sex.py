"""Who the member is: the age on the date of service, and the sex."""

from __future__ import annotations

from datetime import date

import pytest

from rules.terms_of_history import AgeTerms, SexTerms
from tests.rules.asking import said
from tests.rules.asking_of_history import ask, pointed
from tests.rules.builders import Day, authorization, claim, person, sent

MET = ("met", None)
OUTSIDE = ("not_met", "OUTSIDE")
OTHER = ("not_met", "OTHER")
UNKNOWN = ("unknown", "UNKNOWN")
ADULT = AgeTerms(least_years=18, most_years=64)
WOMEN, MEN = SexTerms(sex="female"), SexTerms(sex="male")


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        pytest.param(date(2007, 9, 15), MET, id="eighteen on the day"),
        pytest.param(date(2007, 9, 16), OUTSIDE, id="eighteen the day after"),
        pytest.param(date(1960, 9, 16), MET, id="sixty-five the day after"),
        pytest.param(date(1960, 9, 15), OUTSIDE, id="sixty-five on the day"),
        pytest.param(None, UNKNOWN, id="not on record"),
        pytest.param(date(2025, 9, 16), UNKNOWN, id="born after the service"),
    ],
)
def test_the_years_that_are_complete_on_the_date_of_service_count(
    born: date | None, expected: tuple[str, str | None]
) -> None:
    found = ask("age", ADULT, claim(), person(born))

    assert expected == said(found)


@pytest.mark.parametrize(
    ("terms", "born", "expected"),
    [
        pytest.param(AgeTerms(), 0, MET, id="neither end, born that day"),
        pytest.param(AgeTerms(least_years=1), 0, OUTSIDE, id="a year at least, born that day"),
        pytest.param(AgeTerms(most_years=0), 0, MET, id="none at most, born that day"),
        pytest.param(AgeTerms(least_years=1), date(1900, 1, 1), MET, id="at least, and very old"),
        pytest.param(AgeTerms(most_years=64), date(1900, 1, 1), OUTSIDE, id="at most, very old"),
    ],
)
def test_either_end_may_be_left_out(
    terms: AgeTerms, born: Day, expected: tuple[str, str | None]
) -> None:
    found = ask("age", terms, claim(), person(born))

    assert expected == said(found)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(date(2026, 2, 28), OUTSIDE, id="28 February"),
        pytest.param(date(2026, 3, 1), MET, id="1 March"),
    ],
)
def test_one_born_on_29_february_is_older_on_1_march(
    on: date, expected: tuple[str, str | None]
) -> None:
    found = ask("age", ADULT, claim(on=on, received=on), person(date(2008, 2, 29)))

    assert expected == said(found)


def test_nothing_on_record_is_unknown() -> None:
    assert UNKNOWN == said(ask("age", ADULT, claim()))
    assert UNKNOWN == said(ask("sex", WOMEN, claim()))


def test_the_latest_event_says_who_the_member_is() -> None:
    latest = sent(person(date(2000, 1, 1), "male"), 2, "e-b")
    earlier = sent(person(date(2020, 1, 1), "female"), 1, "e-a")

    for facts in ((latest, earlier), (earlier, latest)):
        assert MET == said(ask("age", ADULT, claim(), *facts))
        assert MET == said(ask("sex", MEN, claim(), *facts))


@pytest.mark.parametrize(
    ("terms", "sex", "expected"),
    [
        pytest.param(WOMEN, "female", MET, id="for women, a woman"),
        pytest.param(WOMEN, "male", OTHER, id="for women, a man"),
        pytest.param(MEN, "male", MET, id="for men, a man"),
        pytest.param(MEN, "female", OTHER, id="for men, a woman"),
        pytest.param(WOMEN, "other", UNKNOWN, id="neither on record"),
        pytest.param(MEN, "unknown", UNKNOWN, id="nothing on record"),
    ],
)
def test_the_sex_on_record_is_held_against_the_policys(
    terms: SexTerms, sex: str, expected: tuple[str, str | None]
) -> None:
    found = ask("sex", terms, claim(), person(sex=sex))

    assert expected == said(found)


@pytest.mark.parametrize(
    ("terms", "born", "because"),
    [
        pytest.param(ADULT, date(1961, 4, 30), "the member was 64 years old", id="inside"),
        pytest.param(ADULT, date(2020, 1, 1), "the member was 5 years old", id="outside"),
        pytest.param(ADULT, None, "the birth date is not on record", id="not on record"),
        pytest.param(ADULT, 1, "the birth date is after the service", id="after the service"),
    ],
)
def test_the_age_is_said_and_not_the_birth_date(
    terms: AgeTerms, born: Day | None, because: str
) -> None:
    found = ask("age", terms, claim(), person(born))

    assert because == found.because
    assert {"the_least_years": 18, "the_most_years": 64} == dict(found.parameters)


@pytest.mark.parametrize(
    ("terms", "parameters"),
    [
        pytest.param(AgeTerms(least_years=18), {"the_least_years": 18}, id="at least"),
        pytest.param(AgeTerms(most_years=64), {"the_most_years": 64}, id="at most"),
        pytest.param(AgeTerms(), {}, id="neither"),
    ],
)
def test_an_end_that_is_left_out_is_no_parameter(
    terms: AgeTerms, parameters: dict[str, object]
) -> None:
    found = ask("age", terms, claim(), person())

    assert parameters == dict(found.parameters)


@pytest.mark.parametrize(
    ("sex", "because"),
    [
        pytest.param("female", "the sex on record is female", id="the same"),
        pytest.param("male", "the sex on record is male", id="another"),
        pytest.param("other", "the sex on record is other", id="neither"),
        pytest.param("unknown", "the sex is not on record", id="nothing"),
    ],
)
def test_the_sex_on_record_is_said(sex: str, because: str) -> None:
    found = ask("sex", WOMEN, claim(), person(sex=sex))

    assert because == found.because
    assert {"the_sex": "female"} == dict(found.parameters)


@pytest.mark.parametrize(
    ("kind", "terms"), [pytest.param("age", ADULT, id="age"), pytest.param("sex", MEN, id="sex")]
)
def test_an_authorization_lifts_it(kind: str, terms: AgeTerms | SexTerms) -> None:
    found = ask(kind, terms, claim(), person(-1), authorization())

    assert MET == said(found)
    assert ["A-1"] == pointed(found)
