"""What a command asks of all shards, and what it says where some are away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from worker.commands.failures import COULD_NOT_BE_DONE, NotFound
from worker.config.settings import Settings
from worker.store.shard_presence import PresentShards, ShardsAway, look_for
from worker.store.shards import open_shards


@contextmanager
def answering_shards(settings: Settings) -> Iterator[PresentShards]:
    """
    The shards of an installation, while the block runs.

    If some are away, it says at the end which, and the exit code is 3 at least: what was not found
    may be there. Of the one shard of a plain installation nothing is asked beforehand.
    """
    with open_shards(settings) as every:
        shards = look_for(every)
        try:
            yield shards
        except NotFound as missing:
            if failure := shards.failure():
                raise ShardsAway(failure.away, len(every), f"{missing} ") from None
            raise
        except click.exceptions.Exit as ended:
            if (failure := shards.failure()) is None:
                raise
            click.echo(f"Error: {failure}", err=True)
            raise click.exceptions.Exit(ended.exit_code or COULD_NOT_BE_DONE) from None
    if failure := shards.failure():
        raise failure
