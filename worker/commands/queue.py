"""`adjudicator queue`: what waits in the queue."""

from __future__ import annotations

from collections.abc import Iterator

import click

from worker.commands.queue_wait import wait_until_worked_off
from worker.commands.shard_answers import answering_shards
from worker.config.settings import load_settings
from worker.metrics.snapshot import LANES_MAX, QueueSnapshot, SnapshotReader, summed
from worker.store.keys import lane_name
from worker.store.shards import Shard
from worker.terminal.counts import counted
from worker.terminal.json_lines import json_line


@click.command("queue")
@click.option("--wait", is_flag=True, help="First wait until what waits now is worked off.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object.")
def command(wait: bool, as_json: bool) -> None:
    """
    Show how many events wait, where they wait and for how long.

    With --wait it returns when what stood in the queue at the start has been worked off, whatever
    has come since: each event is decided, refused or set aside. It gives up, with exit code 3, when
    nothing has moved for a minute.
    """
    settings = load_settings()
    with answering_shards(settings) as shards:
        if wait:
            wait_until_worked_off(shards.answering)
        snapshot = summed(
            [SnapshotReader(each.redis, each.keys, []).look() for each in shards.answering]
        )
        lanes = {
            f"{shard.label}{name}": count
            for shard in shards.answering
            for name, count in _lanes(shard)
        }
        if as_json:
            click.echo(json_line(_as_json(snapshot, lanes)))
        else:
            for line in _in_words(snapshot, lanes):
                click.echo(line)


def _lanes(shard: Shard) -> Iterator[tuple[str, int]]:
    """Each lane in which something waits, and how many."""
    names = [lane_name(lane) for lane in range(LANES_MAX)]
    pipeline = shard.redis.pipeline(transaction=False)
    for name in names:
        pipeline.xlen(shard.keys.stream(name))
    for name, length in zip(names, pipeline.execute(), strict=True):
        if length:
            yield name, length


def _as_json(snapshot: QueueSnapshot, lanes: dict[str, int]) -> dict[str, object]:
    return {
        "events": snapshot.events,
        "door": snapshot.at_door,
        "lanes": lanes,
        "oldest_seconds": round(snapshot.oldest_seconds, 3),
        "dead_letters": snapshot.dead_letters,
        "workers_ready": len(snapshot.workers),
    }


def _in_words(snapshot: QueueSnapshot, lanes: dict[str, int]) -> Iterator[str]:
    if snapshot.events:
        yield (
            f"{counted(snapshot.events, 'event waits', 'events wait')}, the oldest for "
            f"{snapshot.oldest_seconds:.0f} seconds."
        )
    else:
        yield "Nothing waits."
    if snapshot.at_door:
        yield f"At the door: {snapshot.at_door:,}."
    for name, length in lanes.items():
        yield f"Lane {name}: {length:,}."
    if snapshot.dead_letters:
        yield f"{counted(snapshot.dead_letters, 'dead letter')}: `adjudicator dead-letters list`."
    yield f"{counted(len(snapshot.workers), 'worker is', 'workers are')} ready."
