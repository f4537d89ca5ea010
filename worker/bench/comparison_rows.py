"""Shows the comparison of forms of the program as rows of the table of results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from worker.bench.comparison import LATENCY, LATENCY_RATE, MEMORY, FormComparison
from worker.bench.kernel import JUDGED
from worker.bench.members import CLAIMS, STUDIES
from worker.bench.rows import ResultRow, row_of
from worker.bench.spread import Spread

TIMES_MIN: Final[Mapping[tuple[str, str], float]] = {
    ("compiled_to_against", JUDGED): 5,
    ("pure_to_against", JUDGED): 2,
    ("compiled_to_against", "ours_2"): 2.5,
    ("compiled_to_peer", "ours_2"): 30,
    ("compiled_to_peer", "ours_2_without_persistence"): 20,
    ("compiled_to_against", "events"): 7,
    ("compiled_to_against", "claims_of_a_day"): 30,
    ("compiled_to_against", "studies"): 20,
}
"""How many times as good one form should be as another, where the other is the last release."""

LATENCY_MILLISECONDS_MAX: Final = 25
MEMBER_BYTES_MAX: Final = 3_000

FORM_NAMES: Final = {"compiled": "compiled", "pure": "pure Python", "against": "other release"}
WORKLOADS: Final = {
    JUDGED: f"deciding alone: {CLAIMS} claims, {STUDIES} studies",
    "ours_2": "ours, 2 processes",
    "ours_2_without_persistence": "ours (2), Redis without persistence",
    "peer": "peer: one Celery task per claim",
    "peer_without_persistence": "peer, Redis without persistence",
    LATENCY: f"latency, {LATENCY_RATE} events/s: p99",
    MEMORY: f"Redis: a member with {CLAIMS} claims, {STUDIES} studies",
    "events": "events of a member",
    "claims_of_a_day": "claims of one day",
    "chain": "claims, each in place of the last",
    "studies": f"studies beside {CLAIMS} claims",
}
"""What is measured, in words."""

_UNITS: Final = {JUDGED: "lines/s", LATENCY: "ms", MEMORY: "bytes"}


def comparison_rows(comparison: FormComparison) -> Iterator[ResultRow]:
    """Returns the rows: each number by form, what grows, then the ratios."""
    for workload, by_form in comparison.measured.items():
        for form, spread in by_form.items():
            yield _measured(workload, form, spread)
    for curve, curves in comparison.curves.items():
        for form, grown in curves.items():
            largest = max(grown.seconds, key=int)
            what = f"{largest} {WORKLOADS[curve]}, {FORM_NAMES[form]}"
            seconds = grown.seconds[largest]
            row = row_of(what, "s", seconds, 4)
            yield row._replace(spread=f"grows by n to the {grown.exponent:.2f}")
    for pair, ratios in comparison.ratios.items():
        one, _, other = pair.partition("_to_")
        to = FORM_NAMES.get(other, other)
        for workload, ratio in ratios.items():
            what = f"{WORKLOADS[workload]}: {FORM_NAMES[one]} to {to}"
            yield row_of(what, "times", ratio, 2, at_least=TIMES_MIN.get((pair, workload)))


def _measured(workload: str, form: str, spread: Spread) -> ResultRow:
    what = f"{WORKLOADS[workload]}, {FORM_NAMES[form]}"
    unit, is_shipped = _UNITS.get(workload, "events/s"), form == "compiled"
    if workload == LATENCY:
        millis = Spread(*(1000 * each for each in (spread.median, spread.low, spread.high)))
        return row_of(what, unit, millis, 1, under=LATENCY_MILLISECONDS_MAX if is_shipped else None)
    most = MEMBER_BYTES_MAX if workload == MEMORY and is_shipped else None
    return row_of(what, unit, spread, 0, under=most)
