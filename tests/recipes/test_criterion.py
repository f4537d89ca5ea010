"""A criterion can be added as ARCHITECTURE.md says, and each forgotten step is noticed."""

from __future__ import annotations

import pytest

from tests.support.recipes import Step, carry_out, steps_on_the_page

POLICY = "rules/library/policies/6.01.03/2025-03-17/policy.toml"
MODULE = '''"""Criterion: the place of service is a listed one (Codes)."""

from __future__ import annotations

from rules.answers import met, unknown
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Finding
from rules.terms import NoTerms


def ask_place(asked: Question, criterion: Criterion[NoTerms]) -> Finding:
    """Unknown where the claim gives the code for an unlisted place."""
    if asked.line.claim.content.place_of_service == "99":
        return unknown(criterion, "unlisted", "the place of service is an unlisted one")
    return met(criterion, asked.library, "the place of service is no unlisted one")
'''
ROW = """\
    "listed_place": CriterionKind(NoTerms, ask_place, {"unlisted": ""}),
"""
TOLD = """\
[[criterion]]
name = "place"
kind = "listed_place"
reasons = { unlisted = "PLACE_UNCLEAR" }
sections = ["Codes"]
cited_as = "Codes"
looks_at = "the place of service of the claim"
met = "the place is a listed one, or is left out"
not_met = "cannot be: a place alone denies nothing"
unknown = "the code for an unlisted place: pended"

"""
REASON = "PLACE_UNCLEAR,place,Codes,the place of service is an unlisted one,,,,review\n"
ANALYSTS = "| 9 | `place` | is the place of service listed? | - | unlisted: held |\n"
RULES = "| 9 | `place` the place of service is listed | - | `PLACE_UNCLEAR` | Codes |\n"
VARIANT = '            Variant("an unlisted place", (), {"place_of_service": "99"}),\n'
FACTS = '''"""Facts that lead to each answer of the kind `listed_place`."""

from __future__ import annotations

from collections.abc import Iterator

from rules.criterion import Criterion
from rules.proof.arrangements import Arrangement, Candidate
from rules.proof.varied_lines import VariedLine
from rules.terms import NoTerms
from rules.truth import Truth


def facts_of_listed_place(_: VariedLine, __: Criterion[NoTerms]) -> Iterator[Candidate]:
    """A listed place, and an unlisted one."""
    yield Candidate("a listed place", expected=Truth.MET)
    yield Candidate("no listed place", Arrangement({"place_of_service": "99"}), Truth.UNKNOWN)
'''
FACTS_ROW = '    "listed_place": facts_of_listed_place,\n'
WITNESS = (
    '{"name": "spectroscopy: pended, PLACE_UNCLEAR", "why": "the place is unlisted", '
    '"cites": ["Codes"], "events": [], "expect": [{"reason": "PLACE_UNCLEAR"}]}\n'
)
OFFERED = "test_every_kind_says_what_is_supplied_or_why_nothing"
LAST = r"^(?=\| 9 \| `pet_exclusivity`)"


def ask(copy):
    copy.write("rules/criteria/place.py", MODULE)


def put_it_into_the_table(copy):
    path = "rules/criteria/kinds_of_lines.py"
    copy.insert(path, r'^(?=    "never": CriterionKind)', ROW)
    imported = "from rules.criteria.place import ask_place\n"
    copy.insert(path, r"^(?=from rules\.criteria\.place_of_service import)", imported)


def tell_its_kind(copy):
    page = "docs/policies.md"
    copy.insert(
        page, r"^(?=\| `never` \| `never` )", "| `listed_place` | `unlisted` | unknown | |\n"
    )
    asks = "| `listed_place` | the place of service | it is listed | never | it is not | no | 0 |\n"
    copy.insert(page, r"^(?=\| `never` \| nothing but)", asks)


def say_which_sentence_asks_for_it(copy):
    row = "| at a place of the list | `listed_place` |\n"
    copy.insert("ops/guide/policy.md", r"^(?=\| in an office, in an outpatient)", row)


def tell_it_in_the_policy(copy):
    copy.insert(POLICY, r'^(?=\[\[criterion\]\]\nname = "pet_exclusivity")', TOLD)


def name_its_reasons(copy):
    row = '    "PLACE_UNCLEAR": "place",\n'
    copy.insert("rules/loading/reasons.py", r'^    "INVESTIGATIONAL_SERVICE": .*\n', row)


def give_its_reasons_codes(copy):
    copy.insert("rules/library/reasons.csv", r"^INVESTIGATIONAL_SERVICE,.*\n", REASON)


def say_which_answers_it_can_give(copy):
    row = '    "listed_place": {"unlisted": _ASKS},\n'
    copy.insert("rules/proof/role_answers.py", r'^(?=    "never": \{)', row)


