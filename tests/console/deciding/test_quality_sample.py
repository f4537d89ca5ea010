"""Some decided lines are judged again by another person, who does not see the decision."""

from __future__ import annotations

from itertools import count

import pytest
from starlette.testclient import TestClient

from console.deciding.case_state import id_of
from console.deciding.cases import Case
from console.deciding.samples import is_sampled, read_sample
from tests.support.console_day import ConsoleDay
from tests.support.decisions import WORDS, Form, decided, latest, pended_case, taken

pytestmark = pytest.mark.xdist_group("console_sample")

NEW_YORK = "sample-ny-commercial"
ONE_IN = 4
_names = count()


@pytest.mark.parametrize(
    ("one_in", "expected"),
    [
        pytest.param(None, 0, id="no_sample"),
        pytest.param(1, 4000, id="every_line"),
        pytest.param(4, 1004, id="one_in_four"),
        pytest.param(400, 14, id="one_in_four_hundred"),
    ],
)
def test_how_many_lines_are_drawn_follows_the_plan(one_in: int | None, expected: int) -> None:
    drawn = [number for number in range(4000) if is_sampled(f"d-{number}", one_in)]

    assert len(drawn) == expected
    assert drawn == [number for number in range(4000) if is_sampled(f"d-{number}", one_in)]


def a_case(day: ConsoleDay, drawn: bool) -> Case:
    """A decided case of a plan with a sample, which is drawn or is not."""
    while True:
        case = pended_case(day, f"sample-{next(_names)}", NEW_YORK)
        if is_sampled(id_of(latest(day, case)), ONE_IN) is drawn:
            return case


def decided_case(day: ConsoleDay, drawn: bool = True) -> Case:
    case = a_case(day, drawn)
    browser = day.logged_in("reviewer", "R-1")
    decided(browser, case, taken(browser, case), reason="What R-1 wrote.")
    day.work_off()
    assert latest(day, case)["outcome"] == "approved"
    return case


def address(day: ConsoleDay, case: Case) -> str:
    """The page on which a line of the sample is judged."""
    waiting, judged = read_sample(day.redis, "mrs")
    lines = [*waiting, *(each.line for each in judged)]
    (line,) = [each for each in lines if each.as_case == case]
    return f"/sample/judge?{case.query}&determination={line.determination}"


def judged(browser: TestClient, where: str, **typed: str) -> int:
    fields = Form(browser.get(where).text, "/sample/judge").fields
    return browser.post(where, data=fields | {"reason": WORDS} | typed).status_code


def test_a_line_that_is_drawn_waits_for_somebody_who_has_not_decided_it(
    console_day: ConsoleDay,
) -> None:
    case, other = decided_case(console_day), decided_case(console_day, drawn=False)
    second, first = console_day.logged_in("reviewer", "R-2"), console_day.logged_in(person="R-1")

    listed = second.get("/sample").text

    assert case.claim_id in listed
    assert f"claim={other.claim_id}&" not in listed
    assert case.claim_id not in first.get("/sample").text
    assert first.get(address(console_day, case)).status_code == 403


def test_the_second_person_sees_no_decision(console_day: ConsoleDay) -> None:
    case = decided_case(console_day)
    second = console_day.logged_in("reviewer", "R-2")

    page = second.get(address(console_day, case)).text

    form = Form(page, "/sample/judge")
    assert "conventional imaging" in page
    assert not any(said in page for said in ("What R-1 wrote", "REVIEWED", "R-1"))
    assert form.checked == []


def test_what_the_second_person_says_is_recorded_and_decides_nothing(
    console_day: ConsoleDay,
) -> None:
    alike, otherwise = decided_case(console_day), decided_case(console_day)
    second, senior = console_day.logged_in(person="R-2"), console_day.logged_in("senior", "S-1")

    assert 303 == judged(second, address(console_day, alike), decision="approved")
    assert 303 == judged(second, address(console_day, otherwise), decision="denied")
    console_day.work_off()

    said = {each.line.as_case: each for each in read_sample(console_day.redis, "mrs")[1]}
    assert (said[alike].agrees, said[otherwise].agrees) == (True, False)
    assert latest(console_day, otherwise)["outcome"] == "approved"
    page = senior.get("/sample/agreement").text
    assert alike.claim_id in page
    assert f"{len(said)} judged, {sum(each.agrees for each in said.values())} alike" in page
    assert "R-2" in page


def test_the_first_judgement_stands(console_day: ConsoleDay) -> None:
    case = decided_case(console_day)
    where = address(console_day, case)
    for person, decision in (("R-2", "approved"), ("R-3", "denied")):
        judged(console_day.logged_in(person=person), where, decision=decision)

    said = {each.line.as_case: each for each in read_sample(console_day.redis, "mrs")[1]}

    assert (said[case].judgement.by, said[case].judgement.decision) == ("R-2", "approved")


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param({"decision": "approved", "reason": " "}, id="a_blank_reason"),
        pytest.param({"decision": ""}, id="no_decision"),
    ],
)
def test_a_judgement_with_a_fault_comes_back_filled(
    console_day: ConsoleDay, typed: dict[str, str]
) -> None:
    case = decided_case(console_day)
    second = console_day.logged_in(person="R-2")
    where = address(console_day, case)
    fields = Form(second.get(where).text, "/sample/judge").fields

    answer = second.post(where, data=fields | {"reason": WORDS} | typed)

    assert answer.status_code == 422
    assert Form(answer.text, "/sample/judge").fields["reason"] == typed.get("reason", WORDS)


def test_only_a_line_of_the_sample_can_be_judged(console_day: ConsoleDay) -> None:
    case, other = decided_case(console_day), decided_case(console_day)
    second = console_day.logged_in(person="R-2")
    determination = address(console_day, case).partition("determination=")[2]

    for where in (
        f"/sample/judge?{case.query}",
        f"/sample/judge?{case.query}&determination=d-none",
        f"/sample/judge?{other.query}&determination={determination}",
    ):
        assert second.get(where).status_code == 404


def test_how_often_all_agree_is_for_seniors_and_auditors(console_day: ConsoleDay) -> None:
    asked = [
        console_day.logged_in(role, "X-1").get("/sample/agreement").status_code
        for role in ("reviewer", "senior", "auditor")
    ]

    assert asked == [403, 200, 200]
