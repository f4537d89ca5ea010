"""An event that a worker falls ill of ends in the dead letters, alone, and can be redriven."""

from __future__ import annotations

from typing import get_args

import pytest

from tests.faults.fates import key_of
from tests.faults.illness import CURE, Kind, poison_id
from tests.faults.seeds import seeds
from tests.faults.workload import entries_of, entry_of
from tests.support.event_builders import CLAIM, encoded, event_of

MATES = 40
MAX_ATTEMPTS = 3
MEMORY_BYTES_MORE = 256 << 20


@pytest.mark.parametrize("seed", seeds(1))
@pytest.mark.parametrize("place", ["door", "lane"])
@pytest.mark.parametrize("kind", get_args(Kind))
def test_poison_is_set_aside_alone_and_decided_once_when_it_is_cured(
    kind, place, seed, start_run, report, library, tmp_path
):
    entries = entries_of(f"{place} {seed}", MATES)
    poison = entry_of(_poison(poison_id(place, kind, seed)))
    cure = tmp_path / "cure"
    with start_run(seed, lanes=2, lease_seconds=0.5) as run:
        run.start_workers(
            2,
            size=2,
            is_ill=True,
            memory_bytes_more=MEMORY_BYTES_MORE,
            environment={CURE: str(cure)},
        )
        run.poison[key_of(poison)] = 1
        entries.insert(run.lots.randrange(len(entries)), poison)
        run.send(entries)
        run.drained()
        letters = [
            (fields[b"event"], fields[b"attempts"])
            for _, fields in run.observe().letters
            if fields[b"reason"] == b"ATTEMPTS_EXHAUSTED"
        ]
        report(f"poison in the {place}: {kind}", run, run.verdict([library]))

        assert [(poison[b"event"], b"%d" % MAX_ATTEMPTS)] == letters

        cure.touch()
        _redrive(run, poison)
        run.drained()
        report(f"redrive of what {kind}", run, run.verdict([library]))


def _redrive(run, poison) -> None:
    said = run.command("dead-letters", "redrive", "--reason", "ATTEMPTS_EXHAUSTED")
    assert (0, "1 put back to the queue.\n") == (said.exit_code, said.stdout)
    run.redriven[key_of(poison)] = 1
    run.sent.append(poison)


def _poison(event_id: str) -> bytes:
    return encoded(event_of(CLAIM, member_id="M-ill") | {"id": event_id})
