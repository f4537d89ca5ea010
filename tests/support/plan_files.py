"""Files of events to try and to audit: the sample day, all scenarios in one, a generated plan."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from tests.support.sources import ROOT
from worker.bench.plan import plan_events
from worker.replay.scenarios import read_scenarios

DAY = ROOT / "worker" / "samples" / "day.jsonl"
SCENARIOS = ROOT / "tests" / "scenarios" / "open.jsonl"


def generated_plan(folder: Path, events: int, seed: int | str = 1) -> Path:
    """A file with so many events of a generated plan, some of them not accepted."""
    file = folder / f"plan-{seed}-{events}.jsonl"
    lines = list(islice(plan_events(seed), events))
    lines[events // 3 : events // 3] = [b"{", lines[0].replace(b"claim.", b"claims."), b"\xff"]
    lines.append(lines[1].replace(b'"data":{', b'"data":{"procedure":"99","plan_id":"another",', 1))
    file.write_bytes(b"".join(line + b"\n" for line in lines))
    return file


def all_scenarios(folder: Path) -> Path:
    """The events of all scenarios, in which each has members of its own."""
    file = folder / "scenarios.jsonl"
    with file.open("wb") as out:
        for number, scenario in enumerate(read_scenarios([str(SCENARIOS)])):
            for raw in scenario.events:
                out.write(_as_of_member(bytes(raw), number) + b"\n")
    return file


def _as_of_member(raw: bytes, number: int) -> bytes:
    event: dict[str, Any] = msgspec.json.decode(raw)
    member_id = event["data"].get("member_id")
    if isinstance(member_id, str):
        event["data"]["member_id"] = f"{number:03d}-{member_id}"
    return msgspec.json.encode(event)
