"""Each letter holds what a notice must hold, for each outcome, reason, jurisdiction, addressee."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import pytest

from console.letters.case import LetterCase, Lettering, LetterRefused, case_of
from console.letters.checklist import items_of
from console.letters.content import Letter, letter_of
from console.letters.model import Addressee, Sender
from console.letters.recorded import recorded_letter
from console.letters.text import plain_text_of
from rules.facts import Origin
from rules.history.record import Record
from tests.console.letters.cases import (
    DUE_ON,
    ON,
    REVIEWER_WORDS,
    case_under,
    claim_under,
    determination,
    determinations,
    is_clinical,
    lettering,
    reviewed,
)
from worker.explain.claim_history import ClaimHistory

PLANS = tuple(lettering().library.plans)
ADDRESSEES: tuple[Addressee, ...] = get_args(Addressee)

Told = Callable[[str, LetterCase], bool]


def _has(*words: str) -> Told:
    return lambda text, _: all(word in text for word in words)


def _deadline(text: str, case: LetterCase) -> bool:
    days = case.template.appeal_days
    last = {
        180: "July 14, 2026",
        65: "March 21, 2026",
        60: "March 16, 2026",
        730: "January 15, 2028",
    }
    return last[days] in text and case.sender.appeals_to in text and f"{days} days" in text


def _external(text: str, case: LetterCase) -> bool:
    if case.plan.line_of_business in {"medicare", "dsnp"}:
        return "independent review entity" in text
    if case.plan.line_of_business == "medicaid":
        return "state fair hearing" in text.lower() and "120 days" in text
    months = "six months" if case.plan.state == "CA" else "four months"
    return months in text and (
        "July 15, 2026" in text or "May 15, 2026" in text or case.kind != "appeal"
    )


def _missing(text: str, case: LetterCase) -> bool:
    words = [lettering().letters.needs[code].why for code in case.needs]
    return bool(words) and all(word in text for word in words)


def _reason(text: str, case: LetterCase) -> bool:
    words = lettering().letters.reasons[case.data["reason"]]
    return (words.member if case.to == "member" else words.provider) in text


def _clinical(text: str, case: LetterCase) -> bool:
    return (
        lettering().letters.reasons[case.data["reason"]].judgement in text
        and "free of charge" in text
    )


def _decided(text: str, case: LetterCase) -> bool:
    denied = ("decided not to approve", "the claim is not approved", "is denied", "remains denied")
    approved = ("We approved", "meets the medical policy", "approved it", "is approved")
    asked = ("have not decided", "is not decided")
    words = {"denied": denied, "approved": approved, "pended": asked}[case.data["outcome"]]
    return any(word in text for word in words)


TOLD: dict[str, Told] = {
    "claim_identified": _has(
        "C-1", "line 1", "76390", "June 16, 2025", "1234567893", "$1,850.50", "M-1"
    ),
    "language_help": _has("language", "[member services]", "[TTY]"),
    "who_to_ask": _has("[member services]", "[Street, city, state, ZIP]"),
    "protected_codes_told": _has("Laws protect some health information."),
    "what_was_decided": _decided,
    "reason_in_plain_words": _reason,
    "who_decided": lambda text, case: {
        "person": "A person decided this: medical director, MD, neuroradiology." in text,
        "rules": "Our software made this decision" in text and "No person decided it" in text,
        "nobody": "Nobody has decided yet." in text,
    }[case.data["decided_by"]],
    "codes_of_the_reason": lambda text, case: (
        f"adjustment {case.data['carc']}" in text
        and all(code in text for code in case.data["rarc"])
        and case.data["reason"] in text
    ),
    "rule_and_free_copy": lambda text, case: (
        "Medical policy 6.01.03, version 2025-03-17" in text
        and f"section: {case.data['section']}." in text
        and "free of charge" in text
        and case.sender.policy_copy in text
    ),
    "clinical_judgement_or_offer": _clinical,
    "each_criterion": lambda text, _: all(
        question in text for question in lettering().letters.criteria.values()
    ),
    "what_is_missing": _missing,
    "what_is_missing_and_why": _missing,
    "codes_on_request": _has("diagnosis codes and the treatment codes", "meanings", "If you ask"),
    "appeal_where_and_by_when": _deadline,
    "expedited_review": _has("expedited", "[member services]"),
    "external_review": _external,
    "external_review_of_provider": _has("60 days"),
    "who_can_help": _has("Who else can help".upper()),
    "source_of_the_criteria": _has("screening criteria", "medical policy 6.01.03"),
    "notice_of_the_state": _has("1368.02(b)"),
    "notice_of_medicare": _has("CMS-10003"),
    "director_who_answers": _has("The medical director who answers for it"),
    "answer_by_when": _has("by February 14, 2026: [Street, city, state, ZIP]", "C-1"),
    "answer_late_when": _has("February 14, 2026, and that day has passed", "[Street, city", "C-1"),
}
"""How a reader would see that an item is there, apart from how the program sees it."""


def unwrapped(letter: Letter) -> str:
    """A letter's text without its line breaks."""
    return " ".join(plain_text_of(letter).split())


