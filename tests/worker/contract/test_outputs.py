"""What commands write for programs is as its schema says, with nothing that it does not name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import click
import pytest
from click.testing import CliRunner

from rules.loading.files import SHIPPED
from tests.support.closed_schemas import faults
from tests.support.event_builders import CLAIM, REPORT, encoded, event_of
from tests.support.sources import ROOT
from tests.support.turns import drain, route
from tests.support.worlds import TERMS
from worker.audit.views import ViewLog
from worker.cli import COMMANDS, adjudicator
from worker.contract.outputs import OUTPUTS
from worker.store.compatibility import Compatibility
from worker.store.keys import Keys

DAY = ROOT / "worker/samples/day.jsonl"
ELSEWHERE = {"library-check", "library-diff", "bench"}
"""Held against their schemas where they are tested, because they take long."""


@pytest.fixture
def world(redis_world, library, monkeypatch):
    """The sample day, decided, beside events that are refused; a group that has read it all."""
    path = redis_world.client.connection_pool.connection_kwargs["path"]
    monkeypatch.setenv("MRS_REDIS_URL", f"unix://{path}")
    strange = event_of(CLAIM, plan_id=None), event_of(REPORT, result="?")
    for raw in (*DAY.read_bytes().splitlines(), *map(encoded, strange), b"\xff"):
        redis_world.send({b"event": raw})
    redis_world.send({b"evnt": b"{}"})
    terms = Compatibility(TERMS.lanes, library.generation, library.digest)
    redis_world.store.agree(terms)
    route(redis_world, terms)
    drain(redis_world, library, terms)
    return redis_world


def read_everything(client) -> None:
    client.xgroup_create("mrs:determinations", "payer", id="0")
    entries = client.xreadgroup("payer", "one", {"mrs:determinations": ">"}, count=10_000)
    client.xack("mrs:determinations", "payer", *[entry_id for entry_id, _ in entries[0][1]])


def unlike(output: str, *words: object) -> tuple[int, list[str]]:
    """How many lines of JSON a command wrote, and where they are not as the schema says."""
    result = CliRunner().invoke(adjudicator, list(map(str, words)))
    assert result.exit_code in (0, 1, 3), result.output
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return len(lines), [said for line in lines for said in faults(f"output.{output}", line)]


def test_what_commands_say_of_an_installation_is_as_their_schemas_say(world, tmp_path):
    read_everything(world.client)
    now, who = datetime(2026, 1, 1, tzinfo=UTC), ("R-1", "reviewer")
    ViewLog(world.client, Keys("mrs")).note(now, who, "view", "claim", {"claim": "C-1"})
    some = world.client.xrange("mrs:dead-letters", count=10)
    ids = [entry_id.decode() for entry_id, _ in some]

    said = {
        "queue": unlike("queue", "queue", "--json"),
        "explain": unlike("explain", "explain", "CLM-2025-0403", "--json"),
        "follow": unlike("follow", "follow", "/edi/gateway", "edi-0451", "--json"),
        "health": unlike("health", "health", "--json"),
        "submit": unlike("submit", "submit", DAY, "--json"),
        "pends": unlike("pends", "pends", "--json"),
        "letters": unlike("dead-letters", "dead-letters", "list", "--json"),
        "letters in full": unlike("dead-letters", "dead-letters", "show", "--json", *ids),
        "doctor": unlike("doctor", "doctor", "--json"),
        "dry run": unlike("readjudicate", "readjudicate", "--all", "--dry-run", "--json"),
        "ordered": unlike("readjudicate", "readjudicate", "--all", "--no-wait", "--json"),
        "audit": unlike("audit-verify", "audit", "verify", "--json", "--jobs", 1),
        "report": unlike("report", "report", "--json"),
        "views": unlike("audit-views", "audit", "views", "--json"),
        "archive": unlike("archive", "archive", tmp_path / "archive", "--json"),
        "archive check": unlike("archive", "archive", tmp_path / "archive", "--check", "--json"),
    }
    world.store.discard(ids[0], "a test")
    said["discarded"] = unlike("dead-letters", "dead-letters", "list", "--discarded", "--json")

    assert {} == {name: found for name, (_, found) in said.items() if found}
    assert [] == [name for name, (lines, _) in said.items() if not lines]
    assert 4 == said["letters in full"][0]


def test_what_commands_say_of_files_is_as_their_schemas_say(tmp_path):
    scenario = (ROOT / "tests/scenarios/open.jsonl").read_text("utf-8").splitlines()[0]
    right, wrong = tmp_path / "right.jsonl", tmp_path / "wrong.jsonl"
    right.write_text(scenario)
    wrong.write_text(scenario.replace('"approved"', '"denied"'))
    sweep = ["--sweep", "exclusivity_window_days=30"]

    turned = ["explain", "CLM-2025-0403", "--events", DAY, "--what-would-change", "--json"]

    said = {
        "policy": unlike("library-show", "library", "show", "--json"),
        "what would change": unlike("explain", *turned),
        "decided": unlike("decide", "decide", DAY),
        "as expected": unlike("replay", "decide", "--scenarios", right),
        "otherwise": unlike("replay", "decide", "--scenarios", wrong),
        "swept": unlike("whatif", "whatif", "--json", "--jobs", 1, *sweep, DAY),
        "same": unlike("whatif", "whatif", "--json", "--jobs", 1, "--library", SHIPPED, DAY),
    }

    assert {} == {name: found for name, (_, found) in said.items() if found}
    assert [] == [name for name, (lines, _) in said.items() if not lines]


def test_a_refused_line_is_as_its_schema_says(tmp_path):
    file = tmp_path / "events.jsonl"
    file.write_bytes(encoded(event_of(CLAIM, plan_id=None)) + b"\n\xff\n")

    result = CliRunner().invoke(adjudicator, ["decide", str(file)])

    said = [json.loads(line) for line in result.stderr.splitlines()]
    assert 2 == len(said)
    assert [] == [fault for line in said for fault in faults("output.refused", line)]


def _writing_json(command: click.Command, name: str) -> Iterator[str]:
    """The commands below one that have an option `--json`, by their words."""
    if isinstance(command, click.Group):
        ctx = click.Context(command)
        for inner in command.list_commands(ctx):
            found = command.get_command(ctx, inner)
            assert found is not None
            yield from _writing_json(found, f"{name} {inner}".strip())
    elif any("--json" in parameter.opts for parameter in command.params):
        yield name


def test_every_command_that_writes_json_has_a_schema():
    described = " ".join(about for about, _ in OUTPUTS.values())

    writing = set(_writing_json(adjudicator, "")) - {"dead-letters show"}

    assert {name.split()[0] for name in writing} <= set(COMMANDS)
    assert [] == sorted(name for name in writing if f"`{name}" not in described)
