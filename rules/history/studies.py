"""A line of a claim that holds, and a study that lines and reports make: what the rules look at."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Final, Literal

from rules.code_sets import CodeSets, ModifierMeaning, Technique
from rules.determination import Evidence, Service
from rules.facts import Claim, Line, Report, StudyResult
from rules.history.claims import ClaimPlace, EffectiveClaim
from rules.history.diagnoses import Diagnoses, Meaning
from rules.history.line_terms import LineTerms
from rules.plans import Plan
from rules.policy_version import AskedCriteria, Policy, PolicyVersion

Component = Literal["professional", "technical", "global"]
LineKey = tuple[str, int]
"""Claim id and line number: what names a line within its member."""
StudyKey = tuple[str, date]
"""Base procedure and date of service."""


class ClaimLine:
    """A line of a claim that holds, with what the rules ask of it again and again."""

    __slots__ = (
        "asked",
        "billed",
        "claim",
        "codes",
        "diagnoses",
        "is_decided",
        "is_discontinued",
        "is_walked",
        "is_watched",
        "key",
        "meanings",
        "name",
        "on",
        "plan",
        "policy",
        "policy_id",
        "procedure",
        "service",
        "terms",
        "version",
    )

    def __init__(self, claim: EffectiveClaim, billed: Line, terms: LineTerms) -> None:
        self.claim: Final[EffectiveClaim] = claim
        self.billed: Final[Line] = billed
        self.terms: Final[LineTerms] = terms
        self.name: Final[LineKey] = (claim.content.claim_id, billed.number)
        """What names it within its member."""
        self.procedure: Final[str] = billed.procedure
        self.on: Final[date] = billed.date_of_service
        self.key: Final[StudyKey] = (billed.procedure, billed.date_of_service)
        """The study that it belongs to."""
        self.plan: Final[Plan | None] = terms.plan
        self.policy: Final[Policy] = terms.policy
        self.policy_id: Final[str] = terms.policy_id
        self.service: Final[Service] = terms.service
        self.is_decided: Final[bool] = terms.is_decided
        self.is_watched: Final[bool] = terms.is_watched
        self.asked: Final[AskedCriteria | None] = terms.asked
        self.version: Final[PolicyVersion | None] = terms.version
        self.codes: Final[CodeSets] = terms.codes
        self.diagnoses: Final[tuple[str, ...]] = terms.diagnoses
        """Those that it points to, or all of the claim's; sorted, each once."""
        self.meanings: Final[frozenset[ModifierMeaning]] = terms.modifiers
        self.is_discontinued: Final[bool] = terms.is_discontinued
        self.is_walked: Final[bool] = terms.is_walked

    @property
    def component(self) -> Component:
        """Professional, technical or both; an institutional line is technical by nature."""
        if "professional" in self.meanings:
            return "professional"
        if "technical" in self.meanings or self.claim.content.claim_type == "institutional":
            return "technical"
        return "global"

    @property
    def evidence(self) -> Evidence:
        """A pointer to the line."""
        return Evidence("line", self.name[0], self.name[1])