def _letters_of(data: dict[str, Any]) -> list[tuple[LetterCase, str]]:
    cases = [case_under(plan, data, to) for plan in PLANS for to in ADDRESSEES]
    return [(case, unwrapped(letter_of(case, lettering()))) for case in cases]


WITHOUT_A_LETTER = {"REVIEW_OUTDATED", "PEER_REVIEW", "NO_POLICY_VERSION"}
"""Pends that ask nothing of anybody, as the library has them."""

EVERY = [pytest.param(data, id=name.replace("_", " ").lower()) for name, data in determinations()]


@pytest.mark.parametrize("data", EVERY)
def test_each_letter_tells_all_that_its_notice_must_hold(data: dict[str, Any]):
    if data["reason"] in WITHOUT_A_LETTER:
        with pytest.raises(LetterRefused, match="nothing is asked of anybody"):
            case_under(PLANS[0], data, "member")
        return

    wanting = [
        (case.plan.plan_id, case.to, item.item)
        for case, text in _letters_of(data)
        for item in items_of(case, lettering())
        if not TOLD[item.item](text, case)
    ]

    assert wanting == []


@pytest.mark.parametrize("to", ADDRESSEES)
@pytest.mark.parametrize(
    ("on", "item"),
    [
        pytest.param(DUE_ON, "answer_by_when", id="on_the_last_day"),
        pytest.param(DUE_ON + timedelta(days=1), "answer_late_when", id="a_day_late"),
    ],
)
def test_nothing_is_asked_for_by_a_day_that_is_over(to: Addressee, on: date, item: str):
    data = determination("CONVENTIONAL_IMAGING_UNKNOWN", "pended")
    case = case_under(PLANS[0], data, to)._replace(on=on)
    text = unwrapped(letter_of(case, lettering()))

    told = {each for each in ("answer_by_when", "answer_late_when") if TOLD[each](text, case)}

    assert {item} == told
    assert item in {each.item for each in items_of(case, lettering())}


def test_every_item_of_the_checklist_is_looked_for():
    assert set(TOLD) == {item.item for item in lettering().letters.contents}


def test_every_item_cites_its_law():
    assert all(item.law for item in lettering().letters.contents)


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("to", ADDRESSEES)
def test_a_clinical_denial_is_asked_for_all_of_these(plan: str, to: Addressee):
    """The checklist itself: a row that is taken out of it is missed here."""
    data = determination("CONVENTIONAL_IMAGING_CONCLUSIVE", "denied")

    asked = {item.item for item in items_of(case_under(plan, data, to), lettering())}

    assert asked >= {
        "claim_identified",
        "reason_in_plain_words",
        "codes_of_the_reason",
        "rule_and_free_copy",
        "clinical_judgement_or_offer",
        "what_is_missing",
        "codes_on_request",
        "appeal_where_and_by_when",
        "expedited_review",
        "external_review",
        "language_help",
        "who_decided",
    }
    assert ("source_of_the_criteria" in asked) == (plan == "commercial-TX")


@pytest.mark.parametrize("data", EVERY)
def test_only_a_clinical_denial_speaks_of_clinical_judgement(data: dict[str, Any]):
    if data["reason"] in WITHOUT_A_LETTER:
        return

    parts = {part.id for part in letter_of(case_under(PLANS[0], data, "member"), lettering()).parts}

    assert ("clinical" in parts) == is_clinical(data)


def test_a_request_never_says_that_a_denial_is_recommended():
    data = determination("CONVENTIONAL_IMAGING_UNKNOWN", "pended")
    data |= {"reason": "PEER_REVIEW"}
    data["recommended"] = {"outcome": "denied", "reason": "CONVENTIONAL_IMAGING_CONCLUSIVE"}

    for _, text in _letters_of(data):
        assert "recommend" not in text.lower()
        assert "CONCLUSIVE" not in text
        assert "denied" not in text.replace("it is no denial", "")


def test_a_reviewers_own_words_and_what_was_not_met_are_the_reason():
    for _, text in _letters_of(reviewed("denied", "first")):
        assert REVIEWER_WORDS in text
        assert "Was it done for one of the purposes that the policy names?" in text


