"""The page of `library show --html`: whole, in order, and with the reason of each code."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library, read_changes, read_policy
from rules.plans import PlanPeriod
from rules.policy.reading import read_out
from worker.library_views.code_answers import code_answer
from worker.library_views.code_book import CodeBook, read_code_book
from worker.library_views.elements import text
from worker.library_views.html import LibraryPages, page
from worker.library_views.library_body import answer_body, authorities_body, plans_body


@cache
def shipped() -> Library:
    return load_library(SHIPPED)


@cache
def book() -> CodeBook:
    return read_code_book(SHIPPED, "6.01.03", shipped().versions[-1])


@cache
def whole_page() -> str:
    reading = read_out(read_policy(SHIPPED)[-1], shipped(), read_changes(SHIPPED).changes)
    return page(reading, LibraryPages(shipped(), book()))


class _Outline(HTMLParser):
    """Ids, links, headings and the tags that are open."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.levels: list[int] = []
        self.styled: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.ids += [str(values["id"])] if "id" in values else []
        self.links += [str(values["href"])] if tag == "a" else []
        self.levels += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        self.styled += [tag] if "style" in values else []


@cache
def outline() -> _Outline:
    found = _Outline()
    found.feed(whole_page())
    return found


def test_each_link_leads_to_one_place() -> None:
    assert len(outline().ids) == len(set(outline().ids))
    assert {link.removeprefix("#") for link in outline().links} <= set(outline().ids)


def test_headings_leave_out_no_level_and_there_is_one_title() -> None:
    levels = outline().levels

    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_no_backtick_is_left_and_no_style_stands_on_an_element() -> None:
    assert "`" not in whole_page()
    assert not outline().styled


def test_what_stands_between_backticks_is_an_identifier_and_text_stays_text() -> None:
    assert text("see `a_b` & <c>") == "see <code>a_b</code> &amp; &lt;c&gt;"


def test_plans_authorities_and_the_codes_of_each_purpose_are_told() -> None:
    told = unescape(whole_page())

    for plan_id in shipped().plans:
        assert f">{plan_id}</h3>" in told
    for row in shipped().authorities:
        assert f"<code>{row.reference}</code>" in told
    for name in shipped().versions[-1].codes.indication_names.values():
        assert f"{name.section}: {name.label}" in told
    for code in shipped().versions[-1].codes.indications:
        assert f"<code>{code}</code>" in told


def test_a_plan_is_told_with_each_of_its_periods() -> None:
    plan = replace(
        shipped().plans["sample-dsnp"],
        claims_known_from=date(2025, 2, 1),
        medicaid_excluded_procedures=frozenset({"76390"}),
        approving_roles=frozenset({"nurse reviewer"}),
    )
    since, period = date(2026, 1, 1), next(iter(shipped().plans.values()))
    told = plans_body(
        replace(
            shipped(),
            plans={"p": replace(plan, periods=(PlanPeriod(effective_from=since, plan=period),))},
        )
    )

    for words in ("2025-02-01", "its Medicaid side excludes", "nurse reviewer", "From 2026-01-01"):
        assert words in told


def test_an_authority_without_a_first_day_and_of_one_state_says_so() -> None:
    row = replace(shipped().authorities[0], effective_from=date.min, state="NY")

    told = authorities_body(replace(shipped(), authorities=(row,)))

    assert "no first day" in told
    assert "; NY" in told


@pytest.mark.parametrize(
    ("code", "standing", "says"),
    [
        ("76390", "in", "asked every criterion"),
        ("0609T", "out", "investigational"),
        ("78608", "in", "PET"),
        ("70551", "in", "Conventional imaging"),
        ("61510", "in", "an episode begins anew"),
        ("C71.1", "in", "The policy lists it"),
        ("A02.21", "held", "does not list it"),
        ("A02.1", "held", "classed it"),
        ("A01.00", "out", "none of the policy's purposes"),
        ("R51.9", "held", "a symptom"),
        ("W01.0XXA", "neither", "a circumstance"),
        ("C71", "neither", "Only the codes under it"),
    ],
    ids=[
        *("spectroscopy", "flagged spectroscopy", "PET", "MRI", "treatment", "listed"),
        *("documented", "taken out of a set", "unrelated", "symptom", "circumstance"),
        "heading",
    ],
)
def test_it_says_why_a_code_is_in_out_or_held(code: str, standing: str, says: str) -> None:
    answer = code_answer(code, book(), shipped())

    assert answer is not None
    assert (answer.standing, says in answer.says) == (standing, True), answer
    assert says in unescape(answer_body(answer))


def test_every_indication_stands_as_the_rules_take_it() -> None:
    standings = {
        (known.support, bool(known.indications)): code_answer(code, book(), shipped())
        for code, known in shipped().versions[-1].codes.indications.items()
    }

    assert {key: answer and answer.standing for key, answer in standings.items()} == {
        ("listed", True): "in",
        ("listed", False): "held",
        ("documented", True): "held",
        ("suggested", True): "held",
    }


def test_what_is_not_on_the_list_is_in_where_the_library_accepts_it() -> None:
    version = book().version
    accepting = version.with_answers({"unlisted_but_documented": "accept"})

    answer = code_answer("A02.21", book()._replace(version=accepting), shipped())

    assert answer is not None
    assert answer.standing == "in"


def test_a_code_beside_others_names_its_purpose_and_its_reason() -> None:
    answer = code_answer("I67.89", book(), shipped())

    assert answer is not None
    assert "I.A.1" in {section for section, _ in answer.purposes}
    assert any("radiation damage" in note.why for _, note in answer.entries)


def test_a_code_under_a_heading_has_the_headings_reason() -> None:
    answer = code_answer("A01.00", book(), shipped())

    assert answer is not None
    assert [(note.code, note.why) for _, note in answer.entries] == [
        ("A01", "infection of another organ")
    ]


def test_a_code_that_nobody_has_is_not_known() -> None:
    assert code_answer("Z99.Z", book(), shipped()) is None


def test_codes_are_found_by_how_they_begin() -> None:
    found = book().beginning("C71", 3)

    assert found == sorted(found)
    assert len(found) == 3
    assert all(code.startswith("C71") for code in found)
