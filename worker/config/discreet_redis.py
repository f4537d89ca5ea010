"""A client of Redis whose errors repeat no argument of a command: it may be members' data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis
from redis.client import Pipeline
from redis.exceptions import ResponseError

_QUOTES = ", with args beginning with"
"""Redis repeats the first arguments of a command that it does not know."""


class DiscreetRedis(Redis):
    """A client whose errors say what Redis said, and nothing of what was sent."""

    def parse_response(self, connection: object, command_name: str, **options: object) -> object:
        """Reads an answer; an error loses what it repeats of the command."""
        with _without_arguments():
            return super().parse_response(  # type: ignore[no-untyped-call]  # redis-py's
                connection, command_name, **options
            )

    def pipeline(
        self, transaction: bool = True, shard_hint: object = None
    ) -> Pipeline:  # redis-py's own
        """Returns a pipeline whose errors are as discreet."""
        return DiscreetPipeline(
            self.connection_pool, self.response_callbacks, transaction, shard_hint
        )


class DiscreetPipeline(Pipeline):
    """A pipeline whose errors say what Redis said, and nothing of what was sent."""

    def parse_response(self, connection: object, command_name: str, **options: object) -> object:
        """Reads an answer, as `DiscreetRedis` does."""
        with _without_arguments():
            return super().parse_response(  # type: ignore[no-untyped-call]  # redis-py's
                connection, command_name, **options
            )

    def annotate_exception(self, exception: Exception, number: int, command: object) -> None:
        """Leaves the error as Redis answered it: redis-py would add the whole command."""


@contextmanager
def _without_arguments() -> Iterator[None]:
    try:
        yield
    except ResponseError as refused:
        said, quotes, _ = str(refused).partition(_QUOTES)
        if quotes:
            refused.args = (f"{said}.",)
        raise
