"""Checks the queue: whether anything is missing, waits too long or was put aside."""

from __future__ import annotations

from collections.abc import Iterator

from worker.doctor.diagnostic import Diagnostic, Examined
from worker.metrics import counters
from worker.terminal.counts import counted

_ABOUT = "queue"
_WAITS_SECONDS_MAX = 300.0


def examine_queue(examined: Examined) -> Iterator[Diagnostic]:
    """Checks what is waiting, for how long, and whether a worker is ready."""
    survey = examined.survey
    events = counted(survey.events, "event waits", "events wait")
    waits = f"{events}, the oldest for {survey.oldest_seconds:.0f} seconds"
    if survey.events and not survey.workers:
        yield Diagnostic("fault", _ABOUT, f"{waits}, and no worker is ready.", "Start a worker.")
    elif survey.oldest_seconds > _WAITS_SECONDS_MAX:
        yield Diagnostic(
            "warning", _ABOUT, f"{waits}.", "See ops/runbooks/MrsOldestEventTooOld.md."
        )
    else:
        yield Diagnostic("ok", _ABOUT, waits if survey.events else "nothing waits")


def examine_conservation(examined: Examined) -> Iterator[Diagnostic]:
    """Checks that events received equal events finished plus events waiting."""
    survey = examined.survey
    terms = (
        f"{survey.received} received = {survey.finished} finished + {survey.events} waiting"
        f"{_plus(survey.conservation_difference)}"
    )
    if survey.conservation_difference:
        yield Diagnostic(
            "fault",
            _ABOUT,
            f"Events are missing, or there are too many: {terms}.",
            "See ops/runbooks/MrsConservationDifference.md.",
        )
    else:
        redriven = survey.counters.get(counters.REDRIVEN, 0)
        discarded = survey.counters.get(counters.DISCARDED, 0)
        yield Diagnostic(
            "ok", _ABOUT, f"{terms} (dead letters: {redriven} redriven, {discarded} discarded)"
        )


def examine_dead_letters(examined: Examined) -> Iterator[Diagnostic]:
    """Checks whether dead letters need attention."""
    if examined.survey.dead_letters:
        yield Diagnostic(
            "warning",
            _ABOUT,
            f"{counted(examined.survey.dead_letters, 'dead letter waits', 'dead letters wait')} "
            "for a person.",
            "adjudicator dead-letters list",
        )


def examine_door(examined: Examined) -> Iterator[Diagnostic]:
    """Checks whether consumer groups read the door by mistake."""
    if examined.client.exists(examined.keys.door):
        groups = len(examined.client.xinfo_groups(examined.keys.door))
        if groups:
            yield Diagnostic(
                "warning",
                _ABOUT,
                f"{groups} consumer groups read {examined.keys.door}: events leave it as they are "
                "routed, so they will not see them all.",
                f"Read {examined.keys.determinations} instead, and destroy these groups.",
            )


def _plus(difference: int) -> str:
    return f" {'+' if difference > 0 else '-'} {abs(difference)}" if difference else ""
