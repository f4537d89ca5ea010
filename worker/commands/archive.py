"""`adjudicator archive`: moves determinations that every reader has acknowledged to files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import click
from redis import Redis

from worker.archive.acknowledged import Bound, acknowledged, no_younger_than
from worker.archive.archive import Archive
from worker.archive.folder import Folder
from worker.archive.integrity import faults_of
from worker.archive.manifest import FileForm
from worker.archive.shard_archives import folder_of, folders_in
from worker.archive.transfer import Limits, Moved, Moving
from worker.commands.archive_restore import command as restore
from worker.commands.failures import FOUND_WANTING
from worker.commands.shard_answers import answering_shards
from worker.config.settings import load_settings
from worker.processes.graceful_exit import ends_in_good_order
from worker.processes.interruption import says_when_stopped
from worker.store.keys import Keys
from worker.store.shards import Shard
from worker.store.upkeep import note_success
from worker.terminal.console import printable
from worker.terminal.counts import counted
from worker.terminal.json_lines import json_line
from worker.terminal.progress import ProgressBars

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE_ENTRIES = 20_000
_HOUR_SECONDS = 3600

_STOPPED = (
    "What was moved is complete in the files; the rest is in Redis. The next run goes on there."
)


class _WithRestore(click.Command):
    """The command, whose first word may also be that of another."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401  # click's own
    ) -> click.Context:
        if args[:1] == [restore.name]:
            return restore.make_context(f"{info_name} {restore.name}", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


@click.command("archive", cls=_WithRestore)
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option(
    "--keep-days",
    type=click.IntRange(0, 36_500),
    default=0,
    show_default=True,
    help="Keep younger determinations in Redis.",
)
@click.option(
    "--file-entries",
    type=click.IntRange(1),
    default=_FILE_ENTRIES,
    show_default=True,
    help="Maximum determinations per file.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(get_args(FileForm)),
    help="Form of new files.  [default: that of the last file, else jsonl]",
)
@click.option("--check", is_flag=True, help="Move nothing: read all files and compare digests.")
@click.option(
    "--every",
    metavar="HOURS",
    type=click.FloatRange(0.001, 8_760),
    help="Run again so many hours after each run, until SIGTERM.",
)
@click.option("--json", "as_json", is_flag=True, help="Write the summary as one JSON object.")
@click.pass_context
def command(  # noqa: PLR0913, PLR0917  # one for each option
    ctx: click.Context,
    folder: Path,
    keep_days: int,
    file_entries: int,
    form: FileForm | None,
    check: bool,
    every: float | None,
    as_json: bool,
) -> None:
    """
    Move determinations that every consumer group has acknowledged from Redis to files in DIR.

    The files are compressed JSON lines, or with --format parquet, which needs the extra parquet,
    Parquet in a folder for each month; manifest.json has the digest of each. Everything is written
    to disk and read back before it leaves the stream. If a run is interrupted at any point, the
    next one continues. Without a consumer group nothing is acknowledged, so nothing is moved. A
    determination whose line is still pended stays, for `adjudicator pends`. Members' records stay.
    An installation has one archive: always name the same DIR, or a complete copy of it. Of several
    shards each has a folder in it, `shard=0` and so on, and a summary of its own.

    `adjudicator explain` and `adjudicator audit` read it back with --archive DIR. --check needs no
    Redis, and exits with 1 if a file is missing or damaged.

    `adjudicator archive restore DIR [EVENTS]...` puts back what Redis has lost; its --help says
    how. A folder of that name is ./restore.
    """
    if check:
        ctx.exit(max(_check(Archive(each), as_json=as_json) for each in folders_in(folder)))
    with ends_in_good_order() as ending, says_when_stopped(lambda: _STOPPED):
        while True:
            _archive(folder, keep_days, Limits(file_entries, form=form), as_json=as_json)
            if every is None:
                return
            ending.pause(every * _HOUR_SECONDS)


def _archive(folder: Path, keep_days: int, limits: Limits, *, as_json: bool) -> None:
    """Archives shard after shard, each in its own folder."""
    with answering_shards(load_settings()) as shards:
        for shard in shards.answering:
            _archive_shard(shard, folder_of(folder, shard), keep_days, limits, as_json=as_json)


def _archive_shard(
    shard: Shard, folder: Path, keep_days: int, limits: Limits, *, as_json: bool
) -> None:
    redis, keys = shard.redis, shard.keys
    bound = acknowledged(redis, keys.determinations)
    if bound is not None:
        bound = no_younger_than(redis, bound, keep_days)
    moved = _move(redis, keys, Folder(folder), bound, limits)
    left = redis.xlen(keys.determinations)
    note_success(redis, keys, "archive")
    if as_json:
        number = {"shard": shard.number} if shard.is_of_several else {}
        click.echo(json_line(number | _as_json(moved, bound, left)))
        return
    if shard.is_of_several:
        click.echo(f"Shard {shard.number}:")
    for line in (*_in_words(moved, keys), *_of_the_rest(moved, bound, left)):
        click.echo(line)


def _move(redis: Redis, keys: Keys, folder: Folder, bound: Bound | None, limits: Limits) -> Moved:
    folder.create()
    with folder.locked(), ProgressBars() as bars:
        moving = Moving(redis, keys, folder, limits)
        moving.go_on()
        return moving.run(bound.last if bound else "0-0", bars.begin("archiving", None))


def _as_json(moved: Moved, bound: Bound | None, left: int) -> dict[str, Any]:
    return {
        "moved": sum(file.entries for file in moved.files),
        "files": [file.name for file in moved.files],
        "bytes": sum(file.bytes for file in moved.files),
        "finished": moved.finished,
        "acknowledged_through": bound and bound.last,
        "kept_by": bound and bound.kept_by,
        "waiting": moved.waiting,
        "foreign": moved.foreign,
        "left": left,
    }


def _in_words(moved: Moved, keys: Keys) -> Iterator[str]:
    if moved.finished:
        yield f"Finished an interrupted run: {counted(moved.finished, 'file')} cleared."
    entries = sum(file.entries for file in moved.files)
    size = sum(file.bytes for file in moved.files)
    yield (
        f"{counted(entries, 'determination')} moved to {counted(len(moved.files), 'file')}, "
        f"{size:,} bytes."
    )
    if moved.foreign:
        yield (
            f"{counted(moved.foreign, 'entry', 'entries')} of {printable(keys.determinations)} "
            f"{_not_ours(moved.foreign)}; `adjudicator audit verify` names "
            f"{'it' if moved.foreign == 1 else 'them'}."
        )


def _not_ours(entries: int) -> str:
    if entries == 1:
        return "is not our determination and stays"
    return "are not our determinations and stay"


def _of_the_rest(moved: Moved, bound: Bound | None, left: int) -> Iterator[str]:
    if moved.waiting:
        yield f"{moved.waiting:,} stay because their lines are still pended: `adjudicator pends`."
    if bound is None:
        yield f"{left:,} are in Redis. No consumer group reads them, so none is acknowledged."
    elif bound.kept_by is None:
        yield f"{left:,} are in Redis. Those of the last days stay, as asked."
    else:
        yield (
            f"{left:,} are in Redis. Group {printable(bound.kept_by)} has acknowledged the least: "
            f"those through {bound.last}."
        )


def _check(archive: Archive, *, as_json: bool) -> int:
    """Checks the archive; returns the exit code."""
    manifest = archive.manifest()
    with archive.unchanged(), ProgressBars() as bars:
        faults = list(faults_of(archive, bars.begin("checking", len(manifest.files))))
    if as_json:
        said = {"files": len(manifest.files), "determinations": manifest.entries}
        click.echo(json_line(said | {"faults": faults}))
    else:
        for fault in faults:
            click.echo(fault)
        click.echo(
            f"{counted(manifest.entries, 'determination')} in "
            f"{counted(len(manifest.files), 'file')}; {len(faults)} missing or damaged."
        )
    return FOUND_WANTING if faults else 0
