"""One claim's evidence as one file, which is verified without Redis, by whoever has the library."""

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

FORMAT: Final = "mrs-adjudicator evidence 1"


class NotEvidence(RefusedError):
    """A file that is something else; the message says what to give."""


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    """Nothing stands in the file that is not verified."""


class _About(_Strict):
    claim_id: str
    member_id: str


class _Event(_Strict):
    sequence: int
    digest: str
    facts: msgspec.Raw
    """The event as our record has it, written as a CloudEvent."""
    original: str | None
    """The text as it was received, if it was joined."""


class _Determination(_Strict):
    entry: str
    event: str
    """The text as it was published."""


class _File(_Strict):
    format: str
    made_by: str
    about: _About
    libraries: list[str]
    """Digests of the libraries that its determinations name."""
    chain: str
    """d(n) of the n events."""
    last: str | None
    """SHA-256 of the last determination."""
    events: list[_Event]
    determinations: list[_Determination]


class Opened(NamedTuple):
    """What a file holds."""

    claim_id: str
    evidence: MemberEvidence
    originals: Mapping[bytes, bytes]
    findings: tuple[Discrepancy, ...]
    """What is wrong with the file itself."""


def write_evidence(claim_id: str, evidence: MemberEvidence, originals: Originals) -> bytes:
    """The file's content: the member's whole record and chain, for a claim rests on all of it."""
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
        libraries=_libraries(evidence),
        chain=named(member.chain),
        last=None if member.previous is None else named(member.previous),
        events=events,
        determinations=[
            _Determination(found.entry_id, found.event.decode("utf-8", "replace"))
            for found in evidence.found
        ],
    )
    return msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n"


def open_evidence(content: bytes) -> Opened:
    """What a file holds, with what is wrong with it; raises `NotEvidence`."""
    try:
        marker = msgspec.json.decode(content, type=dict[str, msgspec.Raw]).get("format")
    except (msgspec.DecodeError, UnicodeDecodeError):
        marker = None
    if marker is None or bytes(marker) != msgspec.json.encode(FORMAT):
        raise NotEvidence("That is no file of `adjudicator audit export`.")
    try:
        file = msgspec.json.decode(content, type=_File)
    except msgspec.ValidationError as error:
        nothing = MemberEvidence("", Member(), has_state=False, found=())
        return Opened("", nothing, {}, (Discrepancy("changed", "file", str(error)),))
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
    if file.libraries != _libraries(evidence):
        detail = "its list of libraries is not that of its determinations"
        findings.append(Discrepancy("changed", "file", detail))
    if all(one is None or one.claim_id != file.about.claim_id for one in map(read, found)):
        detail = "it holds no determination of the claim that it is about"
        findings.append(Discrepancy("missing", "file", detail))
    return Opened(file.about.claim_id, evidence, _originals(file, findings), tuple(findings))


def _record(file: _File, findings: list[Discrepancy]) -> Record:
    """The events in the order of their numbers, which run from 1."""
    record = Record()
    for each in sorted(file.events, key=lambda each: each.sequence):
        if each.sequence > record.version + 1:
            detail = "its number is left out"
            findings.append(Discrepancy("missing", "event", detail, sequence=record.version + 1))
        elif each.sequence <= record.version:
            detail = f"there are two with the number {each.sequence}"
            findings.append(Discrepancy("added", "event", detail, sequence=each.sequence))
        event, digest = _event(each.facts), digest_of(each.digest)
        if event is None or digest is None or event.member_id != file.about.member_id:
            detail = "it is no event of this member with a digest"
            findings.append(Discrepancy("changed", "event", detail, sequence=each.sequence))
        else:
            record = append(record, event, digest)
    return record


def _event(facts: msgspec.Raw) -> Event | None:
    """What they state; None where they are not what we would write of it."""
    event = decode(bytes(facts), EVERY_CODE)
    if isinstance(event, Refusal):
        return None
    ours = msgspec.json.decode(_facts(event))
    return event if ours == msgspec.json.decode(facts) else None


def _originals(file: _File, findings: list[Discrepancy]) -> dict[bytes, bytes]:
    """The texts as received, each of which must have the digest that stands beside it."""
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
    """Which program wrote it: the words of a determination are those of its version."""
    try:
        return f"mrs-adjudicator {version('mrs-adjudicator')}"
    except PackageNotFoundError:
        return "mrs-adjudicator, run from its source"


def _facts(event: Event) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(as_cloudevent(event)))


def _libraries(evidence: MemberEvidence) -> list[str]:
    told: Sequence[str] = [one.library for one in map(read, evidence.found) if one is not None]
    return sorted(set(told))
