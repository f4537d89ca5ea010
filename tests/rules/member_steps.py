"""Applies events to a member one after the other, and keeps what each of them published."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from rules.library_model import Library
from rules.member.member import Applied, Member, Publication
from rules.member.open_member import apply
from tests.rules.builders import Sending, digest_of, event
from tests.rules.deciding import library, shipped


class Told(NamedTuple):
    """A member after some events, and what each event did."""

    member: Member
    steps: tuple[Applied, ...]

    @property
    def last(self) -> Applied:
        return self.steps[-1]

    def of(self, claim_id: str = "C-1", line: int = 1) -> list[Publication]:
        """All that was published of one line, in order."""
        return [
            publication
            for step in self.steps
            for publication in step.publications
            if (publication.determination.claim_id, publication.determination.line)
            == (claim_id, line)
        ]


def tell(*sendings: Sending, member: Member | None = None, using: Library | None = None) -> Told:
    """Events that name no time come one minute after the other, as in `builders.record`."""
    state = member or Member()
    steps = []
    for sending in sendings:
        one = event(sending, state.record.version + 1)
        applied = apply(state, one, digest_of(one), using or shipped())
        state = applied.member
        steps.append(applied)
    return Told(state, tuple(steps))


def newer(generation: int = 2, **parameters: Any) -> Library:
    """Another generation of the shipped library, with parameters set otherwise."""
    changed = library(**parameters)
    return replace(changed, generation=generation, digest=f"sha256:generation {generation}")


def history_of(told: Told, claim_id: str = "C-1", line: int = 1) -> list[tuple[str, str, int]]:
    """Outcome, change and revision of everything published of one line."""
    return [(p.determination.outcome, p.change, p.revision) for p in told.of(claim_id, line)]


def flags(told: Told, claim_id: str = "C-1", line: int = 1) -> list[tuple[str, bool]]:
    """Outcome and the flag of post-payment review of everything published of one line."""
    return [(p.determination.outcome, p.post_payment_review) for p in told.of(claim_id, line)]
