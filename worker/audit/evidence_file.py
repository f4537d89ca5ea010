"""One claim's evidence in a file that anyone with the library can verify without Redis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from typing import Final, NamedTuple

import msgspec

from rules.facts import Event
from rules.history.record import Record, append
from rules.member.member import Member
from worker.audit.discrepancies import Discrepancy
from worker.audit.evidence import MemberEvidence
from worker.audit.originals import Originals
from worker.determinations.parse import StreamedDetermination, digest_of, named, read
from worker.events.decode import Refusal, decode
from worker.events.encode import as_cloudevent
from worker.events.remittance import EVERY_CODE
from worker.failures import RefusedError

FORMAT: Final = "mrs-adjudicator evidence 2"
_FORMATS: Final = (FORMAT, "mrs-adjudicator evidence 1")
"""The first carried no library."""


class NotEvidence(RefusedError):
    """The file is not evidence; the message says what is expected."""


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    """Refuses unknown fields: everything in the file is verified."""


class _About(_Strict):
    claim_id: str
    member_id: str


class _Event(_Strict):
    sequence: int
    digest: str
    facts: msgspec.Raw
    """The event as it is recorded, written as a CloudEvent."""
    original: str | None
    """The text as it was received, if it is known."""


class _Determination(_Strict):
    entry: str
    event: str
    """The text as it was published."""


class _File(_Strict):
    format: str
    made_by: str
    about: _About
    libraries: list[str]
    """Digests of the libraries named by its determinations."""
    chain: str
    """d(n) of the n events."""
    last: str | None
    """SHA-256 of the last determination."""
    events: list[_Event]
    determinations: list[_Determination]
    packed_libraries: dict[str, str] = {}
    """By their digests: those of `libraries` that were at hand."""


class Opened(NamedTuple):
    """What a file holds."""

    claim_id: str
    evidence: MemberEvidence
    originals: Mapping[bytes, bytes]
    findings: tuple[Discrepancy, ...]
    """Discrepancies of the file itself."""
    packed_libraries: Mapping[str, str]
    """By their digests, which they must have when they are unpacked."""


def write_evidence(
    claim_id: str,
    evidence: MemberEvidence,
    originals: Originals,
    packed_libraries: Mapping[str, str],
) -> bytes:
    """Returns the file's content: the member's whole record and chain, as a claim needs both."""
    member = evidence.member
    events = [
        _Event(
            origin.sequence,
            named(origin.digest),
            _facts(Event(evidence.member_id, origin.id, origin.source, origin.time, fact)),
            originals[origin.digest].decode() if origin.digest in originals else None,
        )
        for origin, fact in member.record.entries()
    ]
    content = _File(
        format=FORMAT,
        made_by=_program(),
        about=_About(claim_id, evidence.member_id),
        libraries=libraries_of(evidence),
        chain=named(member.chain),
        last=None if member.previous is None else named(member.previous),
        events=events,
        determinations=[
            _Determination(found.entry_id, found.event.decode("utf-8", "replace"))
            for found in evidence.found
        ],
        packed_libraries=dict(packed_libraries),
    )
    return msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n"


def open_evidence(content: bytes) -> Opened:
    """Reads a file, with its discrepancies; raises `NotEvidence`."""
    try:
        marker = msgspec.json.decode(content, type=dict[str, msgspec.Raw]).get("format")
    except (msgspec.DecodeError, UnicodeDecodeError):
        marker = None
    if marker is None or bytes(marker) not in map(msgspec.json.encode, _FORMATS):
        raise NotEvidence("This is not a file from `adjudicator audit export`.")
    try:
        file = msgspec.json.decode(content, type=_File)
    except msgspec.ValidationError as error:
        nothing = MemberEvidence("", Member(), has_state=False, found=())
        return Opened("", nothing, {}, (Discrepancy("changed", "file", str(error)),), {})
    return _opened(file)


def _opened(file: _File) -> Opened:
    findings: list[Discrepancy] = []
    found = tuple(
        StreamedDetermination(each.entry, each.event.encode()) for each in file.determinations
    )
    member = Member(
        record=_record(file, findings),
        chain=digest_of(file.chain) or b"",
        previous=digest_of(file.last),
    )
    evidence = MemberEvidence(file.about.member_id, member, has_state=False, found=found)
    if file.libraries != libraries_of(evidence):
        detail = "its list of libraries does not match its determinations"
        findings.append(Discrepancy("changed", "file", detail))
    if all(one is None or one.claim_id != file.about.claim_id for one in map(read, found)):
        detail = "it holds no determination of its claim"
        findings.append(Discrepancy("missing", "file", detail))
    return Opened(
        file.about.claim_id,
        evidence,
        _originals(file, findings),
        tuple(findings),
        file.packed_libraries,
    )


def _record(file: _File, findings: list[Discrepancy]) -> Record:
    """Returns the events in the order of their numbers, which start at 1."""
    record = Record()
    for each in sorted(file.events, key=lambda each: each.sequence):
        if each.sequence > record.version + 1:
            detail = "its number is missing"
            findings.append(Discrepancy("missing", "event", detail, sequence=record.version + 1))
        elif each.sequence <= record.version:
            detail = f"two events have the number {each.sequence}"
            findings.append(Discrepancy("added", "event", detail, sequence=each.sequence))
        event, digest = _event(each.facts), digest_of(each.digest)
        if event is None or digest is None or event.member_id != file.about.member_id:
            detail = "it is not an event of this member with a digest"
            findings.append(Discrepancy("changed", "event", detail, sequence=each.sequence))
        else:
            record = append(record, event, digest)
    return record


def _event(facts: msgspec.Raw) -> Event | None:
    """Reads an event; None: it is not written the way an export writes it."""
    event = decode(bytes(facts), EVERY_CODE)
    if isinstance(event, Refusal):
        return None
    ours = msgspec.json.decode(_facts(event))
    return event if ours == msgspec.json.decode(facts) else None


def _originals(file: _File, findings: list[Discrepancy]) -> dict[bytes, bytes]:
    """Returns the texts as received; each must match the digest beside it."""
    originals: dict[bytes, bytes] = {}
    for each in file.events:
        if each.original is not None:
            raw = each.original.encode("utf-8", "surrogatepass")
            digest = sha256(raw).digest()
            originals[digest] = raw
            if named(digest) != each.digest:
                detail = "its original text does not have its digest"
                findings.append(Discrepancy("changed", "event", detail, sequence=each.sequence))
    return originals


def _program() -> str:
    """Names the program that wrote the file; the wording of determinations depends on it."""
    try:
        return f"mrs-adjudicator {version('mrs-adjudicator')}"
    except PackageNotFoundError:
        return "mrs-adjudicator, run from its source"


def _facts(event: Event) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(as_cloudevent(event)))


def libraries_of(evidence: MemberEvidence) -> list[str]:
    """Digests of the libraries that a member's determinations name, sorted."""
    told: Sequence[str] = [one.library for one in map(read, evidence.found) if one is not None]
    return sorted(set(told))