class Study:
    """One examination as a policy sees it: its live lines are its components, with its reports."""

    __slots__ = (
        "_attesting",
        "_diagnosed",
        "_diagnoses",
        "_evidence",
        "_finalized",
        "_meaning",
        "_providers",
        "_statuses",
        "codes",
        "epoch",
        "is_kept",
        "key",
        "lines",
        "nearest",
        "on",
        "procedure",
        "reports",
        "result",
        "technique",
        "version",
    )

    def __init__(
        self,
        key: StudyKey,
        lines: Sequence[ClaimLine],
        reports: Sequence[Report],
        finalized: Mapping[LineKey, str],
        diagnoses: Diagnoses,
    ) -> None:
        self._finalized = finalized
        self._diagnoses = diagnoses
        self.key: StudyKey = key
        self.procedure: str = key[0]
        self.on: date = key[1]
        self.lines: tuple[ClaimLine, ...] = tuple(
            sorted(lines, key=_in_claim_order) if len(lines) > 1 else lines
        )
        ordered = sorted(reports, key=_study_id) if len(reports) > 1 else reports
        self.reports: tuple[Report, ...] = tuple(ordered)
        self.is_kept: bool = not lines or _has_no_policy(lines)
        """Whether its lines do not say how firmly it stands: none there, or one of no policy."""
        stretch = diagnoses.library.stretch_of(diagnoses.policy, key[1])
        self.version: PolicyVersion | None = stretch.version
        """The version in force on its day."""
        self.nearest: PolicyVersion = stretch.nearest
        """The version by which its day is looked up."""
        self.codes: CodeSets = stretch.codes
        """The code sets by which its day is looked up."""
        self.epoch: int = stretch.epoch
        """The stretch of days that its day lies in (`Library.epoch_of`)."""
        self.technique: Technique | None = stretch.codes.walked.get(key[0])
        """The technique that it is of, if it is held against the other."""
        self.result: StudyResult = _best_result(reports) if reports else "unknown"
        """The best that a report says; a claim line says nothing."""
        self._diagnosed: frozenset[str] | None = None
        self._meaning: Meaning | None = None
        self._statuses: frozenset[str] | None = None
        self._providers: frozenset[str] | None = None
        self._attesting: tuple[Claim, ...] | None = None
        self._evidence: tuple[Evidence, ...] | None = None

    def add_line(self, line: ClaimLine) -> None:
        """Takes in one more line, without a look at the others."""
        self.is_kept = (self.is_kept and bool(self.lines)) or line.asked is None
        diagnosed = self._diagnosed or self._all_diagnoses()
        if not diagnosed.issuperset(line.diagnoses):
            self._meaning = None
        self._diagnosed = diagnosed.union(line.diagnoses)
        self._statuses = self.statuses | {self._status_of(line)}
        if line.billed.rendering_npi is not None:
            self._providers = self.providers | {line.billed.rendering_npi}
        if line.claim.content.attestations:
            self._attesting = None
        self._evidence = None
        at = bisect_right(self.lines, _in_claim_order(line), key=_in_claim_order)
        self.lines = (*self.lines[:at], line, *self.lines[at:])

    @property
    def meaning(self) -> Meaning:
        """What all diagnoses of its lines and reports come to."""
        if self._meaning is None:
            self._meaning = self._meaning_of_all()
        return self._meaning

    @property
    def statuses(self) -> frozenset[str]:
        """
        What is said of its parts.

        A line with us is performed until the core system has said otherwise.
        """
        if self._statuses is None:
            self._statuses = frozenset(
                [report.status for report in self.reports]
                + [self._status_of(line) for line in self.lines]
            )
        return self._statuses

    @property
    def providers(self) -> frozenset[str]:
        """Who rendered its lines, as far as they say."""
        if self._providers is None:
            npis = [line.billed.rendering_npi for line in self.lines]
            self._providers = frozenset([npi for npi in npis if npi is not None])
        return self._providers

    @property
    def attesting(self) -> tuple[Claim, ...]:
        """The claims of its lines that attest anything, by their first lines."""
        if self._attesting is None:
            claims = [line.claim.content for line in self.lines]
            found = {claim.claim_id: claim for claim in claims if claim.attestations}
            self._attesting = tuple(found.values())
        return self._attesting

    def _status_of(self, line: ClaimLine) -> str:
        return self._finalized.get(line.name, "performed")

    def _meaning_of_all(self) -> Meaning:
        diagnoses = self._diagnoses
        if len(self.lines) == 1 and not self.reports and self.lines[0].policy is diagnoses.policy:
            return diagnoses.choose(self.lines[0].terms.meaning, self.on, self.codes)
        found = tuple(sorted(self._all_diagnoses()))
        return diagnoses.meaning(found, self.on, self.epoch, self.codes)

    def _all_diagnoses(self) -> frozenset[str]:
        found = [report.diagnoses for report in self.reports]
        found += [line.diagnoses for line in self.lines]
        return frozenset[str]().union(*found)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Pointers to everything that it is known from, in a fixed order."""
        if self._evidence is None:
            self._evidence = (
                *[line.evidence for line in self.lines],
                *[Evidence("report", None, None, report.study_id) for report in self.reports],
            )
        return self._evidence


def _has_no_policy(lines: Sequence[ClaimLine]) -> bool:
    """Whether there is a line among them that no policy of its plan decides or watches."""
    for line in lines:  # noqa: SIM110 - a generator costs more than the loop
        if line.asked is None:
            return True
    return False


def _best_result(reports: Sequence[Report]) -> StudyResult:
    results = [report.result for report in reports]
    if "limited" in results:
        return "limited"
    return "conclusive" if "conclusive" in results else "unknown"


def _in_claim_order(line: ClaimLine) -> tuple[ClaimPlace, int]:
    return (line.claim.place, line.billed.number)


_study_id = attrgetter("study_id")
