"""A worker is ready if no check finds anything, and its log names each change once."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from worker.failures import RetryableError, StoreNearlyFull, StoreUnavailable, WorkerStarting
from worker.intake import readiness
from worker.intake.readiness import CALM_SECONDS, Readiness

AWAY = StoreUnavailable("Redis did not answer.")


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(readiness, "monotonic", clock)
    return clock


def lines(clock: Clock, *answers: tuple[float, RetryableError | None]) -> list[dict[str, Any]]:
    """What is logged if the checks answer so, each so many seconds after the one before."""
    of_worker = Readiness(())
    with capture_logs() as logged:
        for seconds, reason in answers:
            clock.seconds += seconds
            of_worker.tell(reason)
    return [{key: value for key, value in line.items() if key != "log_level"} for line in logged]


def test_the_first_reason_is_the_answer_and_the_rest_is_not_asked():
    asked: list[str] = []

    def full() -> None:
        raise StoreNearlyFull

    checks = (lambda: asked.append("first"), full, lambda: asked.append("last"))

    assert isinstance(Readiness(checks).reason(), StoreNearlyFull)
    assert ["first"] == asked


def test_without_a_reason_it_is_ready():
    assert None is Readiness([lambda: None]).reason()


def test_ready_is_said_once(clock):
    assert [{"event": "ready"}] == lines(clock, (0, None), (1, None), (1, None))


def test_a_worker_that_starts_has_no_outage(clock):
    starting = WorkerStarting("It connects.")

    assert [{"event": "ready"}] == lines(clock, (0, starting), (1, starting), (1, None))


def test_an_outage_is_one_line_with_its_reason_and_one_when_it_is_over(clock):
    logged = lines(
        clock, (0, None), (1, AWAY), (1, AWAY), (1, None), (CALM_SECONDS - 1, None), (1, None)
    )

    assert [
        {"event": "ready"},
        {"event": "not ready", "reason": str(AWAY), "cause": "StoreUnavailable"},
        {"event": "ready again", "seconds": 2.0, "count": 1},
    ] == logged


def test_outages_that_follow_each_other_closely_are_one_line_and_a_count(clock):
    flapping = [(1, AWAY), (CALM_SECONDS - 1, None)] * 3

    logged = lines(clock, (0, None), *flapping, (1, None), (CALM_SECONDS, None))

    assert ["ready", "not ready", "ready again"] == [line["event"] for line in logged]
    assert 3 == logged[-1]["count"]


def test_another_reason_within_an_outage_is_a_line_of_its_own(clock):
    logged = lines(clock, (0, AWAY), (1, StoreNearlyFull()), (1, AWAY), (1, None))

    assert ["StoreUnavailable", "StoreNearlyFull"] == [
        line["cause"] for line in logged if line["event"] == "not ready"
    ]
    assert "ready" == logged[-1]["event"]


def test_an_outage_after_calm_is_told_anew(clock):
    once = [(1, AWAY), (1, None), (CALM_SECONDS, None)]

    logged = lines(clock, (0, None), *once, *once)

    assert ["ready", *["not ready", "ready again"] * 2] == [line["event"] for line in logged]
    assert [1, 1] == [line["count"] for line in logged if line["event"] == "ready again"]
