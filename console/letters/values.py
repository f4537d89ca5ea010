"""What stands in the slots of a letter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from console.letters.case import BY_PERSON, LetterCase, Lettering
from console.letters.model import Addressee
from console.letters.plain_words import (
    day_in_words,
    days_in_words,
    money_in_words,
    months_after,
    sentence,
    services_in_words,
)
from console.letters.privacy import Protection
from worker.determinations.data import DataView
from worker.terminal.console import printable

_SPACE = re.compile(r"\s+")
_SECTIONS = ": I.A."
"""What comes after it in a finding are sections of the policy: nothing for a member."""

_LEFT_OUT = "The reviewer's own words are not printed here. Ask us for them."


_WHO: Mapping[Addressee, Mapping[str, str]] = {
    "member": {"the_member": "you", "this_patient": "you"},
    "provider": {"the_member": "the member", "this_patient": "this patient"},
}


def values_of(case: LetterCase, of: Lettering, protection: Protection) -> dict[str, str]:
    """The text of each slot, on one line and without controls; empty: there is nothing to say."""
    said = {
        **_of_claim(case, of, protection),
        **_of_decision(case, of, protection),
        **_WHO[case.to],
        **_of_rights(case),
        **case.sender._asdict(),
    }
    return {name: shown(text) for name, text in said.items()}


def shown(text: str) -> str:
    """What somebody wrote as it may stand on a page or a terminal."""
    return printable(_SPACE.sub(" ", text))


def found_in_words(
    finding: DataView, case: LetterCase, of: Lettering, protection: Protection
) -> str:
    """What a criterion found, as its addressee reads it."""
    said = protection.text(str(finding["because"]))
    if case.to == "member":
        labels = {code: label for code, (label, _) in of.letters.services.items()}
        said = services_in_words(said.partition(_SECTIONS)[0], labels)
    return shown(sentence(days_in_words(said)))


def not_met(case: LetterCase) -> list[DataView]:
    """The findings that speak against the line, in the order of the criteria."""
    return [finding for finding in case.data["findings"] if finding["answer"] == "not_met"]


def _of_claim(case: LetterCase, of: Lettering, protection: Protection) -> dict[str, str]:
    claim, line = case.claim, case.line
    label = of.letters.services.get(line.procedure, ("service", "service"))
    pointed = [claim.diagnoses[at - 1] for at in line.diagnosis_pointers] or claim.diagnoses
    return {
        "member_id": str(case.data["member_id"]),
        "claim_id": claim.claim_id,
        "line": str(line.number),
        "service": label[0 if case.to == "member" else 1],
        "procedure": line.procedure,
        "modifiers": "".join(f"-{modifier}" for modifier in line.modifiers),
        "date_of_service": day_in_words(line.date_of_service),
        "provider": f"NPI {line.rendering_npi}" if line.rendering_npi else "as on the claim",
        "amount": money_in_words(line.charge),
        "diagnoses": ", ".join(protection.diagnoses(filter(None, pointed))) or "on request",
        "received_at": day_in_words(claim.received_at),
        "plan_id": case.plan.plan_id,
    }


def _of_decision(case: LetterCase, of: Lettering, protection: Protection) -> dict[str, str]:
    data = case.data
    words = of.letters.words_of(case.policy_id).reasons.get(data["reason"])
    review: Mapping[str, str | None] = data["review"] or {}
    credential = review.get("credential")
    return {
        "reason_in_words": _of_addressee(words, case) if words else "",
        "reason_code": str(data["reason"]),
        "particulars": _particulars(case, of, protection),
        "codes": _codes(data),
        "clinical_judgement": words.judgement if words else "",
        "policy_id": str(data["policy"]["id"]),
        "policy_version": str(data["policy"]["version"] or "none in force on that day"),
        "section": str(data["section"]),
        "due_on": day_in_words(date.fromisoformat(data["due_on"])) if data["due_on"] else "",
        "reviewer_role": str(review.get("role") or ""),
        "reviewer_credential": f", {credential}" if credential else _NO_CREDENTIAL,
    }


_NO_CREDENTIAL = " (professional specialty: ask us)"


def _stop_after(word: str) -> str:
    return "" if word.endswith((".", "!", "?")) else "."


def _of_addressee(words: tuple[str, str, str], case: LetterCase) -> str:
    return words[0] if case.to == "member" else words[1]


def _particulars(case: LetterCase, of: Lettering, protection: Protection) -> str:
    """What is particular to this line: what was found, and a reviewer's own words."""
    against = not_met(case)
    if case.data["reason"] != BY_PERSON:
        said = found_in_words(against[0], case, of, protection) if against else ""
        return f"What we found: {said}" if said else ""
    word = protection.words_of_person(str(case.data["review"]["reason"]))
    own = f"The reviewer's words: “{word}”{_stop_after(word)}" if word else _LEFT_OUT
    criteria = of.letters.words_of(case.policy_id).criteria
    questions = " ".join(criteria[str(finding["criterion"])] for finding in against)
    return f"{own} Not met: {questions}" if questions else own


def _codes(data: DataView) -> str:
    if not data["carc"]:
        return "No adjustment code"
    remarks = f", remark {' '.join(data['rarc'])}" if data["rarc"] else ""
    return f"Group {data['group']}, adjustment {data['carc']}{remarks}"


def _of_rights(case: LetterCase) -> dict[str, str]:
    terms = case.template
    last = case.on + timedelta(days=terms.appeal_days)
    months, days = terms.external_months, terms.external_days_of_provider
    return {
        "appeal_days": str(terms.appeal_days),
        "appeal_deadline": day_in_words(last),
        "external_months": _NUMBERS.get(months, str(months)) if months else "",
        "external_deadline": day_in_words(months_after(case.on, months)) if months else "",
        "external_days_of_provider": str(days) if days else "",
    }


_NUMBERS = {4: "four", 6: "six"}
