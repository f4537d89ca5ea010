"""The one entry point: everything known about a member, and the library -> determinations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from rules.answers import not_asked
from rules.criteria.authority import ask_authority, ask_pet_authority
from rules.criteria.benefit import ask_benefit
from rules.criteria.coding import ask_coding
from rules.criteria.conventional_imaging import ask_conventional_imaging
from rules.criteria.duplicates import EarlierLines, ask_not_duplicate
from rules.criteria.indication import ask_indication
from rules.criteria.policy_in_force import ask_policy_in_force
from rules.criteria.proven_service import ask_proven_service
from rules.determination import Determination, Finding, Outcome
from rules.exclusivity.line_interactions import AS_DECIDED, Others
from rules.exclusivity.rivals import Strength, exempt
from rules.exclusivity.timeline import walk
from rules.history.history import History
from rules.history.record import Record
from rules.history.studies import HeldLine, LineKey, StudyKey
from rules.library_model import Library
from rules.outcome import Verdict, determine, judge_mrs, judge_pet
from rules.truth import Truth

MRS_CRITERIA = (
    "benefit",
    "authority",
    "policy_in_force",
    "coding",
    "not_duplicate",
    "proven_service",
    "indication",
    "conventional_imaging",
    "pet_exclusivity",
)
"""The criteria of an MRS line in the order in which they are asked."""

PET_CRITERIA = ("authority", "policy_in_force", "pet_exclusivity")
"""The criteria of a PET line in the order in which they are asked."""


class Earlier(NamedTuple):
    """How the days before some date stand decided."""

    outcomes: Mapping[LineKey, tuple[Outcome, str]]
    """Outcome and reason of each line."""
    strengths: Mapping[StudyKey, Strength]
    """How firmly each study stands that is known from reports alone."""


class Adjudicated(NamedTuple):
    """What a member's record is decided as."""

    determinations: tuple[Determination, ...]
    """Sorted by claim id and line number."""
    strengths: Mapping[StudyKey, Strength]
    """As `Earlier` has them, of all days."""


def adjudicate(record: Record, library: Library) -> tuple[Determination, ...]:
    """Every claim line of the record, decided; sorted by claim id and line number."""
    return adjudicate_since(record, library, date.min, Earlier({}, {})).determinations


def adjudicate_since(
    record: Record,
    library: Library,
    since: date,
    earlier: Earlier,
    others: Others = AS_DECIDED,
) -> Adjudicated:
    """
    The claim lines of a day and later, decided; what came before stands as `earlier` says.

    No rule looks forward in time from a date of service, so that a fact can change nothing before
    the first day that it speaks of (`rules/member/invalidation.py`).
    """
    history = History(record, library, since)
    return _Adjudication(history, earlier, others).adjudicated()


