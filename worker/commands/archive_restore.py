"""`adjudicator archive restore`: puts back what Redis has lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from worker.archive.folder import Folder
from worker.archive.restoration import Restored, Restoring
from worker.archive.shard_archives import folder_of
from worker.client import shard_of_event
from worker.commands.shard_answers import answering_shards
from worker.config.settings import load_settings
from worker.events.files import event_lines
from worker.intake.runtime import library_of
from worker.store.shard_presence import PresentShards
from worker.store.shards import Shard
from worker.terminal.json_lines import json_line
from worker.terminal.progress import ProgressBars


@click.command("restore")
@click.argument(
    "folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.argument("files", metavar="[EVENTS]...", nargs=-1, type=click.Path(exists=True))
@click.option("--json", "as_json", is_flag=True, help="Write the summary as one JSON object.")
def command(folder: Path, files: tuple[str, ...], as_json: bool) -> None:
    """
    Put back members that Redis has lost, from the archive in DIR and the events in EVENTS.

    EVENTS are files of JSON lines, as producers sent them and in that order: all that they still
    hold. Each member is decided again as if nothing had been lost. What was archived is not
    published again; what was not archived is published again, under the same ids. Where the events
    lead to something else than was archived, as some are missing or come in another order, each
    line that differs is published once more with the next revision. Events that wait at the door
    are decided afterwards, on top of this.

    Stop all workers first, and accept the new installation: `adjudicator doctor
    --accept-new-installation`. It needs a login that may write everything. A member that has a
    record stays as it is, so that an interrupted run can be repeated.
    """
    settings = load_settings()
    library = library_of(settings)
    restored = Restored()
    with answering_shards(settings) as shards:
        with ProgressBars() as bars:
            done = bars.begin("putting members back", None)
            for shard in shards.answering:
                archive = Folder(folder_of(folder, shard))
                with archive.locked():
                    restoring = Restoring(shard.redis, shard.keys, archive, library)
                    found = restoring.run(_events_of(shard, shards, files), done)
                restored = Restored(*map(sum, zip(restored, found, strict=True)))
        if as_json:
            click.echo(json_line(restored._asdict()))
        else:
            for line in _in_words(restored):
                click.echo(line)


def _events_of(shard: Shard, shards: PresentShards, files: Sequence[str]) -> Iterator[bytes]:
    """Those of a shard's members; the files are read once for each shard."""
    for line in event_lines(files, whole=True):
        if not shard.is_of_several or shard_of_event(line.raw, len(shards.every)) == shard.number:
            yield line.raw


def _in_words(restored: Restored) -> Iterator[str]:
    yield (
        f"{restored.members:,} members put back from {restored.events:,} events. "
        f"{restored.known:,} determinations are in the archive; {restored.published:,} were "
        "published again."
    )
    if restored.restated:
        yield (
            f"The events of {restored.restated:,} members lead to something else than was "
            "archived: some are missing, or came in another order or under another library. What "
            "differs was published with the next revision."
        )
    if restored.refused:
        yield f"{restored.refused:,} events cannot be read; `adjudicator submit` says why."
    if restored.there:
        yield f"{restored.there:,} members have a record already, and stay as they are."
