"""Four events that are refused, and the command by which one looks at what became of them."""

from __future__ import annotations

import json
from typing import Any

from click.testing import CliRunner, Result

from rules.library_model import Library
from tests.support.event_builders import CLAIM, REPORT, encoded, event_of, with_value
from tests.support.turns import work_off
from tests.support.worlds import RedisWorld
from worker.cli import adjudicator

TWO_FAULTS = with_value(event_of(CLAIM, received_at="2025-02-30"), "data.lines[0].units", -1)
NO_SUCH_TYPE = event_of(REPORT) | {"type": "imaging.exploded.v1", "source": "/imaging"}

REFUSED = {
    "INVALID_DATA": encoded(TWO_FAULTS),
    "UNKNOWN_TYPE": encoded(NO_SUCH_TYPE | {"id": "e-2"}),
    "NOT_JSON": b'{"id": "\x1b]0;',
    "NOT_UTF8": b'{"id": "\xff"}',
}


def refuse_all(world: RedisWorld, library: Library) -> dict[str, str]:
    """Has all of them refused: reason -> id of its dead letter."""
    work_off(world, library, *REFUSED.values())
    found = {each.fields[b"reason"].decode(): each.id for each in world.store.dead_letters(None, 9)}
    assert set(REFUSED) == set(found)
    return found


def run(*arguments: str) -> Result:
    """What the command says to these words."""
    return CliRunner(env={"COLUMNS": "200"}).invoke(adjudicator, ["dead-letters", *arguments])


def json_lines(result: Result) -> list[dict[str, Any]]:
    """Each line that it printed."""
    return [json.loads(line) for line in result.stdout.splitlines()]
