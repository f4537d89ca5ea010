"""A determination's trace is that of the event that caused it, as the bytes received show."""

from __future__ import annotations

from hashlib import sha256

from rules.library_model import Library
from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.recordings import Step, recording
from tests.worker.events.test_trace import PARENT, STATE
from worker.audit.evidence import MemberEvidence
from worker.audit.originals import by_digest
from worker.audit.verification import verify

OTHER = PARENT.replace("4bf9", "aaaa")
SENT = encoded(event_of(CLAIM) | {"traceparent": PARENT, "tracestate": STATE})


ATTRIBUTES = f'"traceparent":"{PARENT}","tracestate":"{STATE}",'


def changed_to(evidence: MemberEvidence, other: str) -> MemberEvidence:
    """The same, with other attributes in its one determination, and its chain made to fit."""
    (one,) = evidence.found
    changed = one._replace(event=one.event.replace(ATTRIBUTES.encode(), other.encode()))
    member = evidence.member._replace(previous=sha256(changed.event).digest())
    return evidence._replace(found=(changed,), member=member)


def test_a_trace_that_is_the_events_is_no_discrepancy(library: Library):
    evidence = recording("M-1", [Step(library, SENT)])

    verified = verify(evidence, {library.digest: library}, by_digest([SENT]))

    assert () == verified.findings
    assert 1 == verified.checked


def test_a_trace_that_is_another_is_found_where_the_events_bytes_are_known(library: Library):
    evidence = changed_to(recording("M-1", [Step(library, SENT)]), f'"traceparent":"{OTHER}",')

    found = verify(evidence, {library.digest: library}, by_digest([SENT])).findings
    unknown = verify(evidence, {library.digest: library}).findings

    assert ["its trace is not that of its event"] == [each.detail for each in found]
    assert () == unknown


def test_a_determination_of_before_traces_were_carried_is_no_discrepancy(library: Library):
    evidence = changed_to(recording("M-1", [Step(library, SENT)]), "")

    verified = verify(evidence, {library.digest: library}, by_digest([SENT]))

    assert () == verified.findings
