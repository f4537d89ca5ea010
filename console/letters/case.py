"""What a letter is about: one line as it was determined, its claim, its plan and the day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple

from console.letters.model import Addressee, LetterKind, LetterLibrary, LetterTemplate, Sender, When
from rules.facts import Claim, Line
from rules.library_model import Library
from rules.plans import Plan
from rules.policy_version import Policy
from worker.determinations.data import DataView
from worker.failures import RefusedError

BY_PERSON: Final = "REVIEWED"
_A_REVIEW: Final = "review"
"""A need that no requester can send."""


class LetterRefused(RefusedError):
    """There is no such letter of the line, or it would not hold what the law asks for."""


class Lettering(NamedTuple):
    """A library, and the letters that belong to it."""

    library: Library
    letters: LetterLibrary


class LetterCase(NamedTuple):
    """One line that a letter is written about."""

    data: DataView
    """Its determination."""
    claim: Claim
    line: Line
    plan: Plan
    template: LetterTemplate
    sender: Sender
    kind: LetterKind
    to: Addressee
    on: date
    """The date of the letter."""

    def holds(self, when: When, library: Library) -> bool:
        """Whether something is so of the line."""
        return _HOLDS[when](self, library)

    @property
    def policy_id(self) -> str:
        """The policy by which the line was decided."""
        return str(self.data["policy"]["id"])

    @property
    def needs(self) -> tuple[str, ...]:
        """The codes of what can be sent, without a review."""
        codes = (str(need["code"]) for need in self.data["needs"])
        return tuple(code for code in codes if code != _A_REVIEW)


def case_of(
    data: DataView,
    claim: tuple[Claim, Line],
    of: Lettering,
    to: Addressee,
    on: date,
    kind: LetterKind | None = None,
) -> LetterCase:
    """
    What a letter about a determination is made of; `kind`: the one that is expected.

    Raises `LetterRefused` where there is no letter of it.
    """
    fitting = kind_of(data)
    if kind is not None and kind != fitting:
        raise LetterRefused(f"The line's letter is {_NAMED[fitting]}, not {_NAMED[kind]}.")
    plan = of.library.plans.get(claim[0].plan_id)
    if plan is None:
        raise LetterRefused("The plan of the claim is not in the library, so no law is known.")
    plan = plan.on(claim[1].date_of_service)
    template = of.letters.template_for(plan.state, plan.line_of_business)
    sender = of.letters.senders.get(plan.plan_id)
    if template is None:
        raise LetterRefused(f"No letters are there for {plan.line_of_business}, {plan.state}.")
    if sender is None:
        raise LetterRefused(f"senders.csv does not say who writes for plan {plan.plan_id}.")
    return LetterCase(data, *claim, plan, template, sender, fitting, to, on)


def kind_of(data: DataView) -> LetterKind:
    """The letter that a determination leads to; raises `LetterRefused` where it leads to none."""
    match data["outcome"]:
        case "approved" | "denied":
            review = data["review"]
            return "appeal" if review and review["level"] == "appeal" else "determination"
        case "pended" if any(need["code"] != _A_REVIEW for need in data["needs"]):
            return "request"
        case "pended":
            raise LetterRefused(
                "The line waits for a person at the plan, and nothing is asked of anybody: "
                "there is no letter until it is decided."
            )
        case _:
            raise LetterRefused(
                "Nothing is decided of the line: another policy or another claim takes its place."
            )


def policy_of(case: LetterCase, library: Library) -> Policy:
    """The policy by which a line was decided; the first where the library no longer has it."""
    found = (policy for policy in library.policies if policy.policy_id == case.policy_id)
    return next(found, library.policies[0])


def clinical_criteria(policy: Policy) -> frozenset[str]:
    """The criteria whose denials are clinical: all but gates (`rules.md` 4, who may deny)."""
    rows = (row for version in policy.versions for row in version.criteria)
    return frozenset(row.name for row in rows if row.gate is None)


def _is_clinical(case: LetterCase, library: Library) -> bool:
    policy = policy_of(case, library)
    reason = policy.reasons.get(case.data["reason"])
    by_rules = reason is not None and reason.criterion in clinical_criteria(policy)
    return case.data["outcome"] == "denied" and (by_rules or case.data["reason"] == BY_PERSON)


def _is_overdue(case: LetterCase) -> bool:
    """Whether the day by which something is asked for is before that of the letter."""
    due_on = case.data["due_on"]
    return bool(due_on) and date.fromisoformat(due_on) < case.on


_Condition = Callable[[LetterCase, Library], bool]
_HOLDS: Final[Mapping[When, _Condition]] = MappingProxyType(
    {
        "any": lambda _case, _library: True,
        "approved": lambda case, _library: bool(case.data["outcome"] == "approved"),
        "denied": lambda case, _library: bool(case.data["outcome"] == "denied"),
        "clinical": _is_clinical,
        "by_person": lambda case, _library: bool(case.data["decided_by"] == "person"),
        "by_rules": lambda case, _library: bool(case.data["decided_by"] == "rules"),
        "asks": lambda case, _library: bool(case.needs),
        "in_time": lambda case, _library: not _is_overdue(case),
        "overdue": lambda case, _library: _is_overdue(case),
    }
)
_NAMED: Final[Mapping[LetterKind, str]] = {
    "determination": "a determination",
    "request": "a request for information",
    "appeal": "the outcome of an appeal",
}