class _Adjudication:
    """One pass over a member: criteria by line, then the walk, then the determinations."""

    def __init__(self, history: History, earlier: Earlier, others: Others) -> None:
        self._history = history
        self._others = others
        self._library = history.library
        self._since = history.since
        self._outcomes = earlier.outcomes
        asked = [held for held in history.lines if self._is_asked(held)]
        self._gates = {h.name: self._first_gates(h) for h in asked if h.service == "mrs"}
        self._earlier = EarlierLines(history, self._is_barred)
        self._verdicts: dict[LineKey, tuple[Finding | None, Verdict]] = {}
        self._before: dict[LineKey, tuple[Finding, ...]] = {
            held.name: self._ask_mrs(held) if held.service == "mrs" else self._ask_pet(held)
            for held in asked
        }
        self._walked = walk(history, self._judge, earlier.strengths, others)

    def adjudicated(self) -> Adjudicated:
        """One determination for each line from the first day on."""
        lines = [h for h in self._history.lines if h.line.date_of_service >= self._since]
        lines.sort(key=attrgetter("name"))
        return Adjudicated(tuple(map(self._determine, lines)), self._walked.strengths)

    def _determine(self, held: HeldLine) -> Determination:
        if held.name not in self._before:
            return determine(held, self._settled_before(held), (), self._library)
        finding = self._walked.findings.get(held.key)
        return determine(
            held, self._verdict(held, finding), self._findings(held, finding), self._library
        )

    def _judge(self, held: HeldLine, finding: Finding | None) -> tuple[Outcome, str]:
        """What a live line would be published as with a finding of exclusivity."""
        if held.line.date_of_service < self._since:
            return self._outcomes[held.name]
        if held.name not in self._before:
            verdict = self._settled_before(held)
        else:
            verdict = self._verdict(held, finding)
        return verdict.outcome, verdict.reason

    def _verdict(self, held: HeldLine, finding: Finding | None) -> Verdict:
        """What the findings come to; kept, since the walk and the determination ask the same."""
        kept = self._verdicts.get(held.name)
        if kept is not None and kept[0] is finding:
            return kept[1]
        verdict = self._judged(held, finding)
        self._verdicts[held.name] = (finding, verdict)
        return verdict

    def _judged(self, held: HeldLine, finding: Finding | None) -> Verdict:
        findings = self._findings(held, finding)
        review = self._history.reviews.get(held.name)
        if held.service == "mrs":
            return judge_mrs(findings, held.plan, review)
        if findings[-1].answer is Truth.NOT_ASKED or not self._is_walked(held):
            review = None
        return judge_pet(findings[-1], held.plan, review)

    def _findings(self, held: HeldLine, finding: Finding | None) -> tuple[Finding, ...]:
        """The findings of a line, with its study's finding of exclusivity if nothing bars it."""
        before = self._before[held.name]
        criteria = MRS_CRITERIA if held.service == "mrs" else PET_CRITERIA
        if len(before) == len(criteria) or finding is None:
            return before
        return (*before, finding)

    def _is_asked(self, held: HeldLine) -> bool:
        """Whether criteria are asked of a line, or it is settled before any (`rules.md` 2)."""
        if held.service == "other" or held.line.date_of_service < self._since:
            return False
        if not held.known.is_live:
            return False
        return held.known.standing == "active" or held.name in self._history.reviews

    def _settled_before(self, held: HeldLine) -> Verdict:
        """What settles a line before any criterion, in the order of `rules.md` 2."""
        standing = held.known.standing
        if standing in ("superseded", "voided"):
            return Verdict("not_applicable", standing.upper())
        if standing == "void":
            return Verdict("not_applicable", "VOID_PROCESSED")
        if held.service == "other":
            return Verdict("not_applicable", "OUT_OF_SCOPE")
        if held.name in self._history.reviews:
            return Verdict("not_applicable", "VOID_PROCESSED")
        return Verdict("pended", "ORIGINAL_NOT_FOUND")

    def _first_gates(self, held: HeldLine) -> tuple[Finding, ...]:
        """Gates 1 to 4 of an MRS line, up to the first that closes."""
        library = self._library
        findings = [ask_benefit(held, library)]
        if held.plan is not None and findings[-1].answer is Truth.MET:
            findings.append(ask_authority(held, held.plan, library))
            if findings[-1].answer is Truth.MET:
                findings.append(ask_policy_in_force(held.version, library))
                if findings[-1].answer is Truth.MET:
                    findings.append(ask_coding(held, self._history))
        return tuple(findings)

    def _is_barred(self, held: HeldLine) -> bool:
        """Denied at gate 1 or 4: such a line is no earlier line to any other."""
        gates = self._gates.get(held.name, ())
        is_barred = any(
            finding.answer is Truth.NOT_MET and finding.criterion in ("benefit", "coding")
            for finding in gates
        )
        return self._others.is_barred(held.name, is_barred)

    def _ask_mrs(self, held: HeldLine) -> tuple[Finding, ...]:
        """Criteria 1 to 8, and the ninth where the line is not walked or a gate is closed."""
        gates = self._gates[held.name]
        library, history = self._library, self._history
        if len(gates) < 4 or gates[-1].answer is Truth.NOT_MET:
            return _closed(gates, MRS_CRITERIA, library)
        duplicate = ask_not_duplicate(held, self._earlier, library)
        if duplicate.answer is Truth.NOT_MET:
            return _closed((*gates, duplicate), MRS_CRITERIA, library)
        assert held.version is not None  # gate 3 is met
        parameters = held.version.parameters
        ids = history.authorizations_for(held.line.procedure, held.line.date_of_service)
        findings = (
            *gates,
            duplicate,
            ask_proven_service(held, ids, library),
            ask_indication(held, ids, history, parameters),
            ask_conventional_imaging(held, ids, history, parameters),
        )
        return findings if self._is_walked(held) else (*findings, self._exempt(held))

    def _ask_pet(self, held: HeldLine) -> tuple[Finding, ...]:
        """Authority and version, and exclusivity where the line is not walked or is not asked."""
        library = self._library
        authority = ask_pet_authority(held, library)
        if authority.answer is Truth.NOT_MET:
            return _closed((authority,), PET_CRITERIA, library)
        findings = (authority, ask_policy_in_force(held.version, library))
        if held.version is None:
            return _closed(findings, PET_CRITERIA, library)
        return findings if self._is_walked(held) else (*findings, self._exempt(held))

    def _is_walked(self, held: HeldLine) -> bool:
        """Whether the line is part of a study that is held against the other technique."""
        if held.is_discontinued:
            return False
        mrs = self._library.mrs.get(held.line.procedure)
        if mrs is not None:
            return not mrs.investigational
        is_skull_base = self._library.pet[held.line.procedure].pet_class == "skull_base"
        return not is_skull_base or (
            held.version is not None and held.version.parameters.skull_base_pet_counts
        )

    def _exempt(self, held: HeldLine) -> Finding:
        because = f"{held.line.procedure} is not held against the other technique"
        if held.is_discontinued:
            because = "a discontinued service is no study"
        return exempt(self._library, because)


def _closed(
    findings: tuple[Finding, ...], criteria: tuple[str, ...], library: Library
) -> tuple[Finding, ...]:
    """The findings up to a gate that closed, and `not_asked` for the criteria behind it."""
    because = f"{findings[-1].criterion} comes first"
    behind = (not_asked(library, name, because) for name in criteria[len(findings) :])
    return (*findings, *behind)
