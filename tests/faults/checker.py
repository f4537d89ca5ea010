"""
The one judge of every run: nothing lost, nothing done twice, each member's story in one line.

1. Conservation: every entry that was sent is applied, a duplicate, refused, set aside or still in
   the queue; never two of these, never none.
2. Exactly once: the revisions of each line are 1, 2, 3 … without gap or repeat, the last is what
   `decide` says, and the counters equal a recount.
3. Linearizable per member: each determination is what `decide` says of the first n events of the
   member's record, n being its record version; and these events stand in the order of the door.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from rules.library_model import Library
from tests.faults.chains import follow
from tests.faults.fates import Fates, Key, fates_of, key_of, key_of_kept
from tests.faults.observed import Observed
from tests.faults.recount import recount
from tests.faults.verdict import Verdict
from tests.faults.workload import Fields, event_in
from worker.events.types import event_type_of
from worker.metrics import counters as metrics


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What was sent, and what is known of how it arrived."""

    entries: Sequence[Fields]
    """Once for each time that it arrived for certain, in the order of the first of these."""
    doubtful: Mapping[Key, int] = field(default_factory=dict)
    """So many more may have arrived: the answer was lost, and it was sent again."""
    poison: Mapping[Key, int] = field(default_factory=dict)
    """So many of it must be set aside."""
    redriven: Mapping[Key, int] = field(default_factory=dict)
    """So many of its dead letters were put back to the door; that is an arrival too."""
    in_order: bool = True
    """Whether each member's events must stand in their record in the order of the door."""


def judge(observed: Observed, sent: Sent, libraries: Sequence[Library]) -> Verdict:
    """What is not as it must be; the last of the libraries is the one in use."""
    verdict = Verdict()
    fates = fates_of(sent.entries, sent.poison)
    _conservation(verdict, observed, sent, fates)
    _members(verdict, observed, sent, fates, libraries)
    recount(verdict, observed, libraries[-1])
    results = _counted_events(verdict, observed, sent)
    if not observed.queue:
        least = sum(fates.duplicates.values())
        most = least + sum(sent.doubtful.values())
        verdict.count(least, most, results.get("duplicate", 0), "events counted as duplicates")
        verdict.equal(0, observed.attempts, "trials that are still remembered")
        verdict.equal({}, dict(observed.takes), "takes of places where nothing waits")
    return verdict


def consistent(observed: Observed, sent: Sent, libraries: Sequence[Library]) -> Verdict:
    """
    What is wrong with a state that may lack some of what was sent.

    It is that of a Redis which has forgotten its last seconds: a beginning of what it once knew.
    """
    verdict = Verdict()
    verdict.equal(0, observed.survey.conservation_difference, "conservation difference")
    recorded = {digest for digests in _recorded(observed).values() for digest in digests}
    arrived = [
        fields
        for fields in sent.entries
        if event_in(fields) is None or sha256(event_in(fields) or b"").digest() in recorded
    ]
    part = Sent(entries=arrived, doubtful=sent.doubtful, in_order=sent.in_order)
    _members(verdict, observed, part, fates_of(arrived, {}), libraries)
    recount(verdict, observed, libraries[-1])
    _counted_events(verdict, observed, sent)
    return verdict


def _conservation(verdict: Verdict, observed: Observed, sent: Sent, fates: Fates) -> None:
    doubt = sum(sent.doubtful.values())
    survey = observed.survey
    verdict.count(0, 0, -survey.conservation_difference, "conservation difference")
    verdict.count(len(sent.entries), len(sent.entries) + doubt, survey.received, "entries received")
    waiting = Counter(
        key_of_kept(fields) if b"door" in fields else key_of(fields)
        for _, fields in observed.queue
        if b"order" not in fields
    )
    letters = Counter((key_of_kept(f), f[b"reason"].decode()) for f in _of_events(observed))
    for (key, reason), count in fates.refused.items():
        found = letters.pop((key, reason), 0) + waiting[key]
        verdict.count(count, count + sent.doubtful.get(key, 0), found, f"dead letter {reason}")
    for key, count in fates.set_aside.items():
        kept = count - sent.redriven.get(key, 0)
        found = letters.pop((key, "ATTEMPTS_EXHAUSTED"), 0) + waiting[key]
        verdict.count(kept, kept, found, "dead letter ATTEMPTS_EXHAUSTED")
    for (_, reason), count in letters.items():
        verdict.wrong += [f"dead letter {reason} of what should have been decided"] * count
    recorded = _recorded(observed)
    digests_waiting = {sha256(key).digest() for key in waiting if isinstance(key, bytes)}
    for member_id, digests in fates.applied.items():
        found = Counter(recorded.get(member_id, []))
        for digest in digests:
            least = int(digest not in digests_waiting)
            verdict.count(least, 1, found[digest], "an event in its member's record")


