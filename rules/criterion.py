"""One criterion of a policy version: its kind, and what the policy says to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Literal, TypeVar

from rules.code_sets import Purpose
from rules.determination import Finding, ParameterValue
from rules.reasons import Reason
from rules.truth import Truth

TermsT_co = TypeVar("TermsT_co", covariant=True)

Gate = Literal["must_be_met", "must_not_fail"]
"""
What closes a gate, so that the criteria after it are not asked.

`must_be_met`: anything but met. `must_not_fail`: not met alone.
"""


@dataclass(frozen=True, eq=False, kw_only=True)
class Criterion(Generic[TermsT_co]):
    """One row of a policy's table of criteria."""

    name: str
    kind: str
    services: frozenset[str]
    """The services of whose lines it is asked."""
    section: str
    """The policy's sections that it leans on, as a determination cites them."""
    gate: Gate | None
    bars: bool
    """Whether a line that it denies is no earlier line to any other."""
    is_by_itself: bool
    """Whether it looks at nothing but the line itself."""
    reasons: Mapping[str, Reason]
    """What it gives as a reason, by the role that its kind has for it."""
    only_purposes: frozenset[Purpose] = frozenset()
    """Asked only of lines that document nothing else; empty: of all."""
    only_states: frozenset[str] = frozenset()
    """Asked only under plans of these states; empty: of all."""
    terms: TermsT_co
    parameters: Mapping[str, str]
    """The name of the policy's parameter in each slot."""
    ask: Callable[[Any, Criterion[Any]], Finding] | None
    """None: it is asked of a study, when the studies are walked (`rules/exclusivity/`)."""
    _used: dict[tuple[str, ...], Mapping[str, ParameterValue]] = field(
        default_factory=dict, repr=False
    )

    @property
    def with_parts(self) -> Iterator[Criterion[Any]]:
        """Itself, and the criteria that it asks in turn."""
        yield self
        if isinstance(self.terms, PartTerms):
            for part in self.terms.parts:
                yield from part.with_parts

    def closes(self, answer: Truth) -> bool:
        """Whether an answer leaves the criteria after it not asked."""
        if self.gate == "must_be_met":
            return answer is not Truth.MET
        return self.gate == "must_not_fail" and answer is Truth.NOT_MET

    def used(self, *slots: str) -> Mapping[str, ParameterValue]:
        """
        The policy's parameters in some slots by their own names, each with its value.

        Without the slots that the policy leaves empty.
        """
        found = self._used.get(slots)
        if found is None:
            filled = self.parameters
            found = {filled[slot]: getattr(self.terms, slot) for slot in slots if slot in filled}
            self._used[slots] = found
        return found

    def with_answers(self, answers: Mapping[str, ParameterValue]) -> Criterion[TermsT_co]:
        """The same criterion where some of the policy's parameters are answered otherwise."""
        changed: dict[str, Any] = {
            slot: answers[name] for slot, name in self.parameters.items() if name in answers
        }
        if isinstance(self.terms, PartTerms):
            parts = tuple(part.with_answers(answers) for part in self.terms.parts)
            if parts != self.terms.parts:
                changed["parts"] = parts
        if not changed:
            return self
        terms: Any = replace(self.terms, **changed)  # type: ignore[type-var]  # all are dataclasses
        return replace(self, terms=terms, _used={})


@dataclass(frozen=True, kw_only=True)
class PartTerms:
    """What a policy says to a criterion that asks criteria of its own."""

    parts: tuple[Criterion[Any], ...]
