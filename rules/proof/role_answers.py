"""Which answers a criterion can give, by its kind and by what its policy says to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from rules.criterion import Criterion
from rules.terms_of_lines import AuthorizationTerms
from rules.truth import Truth


class RoleAnswer(NamedTuple):
    """An answer, and the role of the reason that goes with it."""

    truth: Truth
    role: str = ""
    """Empty of what is met, and of a watched line that another authority's rule governs."""

    @property
    def in_words(self) -> str:
        """The answer with its role."""
        return " ".join(filter(None, (self.truth.value.replace("_", " "), self.role)))


MET: Final = RoleAnswer(Truth.MET)
GOVERNED: Final = RoleAnswer(Truth.NOT_MET)
"""What `authority` answers of a watched line that another rule governs."""
_Answers = Callable[[Any], tuple[Truth, ...]]


def _always(*truths: Truth) -> _Answers:
    return lambda _: truths


_DENIES, _ASKS, _BOTH = (
    _always(Truth.NOT_MET),
    _always(Truth.UNKNOWN),
    _always(Truth.NOT_MET, Truth.UNKNOWN),
)


def _by(slot: str) -> _Answers:
    """Not met where the policy denies for it, unknown where it leaves it to a person."""
    return lambda terms: (Truth.NOT_MET if getattr(terms, slot) == "deny" else Truth.UNKNOWN,)


def _by_and_open(slot: str) -> _Answers:
    """The same; and unknown too of what may have been, whatever the policy says."""
    by = _by(slot)
    return lambda terms: tuple(dict.fromkeys((*by(terms), Truth.UNKNOWN)))


def _if_said(slot: str) -> _Answers:
    """Not met, where the policy fills a slot."""
    return lambda terms: () if getattr(terms, slot) is None else (Truth.NOT_MET,)


def _if_required(terms: AuthorizationTerms) -> tuple[Truth, ...]:
    return () if terms.rule == "waived" else _by("missing")(terms)


ANSWERS_BY_ROLE: Final[Mapping[str, Mapping[str, _Answers]]] = {
    "benefit": {"excluded": _DENIES, "plan_unknown": _ASKS},
    "authority": {"NCD": _DENIES, "LCD": _DENIES, "eMedNY": _DENIES, "governs": _ASKS},
    "policy_in_force": {"no_version": _ASKS},
    "coding": {"modifier": _DENIES, "invalid": _DENIES, "unverified": _ASKS},
    "not_duplicate": {
        "duplicate": _DENIES,
        "component_included": _DENIES,
        "suspect": _ASKS,
        "repeat": _ASKS,
    },
    "code_flag": {"flagged": _DENIES},
    "purpose": {"unrelated": _DENIES, "unclear": _ASKS},
    "earlier_study": {
        "conclusive": _DENIES,
        "absent": _DENIES,
        "incomplete": _ASKS,
        "unusable": _ASKS,
        "no_result": _ASKS,
    },
    "exclusivity": {"stands": _DENIES, "stands_same_day": _DENIES, "unclear": _ASKS},
    "never": {"never": _DENIES},
    "referred": {"referred": _ASKS},
    "units": {"too_many": _DENIES},
    "place_of_service": {"elsewhere": _DENIES, "unknown": _ASKS},
    "ordered_by": {"other": _DENIES, "unknown": _ASKS},
    "authorization": {"missing": _if_required},
    "attested": {"missing": _by("missing")},
    "measured": {"outside": _DENIES, "missing": _ASKS},
    "companion": {"missing": _by_and_open("missing")},
    "n_of": {"fewer": _DENIES, "open": _ASKS},
    "count": {"too_many": _by("beyond"), "unclear": _ASKS},
    "interval": {"too_soon": _by("sooner"), "unclear": _ASKS},
    "age": {"outside": _DENIES, "unknown": _ASKS},
    "sex": {"other": _DENIES, "unknown": _ASKS},
    "tried_and_failed": {"too_few": _by_and_open("missing")},
    "evaluated": {"none": _by("missing")},
    "after_treatment": {
        "too_early": _if_said("least_days"),
        "too_late": _if_said("most_days"),
        "no_treatment": _ASKS,
    },
}
"""By kind and role, given what a policy says to the criterion; `docs/policies.md` has them too."""

_OF_WATCHED: Final = {
    "deny": ("stands", "stands_same_day", "unclear"),
    "pend": ("unclear",),
    "ignore": (),
}
"""What exclusivity can say of a watched line, by what the policy makes of it."""
NEVER_MET: Final = frozenset({"referred"})
"""Kinds that leave every line to a person."""


def answers_of(criterion: Criterion[Any], *, is_watched: bool = False) -> tuple[RoleAnswer, ...]:
    """All that a criterion can answer of a decided line, or of a watched one; met comes first."""
    met = () if criterion.kind in NEVER_MET else (MET,)
    if is_watched and criterion.kind == "authority":
        return (*met, GOVERNED)
    roles = ANSWERS_BY_ROLE[criterion.kind]
    if is_watched and criterion.kind == "exclusivity":
        roles = {role: roles[role] for role in _OF_WATCHED[criterion.terms.watched_after]}
    given = (
        RoleAnswer(truth, role)
        for role, answers in roles.items()
        for truth in answers(criterion.terms)
    )
    return (*met, *given)
