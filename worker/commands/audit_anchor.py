"""`adjudicator audit anchor`: where all chains end, in a file to be kept elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final, NamedTuple

import click

from worker.audit.anchors import ChainEnds, ends_of, write_anchor
from worker.audit.evidence import MemberEvidence
from worker.audit.members import read_state
from worker.audit.recorded_state import recorded
from worker.commands.failures import COULD_NOT_BE_DONE
from worker.commands.shard_answers import answering_shards
from worker.config.settings import load_settings
from worker.determinations.publish import instant
from worker.determinations.records import recorded_members
from worker.processes.interruption import says_when_stopped
from worker.store.shard_presence import PresentShards
from worker.store.shards import Shard
from worker.terminal.console import printable
from worker.terminal.counts import counted
from worker.terminal.progress import ProgressBars

_OUT: Final = click.Path(dir_okay=False, path_type=Path)
_KEY: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_AFTER_ALL: Final = f"{2**64 - 1}-0"
"""No entry of the stream is read: only how many there are of each member."""
_MINISIGN_KEY: Final = b"untrusted comment:"
_NAMESPACE: Final = "mrs-adjudicator"


class Signature(NamedTuple):
    """How a file is signed, and where the signature lies then."""

    program: str
    command: tuple[str, ...]
    written: Path


@click.command("anchor")
@click.argument("file", type=_OUT)
@click.option(
    "--sign",
    "key",
    type=_KEY,
    metavar="KEY",
    help="Sign it with this private key: one of minisign's by minisign, any other by ssh-keygen.",
)
@click.pass_context
def anchor(ctx: click.Context, file: Path, key: Path | None) -> None:
    """
    Write where the chains of all members end into FILE, which must not be there yet.

    Keep it where nobody who can write to Redis can write. `adjudicator audit verify --anchor FILE`
    then finds whatever of that was written anew since. It holds no id of a member, only hashes.

    Exit code 3: it was not signed, or some record could not be read and is not in it.
    """
    signature = _signature(file, key) if key else None
    settings = load_settings()
    with answering_shards(settings) as shards:
        if failure := shards.failure():  # an anchor without some members would say they were gone
            raise failure
        _write(shards, file, settings.prefix, signature, ctx)


def _write(
    shards: PresentShards, file: Path, prefix: str, signature: Signature | None, ctx: click.Context
) -> None:
    with _opened(file) as out:
        seconds, microseconds = shards.answering[0].redis.time()
        made_at = instant(seconds * 1000 + microseconds // 1000)
        ends = _AllEnds(shards)
        with says_when_stopped(lambda: f"{printable(str(file))} is not complete: remove it."):
            count = write_anchor(out, ends, made_at, prefix)
    click.echo(f"{printable(str(file))} has where the chains of {counted(count, 'member')} ended.")
    if ends.unreadable:
        records = counted(ends.unreadable, "record")
        click.echo(f"{records} cannot be read: `adjudicator audit verify` says which.", err=True)
    is_signed = signature is None or _sign(signature)
    ctx.exit(0 if is_signed and not ends.unreadable else COULD_NOT_BE_DONE)


def _opened(file: Path) -> IO[bytes]:
    """For its owner only, and never over another: an anchor that is replaced is none."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        wrong = f"{printable(str(file))} is there already: an anchor is never written over."
        raise click.BadParameter(wrong, param_hint="FILE") from error
    return os.fdopen(handle, "wb")


class _AllEnds:
    """Those of all members; what cannot be read is counted."""

    def __init__(self, shards: PresentShards) -> None:
        self.unreadable = 0
        self._shards = shards

    def __iter__(self) -> Iterator[ChainEnds]:
        with ProgressBars() as bars:
            done = bars.begin("reading records", None)
            for shard in self._shards.answering:
                yield from self._of(shard, done)

    def _of(self, shard: Shard, done: Callable[[int], None]) -> Iterator[ChainEnds]:
        members = recorded_members(shard.redis, shard.keys)
        for found in recorded(shard.redis, shard.keys, members, after=_AFTER_ALL):
            member, wrong = read_state(found.state)
            done(1)
            if wrong:
                self.unreadable += 1
                continue
            evidence = MemberEvidence(found.member_id, member, has_state=True, found=())
            yield ends_of(evidence, len(found.published))


def _signature(file: Path, key: Path) -> Signature:
    """Raises `BadParameter` where the program is not installed: before anything is written."""
    if key.read_bytes().startswith(_MINISIGN_KEY):
        written = file.with_name(f"{file.name}.minisig")
        command: tuple[str, ...] = ("minisign", "-S", "-s", str(key), "-m", str(file))
    else:
        written = file.with_name(f"{file.name}.sig")
        command = ("ssh-keygen", "-Y", "sign", "-f", str(key), "-n", _NAMESPACE, str(file))
    program = shutil.which(command[0])
    if program is None:
        wrong = f"{command[0]} is not installed: leave --sign out, and sign {file.name} elsewhere."
        raise click.BadParameter(wrong, param_hint="--sign")
    return Signature(program, command, written)


def _sign(signature: Signature) -> bool:
    """It may ask for a passphrase, so the terminal is its own."""
    # The program is one of two by name, found on the path; what it is given are paths.
    done = subprocess.run([signature.program, *signature.command[1:]], check=False)  # noqa: S603
    if done.returncode or not signature.written.exists():
        click.echo(f"{signature.command[0]} did not sign it.", err=True)
        return False
    click.echo(f"Its signature is in {printable(str(signature.written))}.")
    return True
