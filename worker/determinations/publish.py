"""Writes a determination as the CloudEvent for consumers, chained to the member's last one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec

from rules.library_model import Library
from rules.member.member import EventCause, LibraryCause, Publication
from worker.determinations.findings import encoded_findings, finding_data
from worker.determinations.program import program
from worker.events.trace import TraceContext, trace_attributes

SOURCE = "/mrs-adjudicator"
TYPE = "claim.determined.v1"

_LAST_MILLISECOND = 253_402_300_799_999
"""Last millisecond of the year 9999: ids of stream entries can be later than any date."""

_encode = msgspec.json.Encoder().encode


def event_of(
    publication: Publication,
    member_id: str,
    library: Library,
    *,
    time: str,
    previous: bytes | None,
    trace: TraceContext | None = None,
) -> bytes:
    """
    The bytes to publish.

    `previous` is the SHA-256 of the bytes last published for the same member, `trace` that of the
    event which caused it.
    """
    determination = publication.determination
    findings = encoded_findings(determination.findings, library)
    data = _data(publication, member_id, library, findings)
    if previous is not None:
        data["digests"]["previous"] = _named_digest(previous)
    return _encode(
        {
            "specversion": "1.0",
            "id": determination_id(
                member_id, determination.claim_id, determination.line, publication.revision
            ),
            "source": SOURCE,
            "type": TYPE,
            "time": time,
            "subject": determination.claim_id,
            **trace_attributes(trace),
            "data": data,
        }
    )


def data_of(publication: Publication, member_id: str, library: Library) -> dict[str, Any]:
    """The `data` object (`contract.md` 2) of a determination, with no link to a previous one."""
    findings = [finding_data(finding) for finding in publication.determination.findings]
    return _data(publication, member_id, library, findings)


def _data(
    publication: Publication, member_id: str, library: Library, findings: Sequence[object]
) -> dict[str, Any]:
    determination = publication.determination
    return {
        "claim_id": determination.claim_id,
        "member_id": member_id,
        "line": determination.line,
        "procedure": determination.procedure or None,
        "revision": publication.revision,
        "change": publication.change,
        "outcome": determination.outcome,
        "reason": determination.reason,
        "section": determination.section,
        "group": determination.group,
        "carc": determination.carc,
        "rarc": determination.rarc,
        "needs": [need._asdict() for need in determination.needs],
        "due_on": determination.due_on and determination.due_on.isoformat(),
        "recommended": determination.recommended and determination.recommended._asdict(),
        "post_payment_review": publication.post_payment_review,
        "decided_by": determination.decided_by,
        "review_ignored": determination.review_ignored and determination.review_ignored._asdict(),
        "policy": {
            "id": determination.policy and determination.policy.id,
            "version": determination.policy_version,
            "library": library.digest,
            "program": program(),
        },
        "review": determination.review and determination.review._asdict(),
        "findings": findings,
        "caused_by": _cause(publication.caused_by),
        "record_version": publication.record_version,
        "digests": {"record": _named_digest(publication.record_digest), "previous": None},
    }


def determination_id(member_id: str, claim_id: str, line: int, revision: int) -> str:
    """The id of a determination's event; it depends only on its line and revision."""
    identity = _encode([member_id, claim_id, line, revision])
    return f"d-{sha256(identity).hexdigest()}"


def instant(milliseconds: int) -> str:
    """A Redis time as text: RFC 3339, UTC, to the millisecond."""
    seconds, rest = divmod(min(milliseconds, _LAST_MILLISECOND), 1000)
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"


def _cause(cause: EventCause | LibraryCause) -> Mapping[str, Any]:
    return cause._asdict()


def _named_digest(digest: bytes) -> str:
    return f"sha256:{digest.hex()}"
