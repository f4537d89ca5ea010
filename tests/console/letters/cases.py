"""Every letter that there can be: each outcome and reason, jurisdiction and addressee."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, get_args

from console.letters.case import LetterCase, Lettering, case_of, clinical_criteria
from console.letters.loading import load_letters
from console.letters.model import Addressee, LetterLibrary
from console.letters.table_reading import NEVER_WRITTEN
from rules.facts import Claim, Line
from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library
from rules.plans import LineOfBusiness, Plan

ON = date(2026, 1, 15)
DUE_ON = date(2026, 2, 14)
"""By when what a pended line waits for is asked for."""
STATES = ("TX", "CA", "MD", "AZ", "NY", "PA")
NEW_YORK_ALONE = ("essential_plan", "child_health_plus")
SENTENCE = "a study of 2025-06-02 was looked at, for C71.1"
REVIEWER_WORDS = "The notes do not say what the study should answer"


@cache
def lettering() -> Lettering:
    """The shipped library with a plan for each jurisdiction, each with its sender."""
    library = load_library(SHIPPED)
    return with_plans(library, load_letters(SHIPPED, library))


def with_plans(library: Library, letters: LetterLibrary) -> Lettering:
    """A library and its letters with a plan of each jurisdiction."""
    plans = {plan.plan_id: plan for plan in _plans(library.plans["sample-commercial"])}
    sender = letters.senders["sample-commercial"]
    return Lettering(
        replace(library, plans=plans), letters._replace(senders=dict.fromkeys(plans, sender))
    )


def _plans(like: Plan) -> Iterator[Plan]:
    for line_of_business in get_args(LineOfBusiness):
        for state in STATES:
            if state == "NY" or line_of_business not in NEW_YORK_ALONE:
                plan_id = f"{line_of_business}-{state}"
                yield replace(like, plan_id=plan_id, line_of_business=line_of_business, state=state)


def determinations() -> Iterator[tuple[str, dict[str, Any]]]:
    """The data of a determination for each outcome and reason of the library, by name."""
    for code, reason in lettering().library.reasons.items():
        if code == "CRITERIA_MET":
            yield "approved by rules", determination(code, "approved")
        elif code == "REVIEWED":
            for level in ("first", "appeal"):
                for outcome in ("approved", "denied"):
                    yield f"{outcome} on {level}", reviewed(outcome, level)
        elif code not in NEVER_WRITTEN:
            is_denial = reason.group is not None
            yield code, determination(code, "denied" if is_denial else "pended")


def determination(code: str, outcome: str) -> dict[str, Any]:
    """The data of a determination by the rules."""
    library = lettering().library
    reason = library.reasons[code]
    needs = [need for need in reason.needs if outcome in {"denied", "pended"}]
    return {
        "claim_id": "C-1",
        "member_id": "M-1",
        "line": 1,
        "procedure": "76390",
        "revision": 1,
        "outcome": outcome,
        "reason": code,
        "section": reason.section,
        "group": reason.group and ("CO" if reason.group.startswith("plan:") else reason.group),
        "carc": reason.carc,
        "rarc": list(reason.rarc),
        "needs": [{"code": need, "text": library.needs[need]} for need in needs],
        "due_on": DUE_ON.isoformat() if outcome == "pended" else None,
        "recommended": None,
        "decided_by": "nobody" if outcome == "pended" else "rules",
        "review": None,
        "policy": {"id": "6.01.03", "version": "2025-03-17", "library": "sha256:0"},
        "findings": [_finding(name, code, outcome) for name in library.criterion_names],
        "caused_by": {"source": "/edi", "id": "e-1"},
    }


def _finding(criterion: str, code: str, outcome: str) -> dict[str, Any]:
    against = lettering().library.reasons[code].criterion == criterion
    answer = {"denied": "not_met", "pended": "unknown"}.get(outcome, "met") if against else "met"
    return {"criterion": criterion, "section": "I", "answer": answer, "because": SENTENCE}


def reviewed(outcome: str, level: str, words: str = REVIEWER_WORDS) -> dict[str, Any]:
    """The data of a determination by a person."""
    data = determination("REVIEWED", outcome)
    data["needs"] = [] if outcome == "approved" else data["needs"]
    data["review"] = {
        "decision": outcome,
        "reason": words,
        "role": "medical director",
        "reviewer_id": "r-7",
        "credential": "MD, neuroradiology",
        "level": level,
    }
    if outcome == "denied":
        data["findings"][6]["answer"] = "not_met"
    return data | {"decided_by": "person"}


def claim_under(plan_id: str, *diagnoses: str) -> tuple[Claim, Line]:
    """A claim of one line under a plan."""
    line = Line(
        1, "76390", ("26",), date(2025, 6, 16), (), Decimal(1), Decimal("1850.5"), "1234567893"
    )
    claim = Claim(
        "C-1",
        "1",
        None,
        "professional",
        plan_id,
        date(2025, 6, 20),
        diagnoses or ("C71.1",),
        (line,),
    )
    return claim, line


def case_under(plan_id: str, data: dict[str, Any], to: Addressee, *diagnoses: str) -> LetterCase:
    """The case of a determination under a plan; raises `LetterRefused`."""
    return case_of(data, claim_under(plan_id, *diagnoses), lettering(), to, ON)


def is_clinical(data: dict[str, Any]) -> bool:
    """Whether a denial is clinical."""
    criterion = lettering().library.reasons[data["reason"]].criterion
    clinical = clinical_criteria(lettering().library.policies[0])
    return data["outcome"] == "denied" and (criterion in clinical or data["review"] is not None)
