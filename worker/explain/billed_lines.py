"""What was billed on claim lines: plan, receipt, day, procedure, provider; for many at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from itertools import islice
from typing import Final, NamedTuple

from redis import Redis

from rules.facts import Claim, Line
from rules.history.claims import resolve_claims
from rules.history.record import Record
from rules.history.studies import LineKey
from rules.library_model import Library
from worker.determinations.data import MemberLineKey
from worker.store.arguments import STAMP_BYTES
from worker.store.keys import Keys
from worker.store.member_state import decode_member

_AT_ONCE: Final = 200


class BilledLine(NamedTuple):
    """What a provider billed on one line, by the content of the claim that holds."""

    plan_id: str
    received_at: date
    on: date
    """Date of service."""
    procedure: str
    provider: str | None
    """The NPI of who rendered it; None: the claim does not say."""
    diagnoses: tuple[str, ...] = ()
    """Those of the line, as billed."""


def policy_of(billed: BilledLine, library: Library) -> str:
    """The id of the policy by which a library looks a line up."""
    plan = library.plans.get(billed.plan_id)
    return library.ruled(plan, billed.procedure, billed.on).policy.policy_id


def billed_lines(
    redis: Redis, keys: Keys, lines: Collection[MemberLineKey]
) -> dict[MemberLineKey, BilledLine]:
    """
    What was billed on each of some lines, by their members' records; others are left out.

    Raises `redis.RedisError`.
    """
    found: dict[MemberLineKey, BilledLine] = {}
    members = iter(dict.fromkeys(member_id for *_, member_id in lines))
    while some := list(islice(members, _AT_ONCE)):
        found.update(_billed_by(redis, keys, some))
    return {line: found[line] for line in lines if line in found}


def billed_in(record: Record) -> Iterator[tuple[LineKey, BilledLine]]:
    """What was billed on each line of each claim of a member, by claim and line."""
    resolved = resolve_claims(record.claims, {})
    for known in resolved.known.values():
        for line in known.content.lines:
            yield _billed(known.content, line, known.content.plan_id)
    for known, line in resolved.displaced:
        holder = resolved.known[known.content.claim_id].content
        yield _billed(known.content, line, holder.plan_id)


def _billed(claim: Claim, line: Line, plan_id: str) -> tuple[LineKey, BilledLine]:
    on, procedure, provider = line.date_of_service, line.procedure, line.rendering_npi
    pointers = line.diagnosis_pointers or range(1, len(claim.diagnoses) + 1)
    diagnoses = tuple(claim.diagnoses[pointer - 1] for pointer in pointers)
    billed = BilledLine(plan_id, claim.received_at, on, procedure, provider, diagnoses)
    return (claim.claim_id, line.number), billed


def _billed_by(
    redis: Redis, keys: Keys, members: Collection[str]
) -> Iterator[tuple[MemberLineKey, BilledLine]]:
    pipeline = redis.pipeline(transaction=False)
    for member_id in members:
        pipeline.get(keys.record(member_id))
    for member_id, stored in zip(members, pipeline.execute(), strict=True):
        if stored is not None:
            record = decode_member(stored[STAMP_BYTES:]).record
            for (claim_id, line), billed in billed_in(record):
                yield (claim_id, line, member_id), billed