def _of_events(observed: Observed) -> list[Fields]:
    """The dead letters of events: an order that killed its workers is set aside too."""
    return [fields for _, fields in observed.letters if b"order" not in fields]


def _recorded(observed: Observed) -> dict[str, list[bytes]]:
    """Member -> digests of the events in the record, in order."""
    return {
        member_id: [origin.digest for origin, _ in member.record.entries()]
        for member_id, member in observed.members.items()
    }


def _members(
    verdict: Verdict, observed: Observed, sent: Sent, fates: Fates, libraries: Sequence[Library]
) -> None:
    raws = [raw for fields in sent.entries if (raw := event_in(fields)) is not None]
    raw_by_digest = {sha256(raw).digest(): raw for raw in raws}
    recorded = _recorded(observed)
    if sent.in_order:
        for member_id, digests in recorded.items():
            known = set(digests)
            expected = [each for each in fates.applied.get(member_id, ()) if each in known]
            verdict.equal(expected == digests, True, "events of a member in the order of the door")
    published: defaultdict[str, list[bytes]] = defaultdict(list)
    for entry_id, fields in observed.determinations:
        event = json.loads(fields[b"event"])
        published[event["data"]["member_id"]].append(fields[b"event"])
        verdict.add(_late(entry_id, event["time"]))
    ids = Counter(json.loads(fields[b"event"])["id"] for _, fields in observed.determinations)
    verdict.doubled += [f"the id of {n} determinations" for n in ids.values() if n > 1]
    reused = 0
    for member_id, member in observed.members.items():
        told = follow(verdict, member, published[member_id], raw_by_digest, libraries)
        reused += told.reused_claim_ids if told else 0
        last = published[member_id][-1:]
        end = sha256(last[0]).digest() if last else None
        verdict.equal(end, member.previous, "end of a member's chain")
    strangers = set(published) - set(observed.members)
    verdict.add(["determinations of a member without a record"] * len(strangers))
    verdict.equal(
        reused, observed.survey.counters.get(metrics.CLAIM_ID_REUSED, 0), metrics.CLAIM_ID_REUSED
    )


def _late(entry_id: str, time: str) -> list[str]:
    milliseconds = int(entry_id.partition("-")[0])
    apart = abs(datetime.fromisoformat(time).timestamp() * 1000 - milliseconds)
    return ["the time of a determination is not that of its entry"] if apart >= 1000 else []


def _counted_events(verdict: Verdict, observed: Observed, sent: Sent) -> Mapping[str, int]:
    """Holds the counters of events against records and dead letters; how many by result."""
    counters = observed.survey.counters
    applied = Counter(
        event_type_of(fact)
        for member in observed.members.values()
        for _, fact in member.record.entries()
    )
    by_result: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for counter, count in counters.items():
        name, *labels = counter.split(metrics.SEPARATOR)
        if name == metrics.EVENTS:
            by_result[labels[1]][labels[0]] += count
    verdict.equal(applied, by_result["applied"], "events counted as applied")
    letters = Counter(
        "set_aside" if fields[b"reason"] == b"ATTEMPTS_EXHAUSTED" else "refused"
        for fields in _of_events(observed)
    )
    letters["set_aside"] += sum(sent.redriven.values())
    for result in ("refused", "set_aside"):
        verdict.equal(letters[result], by_result[result].total(), f"events counted as {result}")
    finished = sum(result.total() for result in by_result.values())
    verdict.equal(finished, _histogram(counters, metrics.EVENT_AGE), metrics.EVENT_AGE)
    in_batches = counters.get(f"{metrics.BATCH_EVENTS}|sum", 0)
    verdict.equal(finished, in_batches, metrics.BATCH_EVENTS)
    return {result: counts.total() for result, counts in by_result.items()}


def _histogram(counters: Mapping[str, int], name: str) -> int:
    return sum(n for counter, n in counters.items() if counter.startswith(f"{name}|bucket|"))
