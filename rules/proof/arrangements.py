"""Facts arranged for an answer, in a form in which those of several criteria can stand together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from rules.facts import Attestation, Fact, Person
from rules.proof.situation import Setting
from rules.truth import Truth


class Arrangement(NamedTuple):
    """What is otherwise than in a setting: fields set, and what is there beside."""

    sets: Mapping[str, Any] = {}
    """Fields of the setting, or of who the member is (`birth_date`, `sex`)."""
    modifiers: tuple[str, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    beside: tuple[Fact, ...] = ()

    def with_another(self, other: Arrangement) -> Arrangement | None:
        """Both together; None where they set something to different values."""
        if any(self.sets.get(name, value) != value for name, value in other.sets.items()):
            return None
        return Arrangement(
            {**self.sets, **other.sets},
            _once((*self.modifiers, *other.modifiers)),
            _once((*self.attestations, *other.attestations)),
            _once((*self.beside, *other.beside)),
        )

    def of(self, setting: Setting) -> Setting:
        """The setting as it is arranged."""
        fields = {name: value for name, value in self.sets.items() if name in Setting._fields}
        who = {name: value for name, value in self.sets.items() if name in Person._fields}
        person = (Person(**who),) if who else ()
        return setting._replace(
            modifiers=_once((*setting.modifiers, *self.modifiers)),
            attestations=(*setting.attestations, *self.attestations),
            beside=(*setting.beside, *self.beside, *person),
            **fields,
        )


AS_IT_IS = Arrangement()


class Candidate(NamedTuple):
    """An arrangement that may lead to an answer of a criterion."""

    words: str
    facts: Arrangement = AS_IT_IS
    expected: Truth | None = None
    """What has to be answered; None where that depends on more than the criterion says."""


def together(arrangements: Iterable[Arrangement]) -> Arrangement | None:
    """All of them together; None where two contradict each other."""
    whole = AS_IT_IS
    for each in arrangements:
        more = whole.with_another(each)
        if more is None:
            return None
        whole = more
    return whole


def _once(held: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(held))
