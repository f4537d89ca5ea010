"""An event that a worker falls ill of ends in the dead letters, alone, and can be redriven."""

from __future__ import annotations

from typing import get_args

import pytest

from tests.faults.fates import key_of
from tests.faults.illness import CURE, Kind, Place, poison_id
from tests.faults.seeds import seeds
from tests.faults.workload import entries_of, entry_of
from tests.support.event_builders import CLAIM, encoded, event_of

MATES = 40
MAX_ATTEMPTS = 3
MEMORY_BYTES_MORE = 256 << 20


@pytest.mark.parametrize("seed", seeds(1))
@pytest.mark.parametrize("place", get_args(Place))
def test_poison_is_set_aside_alone_and_decided_once_when_it_is_cured(
    place, seed, start_run, report, library, tmp_path
):
    entries = entries_of(f"{place} {seed}", MATES)
    poison = [entry_of(_poison(poison_id(place, kind))) for kind in get_args(Kind)]
    cure = tmp_path / "cure"
    with start_run(seed, lanes=2, lease_seconds=0.5) as run:
        for fields in poison:
            run.poison[key_of(fields)] = 1
            entries.insert(run.lots.randrange(len(entries)), fields)
        run.send(entries)  # before there is a worker, so that all stand in one batch
        run.start_workers(
            2,
            size=2,
            is_ill=True,
            memory_bytes_more=MEMORY_BYTES_MORE,
            environment={CURE: str(cure)},
        )
        run.drained()
        letters = {
            fields[b"event"]: fields[b"attempts"]
            for _, fields in run.observe().letters
            if fields[b"reason"] == b"ATTEMPTS_EXHAUSTED"
        }
        report(f"poison ({place}): {', '.join(get_args(Kind))}", run, run.verdict([library]))
        assert {fields[b"event"]: b"%d" % MAX_ATTEMPTS for fields in poison} == letters

        cure.touch()
        said = run.command("dead-letters", "redrive", "--reason", "ATTEMPTS_EXHAUSTED")
        again = run.command("dead-letters", "redrive", "--reason", "ATTEMPTS_EXHAUSTED")
        run.redriven.update(map(key_of, poison))
        run.sent += poison
        run.drained()

        report(f"redrive of cured poison ({place})", run, run.verdict([library]))
        assert (0, f"{len(poison)} put back on the queue.\n") == (said.exit_code, said.stdout)
        assert "0 put back" in again.stdout


def _poison(event_id: str) -> bytes:
    claim = {"claim_id": f"C-{event_id}", "member_id": f"M-{event_id}"}
    return encoded(event_of(CLAIM, **claim) | {"id": event_id})
