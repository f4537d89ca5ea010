"""The picture of a timeline: where things are drawn, and what is left to the table."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from console.claim.picture import LEFT, WIDTH, picture
from console.claim.timeline_table import entries, person_words
from rules.determination import Evidence
from worker.explain.timeline import (
    AttestedImaging,
    KnownAuthorization,
    KnownPerson,
    KnownStudy,
    KnownTherapy,
    KnownTreatment,
    MemberTimeline,
    StudyPart,
    Window,
)

DAY = date(2025, 6, 16)
LOOKBACK = Window("conventional_lookback", "conventional", DAY - timedelta(180), DAY, 180)


def study(days_before: int, kind="conventional", **changes) -> KnownStudy:
    on = DAY - timedelta(days_before)
    part = StudyPart(Evidence("report", id=f"S-{days_before}"), None, None)
    known = KnownStudy(on, kind, "70553", (part,), ("performed",), "limited", is_asked=False)
    return known._replace(**changes)


def timeline(*studies: KnownStudy, **changes) -> MemberTimeline:
    return MemberTimeline(DAY, studies, (), (), (), (LOOKBACK,), ("MRS", "PET"))._replace(**changes)


def drawn(known: MemberTimeline):
    found = picture(known, entries(known, "M-1"))
    assert found is not None
    return found


def test_a_later_day_is_further_right_and_all_is_inside():
    found = drawn(timeline(study(100), study(10)))

    first, second = found.marks
    assert LEFT <= first.x < second.x < (found.line_x or 0) < WIDTH


def test_a_window_reaches_to_the_line_on_the_row_that_it_is_about():
    (bar,) = (found := drawn(timeline(study(100)))).windows

    assert found.line_x == pytest.approx(bar.x + bar.width)
    assert found.tracks[0].y <= bar.y < bar.y + bar.height <= found.tracks[1].y


@pytest.mark.parametrize(
    ("known", "letter"),
    [
        pytest.param(study(9), "L", id="limited"),
        pytest.param(study(9, result="conclusive"), "C", id="conclusive"),
        pytest.param(study(9, result="unknown"), "?", id="not_known"),
        pytest.param(study(9, kind="watched", result="unknown"), "", id="a_pet_has_no_letter"),
    ],
)
def test_a_letter_says_the_result_of_conventional_imaging(known, letter):
    assert [letter] == [mark.text for mark in drawn(timeline(known)).marks]


@pytest.mark.parametrize(
    ("statuses", "is_firm"),
    [
        pytest.param(("paid",), True, id="paid"),
        pytest.param(("denied", "performed"), True, id="a_part_was_done"),
        pytest.param(("denied",), False, id="denied"),
        pytest.param(("pending",), False, id="pending"),
    ],
)
def test_what_was_not_done_is_hollow(statuses, is_firm):
    (mark,) = drawn(timeline(study(9, statuses=statuses))).marks

    assert is_firm is mark.is_firm


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(("brain PET", "MRS"), ["MRI or CT", "MRS", "brain PET"], id="both"),
        pytest.param(("brain PET", ""), ["MRI or CT", "brain PET"], id="nothing_is_watched"),
    ],
)
def test_rows_have_the_words_of_the_policy_and_none_is_empty(words, expected):
    found = drawn(timeline(study(9, kind="decided"), words=words))

    assert expected == [track.name for track in found.tracks[:-2]]
    heights = [track.y for track in found.tracks]
    assert {44} == {below - above for above, below in pairwise(heights)}
    assert "1 brain PET" in found.description


def test_a_window_says_in_the_words_of_the_policy_what_it_is_for():
    window = Window("exclusivity", "watched", DAY - timedelta(30), DAY, 30)

    (bar,) = drawn(timeline(windows=(window,), words=("brain PET", "MRS"))).windows

    assert bar.title.endswith("MRS and brain PET are held against each other")


def test_marks_that_touch_are_one_with_their_number():
    found = drawn(timeline(*(study(50 + number) for number in range(3)), study(20)))

    assert ["3", "L"] == [mark.text for mark in found.marks]


def test_of_many_at_one_place_ten_are_named():
    (mark,) = drawn(timeline(*(study(50) for _ in range(12)))).marks

    assert mark.title.endswith("; and 2 more")


def test_the_line_in_question_is_never_drawn_together_with_others():
    asked = study(0, kind="decided", is_asked=True)

    marks = drawn(timeline(study(1, kind="decided"), asked)).marks

    assert [False, True] == [mark.is_asked for mark in marks]


@pytest.mark.parametrize(
    ("days", "left_out"), [pytest.param(730, 0, id="two_years"), pytest.param(760, 1, id="longer")]
)
def test_what_is_far_away_is_in_the_table_alone(days, left_out):
    assert left_out == drawn(timeline(study(days))).left_out


def test_a_thousand_studies_make_a_picture_that_can_be_read():
    found = drawn(timeline(*(study(number) for number in range(1000))))

    assert len(found.marks) < 60
    assert len(found.ticks) <= 14


def test_treatments_authorizations_and_attestations_have_rows():
    known = timeline(
        treatments=(KnownTreatment(DAY, "surgery", Evidence("treatment", id="T-1")),),
        authorizations=(KnownAuthorization("A-1", "76390", DAY, DAY, "denied"),),
        attested=(AttestedImaging(DAY, "C-1", None),),
    )

    found = drawn(known)

    assert {"treatment", "conventional"} == {mark.kind for mark in found.marks}
    assert [("authorization", False)] == [(bar.kind, bar.is_firm) for bar in found.bars]
    assert "1 Treatment, 1 Authorization, 1 Attestation" in found.description


def test_where_nothing_is_known_nothing_is_drawn():
    assert picture(timeline(line_on=None, windows=()), []) is None


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_first_and_the_last_day_that_there_are_can_be_drawn(day):
    known = timeline(study(0, on=day), line_on=day, windows=())

    assert 1 == len(drawn(known).marks)


def test_rows_say_how_far_away_and_in_which_window_things_are():
    known = timeline(study(181), study(180), study(0), study(-1))

    said = [(one.apart, len(one.within)) for one in entries(known, "M-1")]

    assert [("1 day after", 0), ("the same day", 1), ("180 days before", 1)] == said[:3]
    assert ("181 days before", 0) == said[3]


def test_an_authorization_that_covers_the_day_says_so():
    span = (DAY - timedelta(5), DAY + timedelta(5))
    known = timeline(authorizations=(KnownAuthorization("A-1", "76390", *span, "approved"),))

    assert ["covers the day"] == [one.apart for one in entries(known, "M-1")]


def test_a_broken_off_study_says_so():
    (one,) = entries(timeline(study(3, is_discontinued=True, statuses=())), "M-1")

    assert "begun and broken off" == one.said


@pytest.mark.parametrize(
    ("last", "outcome", "expected"),
    [
        pytest.param(DAY, "unknown", "ended", id="that ended"),
        pytest.param(DAY, "not_tolerated", "ended, not tolerated", id="that was not tolerated"),
        pytest.param(None, "failed", "end not known, failed", id="whose end nobody says"),
    ],
)
def test_a_therapy_is_a_row_of_the_table_and_no_mark(last, outcome, expected):
    therapy = KnownTherapy(DAY - timedelta(30), last, "T-1", "N03AX09", outcome)
    known = timeline(therapies=(therapy,))

    (row,) = entries(known, "M-1")

    assert ("therapy", "N03AX09", expected) == (row.kind, row.what, row.said)
    assert (therapy.first, last or therapy.first) == (row.first, row.last)
    assert () == drawn(known).marks


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        pytest.param(KnownPerson(64, "female"), "Age 64 on the day of this line, sex female."),
        pytest.param(KnownPerson(0, "unknown"), "Age 0 on the day of this line."),
        pytest.param(KnownPerson(None, "other"), "Sex other."),
        pytest.param(KnownPerson(None, "unknown"), ""),
    ],
    ids=["both", "the age alone", "the sex alone", "neither"],
)
def test_what_is_known_of_a_person_is_a_sentence(person, expected):
    assert expected == person_words(person)
