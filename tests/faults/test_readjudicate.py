"""Everyone is decided again, under a new library, while events stream in and workers die."""

from __future__ import annotations

import pytest

from rules.loading.files import load_library
from tests.faults.seeds import seeds
from tests.faults.workload import entries_of
from tests.support.libraries import other_library

EVENTS = 500
SECONDS = 4
CHANGES = {"exclusivity_window_days": 30, "conventional_lookback_days": 60, "pend_due_days": 45}


@pytest.mark.parametrize("seed", seeds(1))
def test_everyone_is_decided_again_once_while_events_stream_in(
    seed, start_run, report, library, tmp_path
):
    folder = other_library(tmp_path / "later", CHANGES, generation=2)
    later = load_library(folder)
    with start_run(seed) as run:
        before = run.start_workers(1, size=2)
        with run.sending(entries_of(seed, EVENTS), SECONDS) as producer:
            run.pause(0.5, 1.5)
            run.start_workers(2, environment={"MRS_LIBRARY": str(folder)})
            while producer.is_alive():
                assert 0 == run.command("readjudicate", "--all", "--no-wait").exit_code
                run.pause(0.1, 0.5)
                run.lots.choice(run.workers[1:]).kill()
                run.kills += 1
                run.mend()
        for worker in before:
            worker.kill()
            run.workers.remove(worker)
        assert 0 == run.command("readjudicate", "--all").exit_code
        run.drained()
        digests = {member.library for member in run.observe().members.values()}

        report("readjudicate under load", run, run.verdict([library, later]))
        assert {later.digest} == digests


@pytest.mark.parametrize("seed", seeds(1))
def test_under_the_same_library_nothing_is_published_anew(seed, start_run, report, library):
    with start_run(seed) as run:
        run.start_workers(2, size=1)
        with run.sending(entries_of(seed, EVENTS), SECONDS / 2) as producer:
            while producer.is_alive():
                run.command("readjudicate", "--all", "--no-wait")
                run.pause(0, 0.1)
        run.drained()

        report("readjudicate, same library", run, run.verdict([library]))
