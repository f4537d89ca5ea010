"""`adjudicator follow`: says what happened to one event, without naming its member."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from worker.commands.failures import NotFound
from worker.commands.shard_answers import answering_shards
from worker.config.settings import load_settings
from worker.logs.logs import hashed_event_id
from worker.operations.event_traces import Trace, follow
from worker.store.shard_presence import PresentShards
from worker.terminal.console import printable
from worker.terminal.json_lines import json_line
from worker.terminal.progress import busy

_HASH = re.compile(r"[0-9a-f]{16}")


@click.command("follow")
@click.argument("words", metavar="SOURCE ID | HASH", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object a trace.")
def command(words: tuple[str, ...], as_json: bool) -> None:
    """
    Say what happened to one event: waiting, refused, set aside, discarded, applied or never seen.

    An event is named by its `source` and `id`, or by the hash of both that the workers' logs show
    (`event_hash`, at MRS_LOG_LEVEL=debug), so that no log and no ticket needs to name a member or a
    claim. Reads the whole queue, the dead letters and the determinations that Redis still holds;
    if none of these is of the event, the records of all members.
    `adjudicator explain` says more about a claim to those who may see it.
    """
    event_hash = _hash_named_by(words)
    settings = load_settings()
    if not as_json:
        click.echo(f"event_hash {event_hash}")
    with answering_shards(settings) as shards:
        with busy("looking for the event"):
            traces = list(_traces(shards, event_hash))
        for trace in traces:
            if as_json:
                click.echo(json_line({"event_hash": event_hash} | trace._asdict()))
            else:
                place = ", ".join(filter(None, (trace.where, trace.entry)))
                click.echo(f"{place}: {printable(trace.said)}")
        if not traces:
            raise NotFound(
                "It was never seen here: it is not waiting, is no dead letter, and is in no "
                "member's record. Check source, id and MRS_PREFIX, or send it again."
            )


def _traces(shards: PresentShards, event_hash: str) -> Iterator[Trace]:
    for shard in shards.answering:
        for trace in follow(shard.redis, shard.keys, event_hash):
            yield trace._replace(where=f"{shard.label}{trace.where}")


def _hash_named_by(words: tuple[str, ...]) -> str:
    match words:
        case (source, event_id):
            return hashed_event_id(source, event_id)
        case (one,) if _HASH.fullmatch(one):
            return one
        case _:
            raise click.UsageError("Name a SOURCE and an ID, or one HASH of 16 hex digits.")
