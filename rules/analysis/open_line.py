"""A line that is denied or pended, and what could be supplied or could change for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

from rules.code_sets import CodeSets
from rules.criterion import Criterion
from rules.determination import Determination, Finding
from rules.facts import Attestation, Claim, Fact, Line
from rules.history.history import History
from rules.history.policy_view import PolicyView
from rules.history.studies import ClaimLine
from rules.library_model import Library
from rules.policy_version import PolicyVersion


class Correction(NamedTuple):
    """What stands otherwise on the claim when it is sent again."""

    attestation: Attestation | None = None
    plan_id: str | None = None
    diagnosis: str | None = None
    """What the line points to instead of diagnoses of which none can be used."""
    modifiers: tuple[str, ...] | None = None
    """Those of the line; then its units are one."""
    npi: str | None = None
    """The provider who rendered the line."""
    specialty: str | None = None
    """That of whoever ordered the line."""
    place: str | None = None
    """The claim's place of service."""
    units: int | None = None
    """Those of the line."""
    without: int | None = None
    """The number of another line that is left out."""


class Supply(NamedTuple):
    """One thing that could be supplied, or could change."""

    text: str
    """For the examiner; it may name claims, studies and days."""
    need: str | None = None
    """What it answers of what a requester can be asked for; None: nothing of it."""
    facts: tuple[Fact, ...] = ()
    correction: Correction | None = None
    """The claim is sent again with it."""
    supposes: Callable[[Library], Library] | None = None
    """The library as if a person had found something in what was sent, or a plan were known."""


class OpenLine(NamedTuple):
    """A line that is denied or pended, with what is known around it."""

    history: History
    line: ClaimLine
    now: Determination
    unused: str
    """What no id of the member's record begins with."""

    @property
    def library(self) -> Library:
        """The library by which it is decided."""
        return self.history.library

    @property
    def view(self) -> PolicyView:
        """What the line's policy sees of the member."""
        return self.history.of(self.line.policy)

    @property
    def claim(self) -> Claim:
        """The content of its claim that holds."""
        return self.line.claim.content

    @property
    def billed(self) -> Line:
        """The line as it was billed."""
        return self.line.billed

    @property
    def on(self) -> date:
        """The date of service."""
        return self.line.on

    @property
    def version(self) -> PolicyVersion | None:
        """The version in force on that date."""
        return self.line.version

    @property
    def codes(self) -> CodeSets:
        """The code sets of that date."""
        return self.line.codes

    @property
    def asked(self) -> tuple[Criterion[Any], ...]:
        """The criteria that lines of its service are asked."""
        return () if self.line.asked is None else self.line.asked.criteria

    @property
    def is_flagged(self) -> bool:
        """Whether the service itself is investigational, so that nothing clinical resolves it."""
        own = self.codes.decided.get(self.line.procedure)
        return self.asks("never") or (own is not None and own.investigational)

    @property
    def is_asked_clinically(self) -> bool:
        """Whether diagnoses and imaging can make any difference to it."""
        return self.version is not None and self.line.is_decided and not self.is_flagged

    def asks(self, kind: str) -> bool:
        """Whether lines of its service are asked a criterion of a kind."""
        return any(criterion.kind == kind for criterion in self.asked)

    def answered(self, kind: str) -> Iterator[Finding]:
        """What the criteria of a kind say of it."""
        names = {criterion.name for criterion in self.asked if criterion.kind == kind}
        return (finding for finding in self.now.findings if finding.criterion in names)