def make_facts_of_it(copy):
    path = "rules/proof/facts_by_kind.py"
    copy.write("rules/proof/facts_of_listed_place.py", FACTS)
    copy.insert(path, r'^(?=    "never": facts_of_never)', FACTS_ROW)
    imported = "from rules.proof.facts_of_listed_place import facts_of_listed_place\n"
    copy.insert(path, r"^(?=from rules\.proof\.facts_of_studies import)", imported)


def say_what_can_be_supplied(copy):
    row = '    "listed_place": "a place is listed or not",\n'
    copy.insert("rules/analysis/offers.py", r'^(?=    "never": "the policy says so)', row)


def say_what_it_leans_on(copy):
    path = "rules/proof/product.py"
    copy.insert(path, r"^LEANS_ON: .*\n", '    "place": attrgetter("line"),\n')
    copy.insert(path, r"^_KINDS = \{\n", '    "place": "listed_place",\n')
    copy.insert(path, r"^        lines = \(\n            PLAIN,\n", VARIANT)


def number_the_last_anew(copy, path, row):
    copy.insert(path, LAST, row)
    copy.write(path, copy.read(path).replace("| 9 | `pet_exclusivity`", "| 10 | `pet_exclusivity`"))


def tell_analysts(copy):
    number_the_last_anew(copy, "rules/README.md", ANALYSTS)


def put_it_into_the_rules(copy):
    number_the_last_anew(copy, "docs/rules.md", RULES)


def expect_it_in_its_place(copy):
    copy.insert("tests/rules/test_adjudicate.py", r'"conventional_imaging", ', '"place", ')


def expect_the_codes_of_its_reasons(copy):
    path = "tests/rules/loading/test_library_reasons.py"
    copy.insert(path, r"^    assert bare == \{\n", '        "PLACE_UNCLEAR",\n')
    copy.write(
        path, copy.read(path).replace("len(library.reasons) == 35", "len(library.reasons) == 36")
    )


def say_that_it_is_not_of_the_day(copy):
    line = '    "PLACE_UNCLEAR",  # no place of the day is unlisted\n'
    copy.insert("tests/scenarios/test_day.py", r"^NEVER_ON_THE_DAY = \{\n", line)


def write_a_witness(copy):
    path = "tests/scenarios/witnesses.jsonl"
    copy.write(path, copy.read(path) + WITNESS)


def write_the_pages(copy):
    assert 0 == copy.run("-m", "docs.generate").returncode


@pytest.mark.timeout(600)
def test_a_criterion_is_added_as_told_and_each_forgotten_step_is_noticed(copy):
    told, kinds = "tests/drift/test_criteria.py", "tests/drift/test_kinds_are_documented.py"
    order = "tests/rules/test_adjudicate.py::test_the_criteria_are_asked_in_the_order_of_the_rules"
    bare = "tests/rules/loading/test_library_reasons.py::test_the_other_reasons_carry_no_codes"
    day = "tests/scenarios/test_day.py::"
    on_the_day = f"{day}test_every_reason_occurs_but_those_that_cannot_on_such_a_day"
    witness = "tests/scenarios/test_witnesses.py::test_every_reason_of_the_library_has_a_witness"
    pages = "tests/docs/test_generated_pages.py"
    offers = "tests/rules/analysis/test_offers.py::"
    steps = [
        Step("rules/criteria/<kind>.py", ask, [order]),
        Step("rules/criteria/kinds_of_lines.py", put_it_into_the_table, [bare]),
        Step("docs/policies.md", tell_its_kind, [kinds]),
        Step("ops/guide/policy.md", say_which_sentence_asks_for_it, [kinds]),
        Step("rules/library/policies/<id>/<version>/policy.toml", tell_it_in_the_policy, [order]),
        Step("rules/loading/reasons.py", name_its_reasons, [bare]),
        Step("rules/library/reasons.csv", give_its_reasons_codes, [bare]),
        Step("rules/proof/role_answers.py", say_which_answers_it_can_give, [kinds]),
        Step("rules/proof/facts_by_kind.py", make_facts_of_it, [kinds]),
        Step("rules/analysis/offers.py", say_what_can_be_supplied, [f"{offers}{OFFERED}"]),
        Step("rules/proof/product.py", say_what_it_leans_on, [told]),
        Step("rules/README.md", tell_analysts, [told]),
        Step("docs/rules.md", put_it_into_the_rules, [told]),
        Step("tests/rules/test_adjudicate.py", expect_it_in_its_place, [order]),
        Step(
            "tests/rules/loading/test_library_reasons.py", expect_the_codes_of_its_reasons, [bare]
        ),
        Step("tests/scenarios/test_day.py", say_that_it_is_not_of_the_day, [on_the_day]),
        Step("tests/scenarios/witnesses.jsonl", write_a_witness, [witness]),
        Step("README.md", write_the_pages, [pages]),
    ]

    assert [step.path for step in steps] == steps_on_the_page("A criterion")
    assert [] == carry_out(copy, steps)
