"""What is known of the lines of a member's claims: plan, state, service, day of receipt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from rules.facts import Claim, Event, Line
from rules.history.claims import resolve_claims
from rules.history.record import Record, append, recognise
from rules.library_model import Library
from rules.member.member import Member
from worker.events.decode import Refusal, decode
from worker.report.figures import UNKNOWN
from worker.report.revisions import LineClaim, LineName, Revision

NO_STATE: Final = "none"


def terms_of_member(member: Member, library: Library) -> dict[LineName, LineClaim]:
    """
    The terms of every line of a recorded member.

    Service and line of business are those that were published and counted, which another library
    may have said.
    """
    terms = terms_of_record(member.record, library)
    for line in member.published:
        name = (line.claim_id, line.line)
        known = terms.get(name, _unknown(UNKNOWN, line.service))
        terms[name] = known._replace(service=line.service, line_of_business=line.line_of_business)
    return terms


def terms_of_record(record: Record, library: Library) -> dict[LineName, LineClaim]:
    """The terms of every line, of the content that holds for its claim (`rules.md` 2)."""
    claims = resolve_claims(record.claims, library.plans)
    terms = {
        (content.claim_id, line.number): _terms(content, line, library)
        for content in (claim.content for claim in claims.known.values())
        for line in content.lines
    }
    for claim, line in claims.displaced:
        terms[claim.content.claim_id, line.number] = _terms(claim.content, line, library)
    return terms


def terms_of_events(raw: Iterable[bytes], library: Library) -> Mapping[LineName, LineClaim]:
    """The same from a member's events as they were sent; what `decide` refuses counts for none."""
    record = Record()
    for event in _accepted(raw, library):
        if recognise(record, event) == "new":
            record = append(record, event, b"")
    return terms_of_record(record, library)


def terms_of_procedure(revision: Revision, library: Library) -> LineClaim:
    """What the determination alone says: its service, by the first policy that has one for it."""
    known = {
        version.service_of(revision.procedure): policy.policy_id
        for policy in reversed(library.policies)
        for version in policy.versions
    }
    service = next(iter(sorted(known.keys() - {"other"})), "other")
    return _unknown(known[service], service)


def _accepted(raw: Iterable[bytes], library: Library) -> Iterator[Event]:
    for line in raw:
        event = decode(line, library.remittance)
        if not isinstance(event, Refusal):
            yield event


def _terms(content: Claim, line: Line, library: Library) -> LineClaim:
    on, plan = line.date_of_service, library.plans.get(content.plan_id)
    terms = None if plan is None else plan.on(on)
    policy, service = library.ruled(terms, line.procedure, on)
    policy_id = policy.policy_id
    received = content.received_at.toordinal()
    if plan is None:
        return _unknown(policy_id, service)._replace(received=received)
    state = plan.state or NO_STATE
    return LineClaim(policy_id, service, plan.plan_id, plan.line_of_business, state, received)


def _unknown(policy: str, service: str) -> LineClaim:
    return LineClaim(policy, service, UNKNOWN, UNKNOWN, UNKNOWN, None)