def test_a_denial_whose_reason_has_no_words_is_refused():
    data = determination("DUPLICATE", "denied") | {"reason": "SOMETHING_NEW"}

    with pytest.raises(LetterRefused, match=r"reason in plain words.*reason_in_words"):
        letter_of(case_under(PLANS[0], data, "member"), lettering())


def test_a_denial_without_codes_of_its_own_says_so():
    data = determination("DUPLICATE", "denied") | {"carc": None, "rarc": []}

    text = unwrapped(letter_of(case_under(PLANS[0], data, "member"), lettering()))

    assert "No adjustment code." in text


@pytest.mark.parametrize("reason", ["NO_CONFLICT", "SUPERSEDED", "VOIDED", "OUT_OF_SCOPE"])
def test_of_a_line_that_is_not_decided_there_is_no_letter(reason: str):
    data = determination(reason, "not_applicable")

    with pytest.raises(LetterRefused, match="Nothing is decided"):
        case_under(PLANS[0], data, "provider")


def test_every_letter_is_a_draft_while_no_counsel_has_read_the_words():
    letter = letter_of(
        case_under(PLANS[0], determination("CRITERIA_MET", "approved"), "member"), lettering()
    )

    assert letter.draft == (
        "No counsel of the plan has read the wording yet.",
        "Words in square brackets are still to be filled in.",
    )


def test_the_date_is_the_one_that_was_asked_for():
    case = case_under(PLANS[0], determination("CRITERIA_MET", "approved"), "member")

    assert case.on == ON
    assert letter_of(case, lettering()).date == "January 15, 2026"


def _without(**changed: object) -> Lettering:
    return lettering()._replace(letters=lettering().letters._replace(**changed))


NO_LETTER = [
    pytest.param("nowhere", lettering(), "plan of the claim is not in the library", id="no plan"),
    pytest.param(PLANS[0], _without(senders={}), "does not say who writes", id="no sender"),
    pytest.param(PLANS[0], _without(templates=()), "No letters are there for", id="no law"),
]


@pytest.mark.parametrize(("plan", "of", "said"), NO_LETTER)
def test_without_its_plan_its_law_or_its_sender_there_is_no_letter(
    plan: str, of: Lettering, said: str
):
    data = determination("CRITERIA_MET", "approved")

    with pytest.raises(LetterRefused, match=said):
        case_of(data, claim_under(plan), of, "member", ON)


def test_what_a_record_does_not_hold_is_in_no_letter():
    data = determination("CRITERIA_MET", "approved")
    known = ClaimHistory({1: [data]}, Record())

    with pytest.raises(LetterRefused, match="does not hold the claim"):
        recorded_letter(known, 1, lettering(), "member")


def test_a_decision_that_a_library_alone_caused_needs_a_date():
    claim, _ = claim_under(PLANS[0])
    entry = (Origin(datetime(2025, 6, 20, tzinfo=UTC), "e-1", "/edi", 1, b""), claim)
    data = determination("CRITERIA_MET", "approved")
    data |= {"caused_by": {"library": "sha256:0", "generation": 2}}
    known = ClaimHistory({1: [data]}, Record(claims=(entry,)))

    with pytest.raises(LetterRefused, match="say the date"):
        recorded_letter(known, 1, lettering(), "member")

    assert recorded_letter(known, 1, lettering(), "member", on=ON).date == "January 15, 2026"


def test_a_letter_that_counsel_has_read_and_that_is_filled_in_is_no_draft():
    letters = lettering().letters
    templates = tuple(each._replace(counsel="A. Jurist, 2026-02-01") for each in letters.templates)
    sender = Sender(*("x" for _ in Sender._fields))
    words = [block for block in letters.common if block.id != "language"]
    of = _without(
        templates=templates,
        senders=dict.fromkeys(letters.senders, sender),
        common=tuple(words),
        contents=tuple(item for item in letters.contents if item.item != "language_help"),
    )
    case = case_of(
        determination("CRITERIA_MET", "approved"), claim_under(PLANS[0]), of, "provider", ON
    )

    letter = letter_of(case, of)

    assert letter.draft == ()
    assert "Draft" not in plain_text_of(letter)


@pytest.mark.parametrize("data", EVERY)
def test_codes_stand_without_the_words_that_others_publish_for_them(data: dict[str, Any]):
    if data["outcome"] != "denied":
        return

    for _, text in _letters_of(data):
        said = text.split("CODES OF THIS DECISION ")[1].partition(". ")[0]
        assert re.fullmatch(r"Group [A-Z]{2}, adjustment \w+(, remark [\w ]+)?", said), said
