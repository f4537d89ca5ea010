"""Which claims hold: contents of one id, replacements, voids, and what waits (`rules.md` 2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final, Literal, NamedTuple

from rules.facts import Claim, Line, Origin
from rules.plans import Plan

Standing = Literal["active", "waiting", "superseded", "voided", "void", "waiting_void"]
ClaimPlace = tuple[date, datetime, str]
"""Where a claim stands in claim order: received, event time, claim id."""


class EffectiveClaim:
    """The content that holds for a claim id, and whether it is in force."""

    __slots__ = ("content", "is_live", "place", "standing")

    def __init__(self, content: Claim, time: datetime, standing: Standing) -> None:
        """`time`: the earliest event time of this content."""
        self.content: Final[Claim] = content
        self.standing: Final[Standing] = standing
        """`waiting` and `waiting_void`: the original that it names is not known."""
        self.place: Final[ClaimPlace] = (content.received_at, time, content.claim_id)
        """Its place in claim order."""
        self.is_live: Final[bool] = standing in ("active", "waiting")
        """Whether its lines count: active (also while it waits) and not a void."""


class ResolvedClaims(NamedTuple):
    """All claims of a member, resolved against each other."""

    known: dict[str, EffectiveClaim]
    displaced: tuple[tuple[EffectiveClaim, Line], ...]
    """Lines that only displaced contents of a claim id have, each with its earliest content."""
    contested_until: Mapping[str, datetime]
    """Claim ids with several contents, with the latest time of those; a review must be later."""


def resolve_claims(
    entries: tuple[tuple[Origin, Claim], ...], plans: Mapping[str, Plan]
) -> ResolvedClaims:
    """Finds which content of each claim id holds, and which claims are in force."""
    contents = _contents_by_id(entries)
    holders = {claim_id: ranked[0] for claim_id, ranked in contents.items()}
    namers = _namers(holders)
    known = {
        claim_id: EffectiveClaim(
            claim,
            origin.time,
            "active"  # as most claims are: an original that nothing names
            if claim.frequency == "1" and claim_id not in namers
            else _standing(claim, holders, namers, plans),
        )
        for claim_id, (origin, claim) in holders.items()
    }
    several = {claim_id: ranked for claim_id, ranked in contents.items() if len(ranked) > 1}
    return ResolvedClaims(
        known,
        tuple(line for ranked in several.values() for line in _displaced(ranked)),
        {claim_id: max(o.time for o, _ in ranked) for claim_id, ranked in several.items()},
    )


def order_of_contents(entry: tuple[Origin, Claim]) -> tuple[date, datetime, str, str]:
    """What orders contents of one claim id: the least holds."""
    origin, claim = entry
    return (claim.received_at, origin.time, origin.id, origin.source)


def _contents_by_id(
    entries: tuple[tuple[Origin, Claim], ...],
) -> dict[str, list[tuple[Origin, Claim]]]:
    """The different contents of each claim id, each with its earliest origin; the holder first."""
    contents = {entry[1].claim_id: [entry] for entry in entries}
    if len(contents) == len(entries):
        return contents
    contents = {}
    for entry in sorted(entries, key=order_of_contents):
        ranked = contents.setdefault(entry[1].claim_id, [])
        if all(entry[1] != claim for _, claim in ranked):
            ranked.append(entry)
    return contents


def _displaced(ranked: list[tuple[Origin, Claim]]) -> Iterable[tuple[EffectiveClaim, Line]]:
    """Lines of a claim id that its holder does not have."""
    seen = {line.number for line in ranked[0][1].lines}
    for origin, claim in ranked[1:]:
        for line in claim.lines:
            if line.number not in seen:
                seen.add(line.number)
                yield EffectiveClaim(claim, origin.time, "superseded"), line


def _namers(holders: Mapping[str, tuple[Origin, Claim]]) -> dict[str, Claim]:
    """For each claim id that replacements or voids name: the last of them in claim order."""
    last: dict[str, tuple[ClaimPlace, Claim]] = {}
    for origin, claim in holders.values():
        if claim.replaces is None:
            continue
        place = (claim.received_at, origin.time, claim.claim_id)
        if claim.replaces not in last or last[claim.replaces][0] < place:
            last[claim.replaces] = (place, claim)
    return {named: claim for named, (_, claim) in last.items()}


def _standing(
    claim: Claim,
    holders: Mapping[str, tuple[Origin, Claim]],
    namers: Mapping[str, Claim],
    plans: Mapping[str, Plan],
) -> Standing:
    """What names a claim itself goes before what names its original."""
    if claim.frequency == "8":
        return "waiting_void" if _waits(claim, holders, plans) else "void"
    last = namers.get(claim.claim_id)
    if last is None and claim.replaces is not None:
        last = namers[claim.replaces]
    if last is not None and last is not claim:
        return "superseded" if last.frequency == "7" else "voided"
    return "waiting" if _waits(claim, holders, plans) else "active"


def _waits(
    claim: Claim, holders: Mapping[str, tuple[Origin, Claim]], plans: Mapping[str, Plan]
) -> bool:
    """Whether it names an unknown original that the plan's claims should hold."""
    if claim.replaces is None or claim.replaces in holders:
        return False
    plan = plans.get(claim.plan_id)
    if plan is None or plan.claims_known_from is None:
        return True
    return any(line.date_of_service >= plan.claims_known_from for line in claim.lines)
