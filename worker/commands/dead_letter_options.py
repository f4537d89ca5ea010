"""Options and arguments that select dead letters."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import wraps
from typing import Any

import click

from worker.commands.options import Word
from worker.dead_letters.inspect import INTERNAL_COMMAND, DeadLetterFilter
from worker.events.decode import UNKNOWN_EVENT_TYPE
from worker.events.refusals import DEAD_LETTER_REASONS
from worker.events.types import EVENT_TYPES

_Decorated = Callable[..., Any]

_ID = re.compile(r"\d{1,20}-\d{1,20}(@\d{1,4})?")
_TYPES = (*EVENT_TYPES, UNKNOWN_EVENT_TYPE, INTERNAL_COMMAND)
_TIME = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])


class DeadLetterId(click.ParamType[str]):
    """The id that Redis gave a dead letter."""

    name = "id"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Returns the id as typed."""
        if not _ID.fullmatch(value):
            self.fail("an id is two numbers with a dash between, as `list` shows it.", param, ctx)
        return value


def dead_letter_options(command: _Decorated) -> _Decorated:
    """Adds the filters; the command receives them together, as `wanted`."""

    @wraps(command)
    def gathered(
        *arguments: object,
        reason: Sequence[str],
        event_type: Sequence[str],
        source: Sequence[str],
        event_id: Sequence[str],
        member: Sequence[str],
        since: datetime | None,
        until: datetime | None,
        **others: object,
    ) -> object:
        wanted = DeadLetterFilter(
            frozenset(reason),
            frozenset(event_type),
            frozenset(source),
            frozenset(event_id),
            frozenset(member),
            _milliseconds(since),
            _milliseconds(until),
        )
        return command(*arguments, wanted=wanted, **others)

    with_options: _Decorated = gathered
    for option in reversed(_OPTIONS):
        with_options = option(with_options)
    return with_options


def _repeatable(name: str, *, metavar: str, about: str, **more: Any) -> _Decorated:  # noqa: ANN401  # click's own
    return click.option(name, multiple=True, metavar=metavar, help=about, **more)


_OPTIONS = (
    _repeatable(
        "--reason",
        metavar="REASON",
        about=f"With this reason: {', '.join(DEAD_LETTER_REASONS)}. May be repeated, like each "
        "of these filters; filters of different kinds narrow the selection.",
        type=Word(DEAD_LETTER_REASONS),
    ),
    click.option(
        "--type",
        "event_type",
        multiple=True,
        metavar="TYPE",
        type=Word(_TYPES),
        help="With this event type, such as claim.submitted.v1, or `unknown`.",
    ),
    _repeatable("--source", metavar="SOURCE", about="From this source, as the event names it."),
    _repeatable("--event-id", metavar="ID", about="With this event id."),
    _repeatable("--member", metavar="MEMBER", about="About this member, if that can be read."),
    click.option(
        "--since", type=_TIME, metavar="TIME", help="Put aside at this time or later (UTC)."
    ),
    click.option("--until", type=_TIME, metavar="TIME", help="Put aside before this time (UTC)."),
)


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.replace(tzinfo=UTC).timestamp() * 1000)
