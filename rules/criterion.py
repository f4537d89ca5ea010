"""One criterion of a policy version: its kind, and what the policy says to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, Generic, Literal, TypeVar

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


class Criterion(Generic[TermsT_co]):
    """
    One row of a policy's table of criteria; nothing of it changes.

    `services`: of whose lines it is asked. `parameters`: the name of the policy's parameter in each
    slot. `ask` is None where it is asked of a study, when the studies are walked
    (`rules/exclusivity/`).
    """

    __slots__ = (
        "_used",
        "ask",
        "bars",
        "gate",
        "is_by_itself",
        "is_of_some_lines",
        "kind",
        "name",
        "only_purposes",
        "only_states",
        "parameters",
        "reasons",
        "section",
        "services",
        "terms",
    )

    def __init__(  # noqa: PLR0913  # each is a key of the policy's own table
        self,
        *,
        name: str,
        kind: str,
        services: frozenset[str],
        section: str,
        gate: Gate | None,
        bars: bool,
        is_by_itself: bool,
        reasons: Mapping[str, Reason],
        terms: TermsT_co,
        parameters: Mapping[str, str],
        ask: Callable[[Any, Criterion[Any]], Finding] | None,
        only_purposes: frozenset[Purpose] = frozenset(),
        only_states: frozenset[str] = frozenset(),
    ) -> None:
        self.name: Final[str] = name
        self.kind: Final[str] = kind
        self.services: Final[frozenset[str]] = services
        self.section: Final[str] = section
        """The policy's sections that it leans on, as a determination cites them."""
        self.gate: Final[Gate | None] = gate
        self.bars: Final[bool] = bars
        """Whether a line that it denies is no earlier line to any other."""
        self.is_by_itself: Final[bool] = is_by_itself
        """Whether it looks at nothing but the line itself."""
        self.reasons: Final[Mapping[str, Reason]] = reasons
        """What it gives as a reason, by the role that its kind has for it."""
        self.only_purposes: Final[frozenset[Purpose]] = only_purposes
        """Asked only of lines that document nothing else; empty: of all."""
        self.only_states: Final[frozenset[str]] = only_states
        """Asked only under plans of these states; empty: of all."""
        self.is_of_some_lines: Final[bool] = bool(only_purposes or only_states)
        self.terms: Final[TermsT_co] = terms
        self.parameters: Final[Mapping[str, str]] = parameters
        self.ask: Final[Callable[[Any, Criterion[Any]], Finding] | None] = ask
        self._used: dict[tuple[str, ...], Mapping[str, ParameterValue]] = {}

    @property
    def parts(self) -> tuple[Criterion[Any], ...]:
        """The criteria that it asks in turn, if its kind does (`PartTerms`)."""
        found: tuple[Criterion[Any], ...] = getattr(self.terms, "parts", ())
        return found

    @property
    def with_parts(self) -> Iterator[Criterion[Any]]:
        """Itself, and the criteria that it asks in turn."""
        yield self
        for part in self.parts:
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
        parts = tuple([part.with_answers(answers) for part in self.parts])
        if parts != self.parts:
            changed["parts"] = parts
        if not changed:
            return self
        terms: Any = replace(self.terms, **changed)  # type: ignore[type-var]  # all are dataclasses
        return self.with_fields(terms=terms)

    def with_fields(self, **fields: Any) -> Criterion[Any]:  # noqa: ANN401  # each of its own type
        """The same criterion with some of its fields otherwise."""
        return Criterion(**{**{name: getattr(self, name) for name in _FIELDS}, **fields})


_FIELDS = (
    *("name", "kind", "services", "section", "gate", "bars", "is_by_itself", "reasons", "terms"),
    *("parameters", "ask", "only_purposes", "only_states"),
)
