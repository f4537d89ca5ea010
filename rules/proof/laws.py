"""What must hold of every determination, whatever the situation: one law a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from rules.determination import DecidedBy, Determination, Outcome, Recommendation, Service
from rules.library_model import Library
from rules.loading.remittance import CarcDemand
from rules.plans import DenialMode
from rules.policy_version import AskedCriteria, PolicyVersion
from rules.truth import Truth

_NOTHING_ASKED = AskedCriteria(())
_PLAN_UNKNOWN = ("pended", "PLAN_UNKNOWN")
_CLOSED_BY = {"must_be_met": (Truth.NOT_MET, Truth.UNKNOWN), "must_not_fail": (Truth.NOT_MET,)}
"""Said here again: a law that asked `Criterion.closes` would agree with whatever that says."""


class Answer(NamedTuple):
    """A finding without its words."""

    criterion: str
    section: str
    truth: Truth
    reason: str | None
    parameters: tuple[str, ...]


class Shape(NamedTuple):
    """A determination without its ids, dates and words: all that a law speaks of."""

    service: Service
    outcome: Outcome
    reason: str
    section: str
    group: str | None
    carc: str | None
    rarc: tuple[str, ...]
    needs: tuple[str, ...]
    is_due: bool
    recommended: Recommendation | None
    reviewed: str | None
    """What the reviewer decided, where a review resolved the line, or no longer fits it."""
    answers: tuple[Answer, ...]
    decided_by: DecidedBy
    mode: DenialMode
    """Who may deny the line clinically, by its plan and the law."""


class Book(NamedTuple):
    """What the laws look up."""

    library: Library
    version: PolicyVersion
    """The one whose criteria are asked."""
    sections: frozenset[str]
    """Sections of the policy that something leans on."""
    parameters_of: Mapping[str, frozenset[str]]
    """Criterion -> the parameters that it may use."""
    demands: Mapping[str, CarcDemand]

    def asked(self, service: Service) -> AskedCriteria:
        """The criteria of the lines of a service."""
        return self.version.asked.get(service, _NOTHING_ASKED)

    def is_watched(self, service: Service) -> bool:
        """Whether lines of a service are only held against those that the policy decides."""
        return service == self.version.watched_service


class Law(NamedTuple):
    """A sentence, and whether it holds of a determination."""

    name: str
    sentence: str
    holds: Callable[[Shape, Book], bool]


def shape_of(one: Determination, mode: DenialMode = "automatic") -> Shape:
    """A determination without ids, dates and words; `mode`: who may deny its line."""
    return Shape(
        one.service,
        one.outcome,
        one.reason,
        one.section,
        one.group,
        one.carc,
        one.rarc,
        tuple(need.code for need in one.needs),
        one.due_on is not None,
        one.recommended,
        None if one.review is None else one.review.decision,
        tuple(
            Answer(f.criterion, f.section, f.answer, f.reason, tuple(sorted(f.parameters)))
            for f in one.findings
        ),
        one.decided_by,
        mode,
    )


def breached(shape: Shape, book: Book) -> list[Law]:
    """The laws that do not hold of it."""
    return [law for law in LAWS if not law.holds(shape, book)]


def _reason_is_known(shape: Shape, book: Book) -> bool:
    return shape.reason in book.library.reasons


def _criteria_are_whole(shape: Shape, book: Book) -> bool:
    answered = tuple(answer.criterion for answer in shape.answers)
    return answered in ((), tuple(row.name for row in book.asked(shape.service).criteria))


def _gates_close(shape: Shape, book: Book) -> bool:
    """Behind a gate that is not met nothing is asked; behind some not where it is unknown."""
    criteria = book.asked(shape.service).criteria if shape.answers else ()
    is_closed = False
    for row, answer in zip(criteria, shape.answers, strict=False):
        if (answer.truth is Truth.NOT_ASKED) is not is_closed:
            return False
        is_closed = is_closed or answer.truth in _CLOSED_BY.get(row.gate or "", ())
    return True


def _findings_give_their_reason(shape: Shape, book: Book) -> bool:
    """Of their own criterion; a PET line that another rule governs is denied nothing."""
    for answer in shape.answers:
        gives = answer.truth in (Truth.NOT_MET, Truth.UNKNOWN)
        if book.is_watched(shape.service) and answer.criterion == "authority":
            gives = False
        if (answer.reason is not None) is not gives:
            return False
        if answer.reason and book.library.reasons[answer.reason].criterion != answer.criterion:
            return False
    return True


def _outcome_follows(shape: Shape, book: Book) -> bool:
    """The first that is not met, else the first unknown, else approved; a review goes before."""
    if not shape.answers:
        return shape.reviewed is None
    said, asked = (shape.outcome, shape.reason), book.asked(shape.service)
    if book.is_watched(shape.service):
        return said in _of_watched(shape, asked.gates)
    kinds = [row.kind for row in asked.criteria]
    plan = shape.answers[kinds.index("benefit")].truth if "benefit" in kinds else None
    if plan is Truth.UNKNOWN:
        return said == _PLAN_UNKNOWN
    is_open = plan in (None, Truth.NOT_ASKED)
    return said in _of_decided(shape, asked.gates) or (is_open and said == _PLAN_UNKNOWN)


def _of_decided(shape: Shape, gates: int) -> Sequence[tuple[str, str]]:
    closed = _first(shape.answers[:gates], Truth.NOT_MET)
    clinical = _first(shape.answers[gates:], Truth.NOT_MET)
    unclear = _first(shape.answers, Truth.UNKNOWN)
    if closed is not None:
        return [("denied", closed)]
    if shape.reviewed is not None:
        return _by_review(shape)
    if clinical is not None:
        return [_by_mode(shape, clinical)]
    return [("pended", unclear)] if unclear is not None else [("approved", "CRITERIA_MET")]


def _of_watched(shape: Shape, gates: int) -> Sequence[tuple[str, str]]:
    denied = _first(shape.answers[gates:], Truth.NOT_MET)
    unclear = _first(shape.answers[gates:], Truth.UNKNOWN)
    if shape.reviewed == "denied":
        return _by_review(shape)
    if shape.reviewed == "approved":
        return [("not_applicable", "NO_CONFLICT")]
    if denied is not None:
        return [_by_mode(shape, denied), _PLAN_UNKNOWN]
    return [("pended", unclear)] if unclear is not None else [("not_applicable", "NO_CONFLICT")]


def _by_review(shape: Shape) -> Sequence[tuple[str, str]]:
    """As the reviewer decided, unless a denial came before what is known now."""
    if shape.reviewed == "denied":
        return [("denied", "REVIEWED"), ("pended", "REVIEW_OUTDATED")]
    return [("approved", "REVIEWED")]


def _by_mode(shape: Shape, reason: str) -> tuple[str, str]:
    """A clinical denial, or the wait for the person whose it is."""
    return ("denied", reason) if shape.mode == "automatic" else ("pended", "PEER_REVIEW")


def _first(answers: Sequence[Answer], truth: Truth) -> str | None:
    return next((str(answer.reason) for answer in answers if answer.truth is truth), None)


def _pends_have_no_group(shape: Shape, _: Book) -> bool:
    return shape.outcome != "pended" or shape.group is None


def _pends_are_due(shape: Shape, _: Book) -> bool:
    return shape.is_due is (shape.outcome == "pended")


def _pends_say_what_resolves_them(shape: Shape, _: Book) -> bool:
    return shape.outcome != "pended" or bool(shape.needs)


def _only_open_lines_need_anything(shape: Shape, _: Book) -> bool:
    return shape.outcome in ("pended", "denied") or not shape.needs


def _denials_carry_codes(shape: Shape, _: Book) -> bool:
    return shape.outcome != "denied" or (shape.group is not None and shape.carc is not None)


def _what_is_paid_carries_none(shape: Shape, _: Book) -> bool:
    return shape.outcome in ("pended", "denied") or not any((shape.group, shape.carc, *shape.rarc))


def _carc_has_what_it_demands(shape: Shape, book: Book) -> bool:
    demand = book.demands.get(shape.carc or "")
    if demand is None:
        return True
    has_group = shape.outcome != "denied" or demand.group in (None, shape.group)
    return has_group and (bool(shape.rarc) or not demand.needs_rarc)


def _recommends_what_it_found(shape: Shape, book: Book) -> bool:
    """The first clinical finding that is not met, where it may be said; else nothing."""
    if shape.reason != "PEER_REVIEW" or shape.mode != "recommend":
        return shape.recommended is None
    gates = book.asked(shape.service).gates
    return shape.recommended == ("denied", _first(shape.answers[gates:], Truth.NOT_MET))


def _person_denies(shape: Shape, book: Book) -> bool:
    """Where the plan or the law asks for a person, software alone denies nothing clinical."""
    if shape.outcome != "denied" or shape.decided_by == "person":
        return True
    asked = book.asked(shape.service)
    clinical = {row.name for row in asked.criteria[asked.gates :]}
    criterion = book.library.reasons[shape.reason].criterion
    return shape.mode == "automatic" or criterion not in clinical


def _says_who_decided(shape: Shape, _: Book) -> bool:
    whoever = "rules" if shape.reviewed is None else "person"
    return shape.decided_by == ("nobody" if shape.outcome == "pended" else whoever)


def _cites_what_is_leaned_on(shape: Shape, book: Book) -> bool:
    cited = {shape.section, *(answer.section for answer in shape.answers)}
    return cited <= book.sections


def _names_its_parameters(shape: Shape, book: Book) -> bool:
    return all(
        book.parameters_of[answer.criterion].issuperset(answer.parameters)
        for answer in shape.answers
    )


LAWS = (
    Law("known_reason", "every reason has a row in reasons.csv", _reason_is_known),
    Law(
        "whole_findings", "every criterion of the line has a finding, in order", _criteria_are_whole
    ),
    Law(
        "closed_gates", "behind a closed gate nothing is asked, before it everything", _gates_close
    ),
    Law("own_reason", "a finding gives a reason of its own criterion", _findings_give_their_reason),
    Law("outcome_follows", "outcome and reason are what the findings add up to", _outcome_follows),
    Law("pend_without_group", "a pended line has no group", _pends_have_no_group),
    Law("pend_has_due_date", "a pended line has a due date, no other has", _pends_are_due),
    Law(
        "pend_says_need", "a pended line says what would resolve it", _pends_say_what_resolves_them
    ),
    Law(
        "need_is_open", "only pended and denied lines need anything", _only_open_lines_need_anything
    ),
    Law("denial_has_codes", "a denied line has a group and a CARC", _denials_carry_codes),
    Law("no_codes_otherwise", "no other line has codes", _what_is_paid_carries_none),
    Law(
        "carc_demands",
        "a CARC has the group and the RARC that it demands",
        _carc_has_what_it_demands,
    ),
    Law(
        "peer_review",
        "a line that awaits a peer says what was found where it may, no other does",
        _recommends_what_it_found,
    ),
    Law("person_denies", "where a person must deny, software denies nothing", _person_denies),
    Law("decided_by", "a determination says who decided it", _says_who_decided),
    Law("citations", "only sections that the library leans on are cited", _cites_what_is_leaned_on),
    Law("parameters", "a finding names only parameters of its criterion", _names_its_parameters),
)
