"""The table of capacity follows from the figures above it, by the formulas on the page."""

from __future__ import annotations

import re
from math import ceil

import pytest

from tests.support.sources import text_of
from worker.bench.plan import plan_events
from worker.bench.throughput import EVENTS, SEED

PAGE = text_of("ops/guide/capacity.md")
DAY_SECONDS = 86_400
GIB = 2**30


def rows_under(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its head."""
    _, section = PAGE.split(f"\n{heading}\n")
    lines = [line for line in section.split("\n## ")[0].splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


FIGURES = {
    name: float(value.replace(",", ""))
    for name, _, value, *_ in rows_under("## What an event costs")
}
TABLE = rows_under("## From 1 to 10,000 claims a second")


def shown(number: float) -> str:
    """To two digits, and whole from 10 on."""
    return f"{number:,.0f}" if number >= 10 else f"{number:.2g}"


def derived(claims: int) -> list[str]:
    events = claims * FIGURES["*e*"]
    workers = ceil(events * FIGURES["*w*"] / 1e6 / FIGURES["*u*"])
    masters = ceil(events * FIGURES["*r*"] / 1e6 / FIGURES["*v*"])
    masters = masters if masters == 1 else max(masters, 3)
    memory = events * FIGURES["*m*"] * DAY_SECONDS / GIB
    kept = events * FIGURES["*k*"] * DAY_SECONDS / GIB
    disk = events * FIGURES["*d*"] * DAY_SECONDS / GIB
    return [
        f"{claims:,}",
        f"{events:,.0f}" if events >= 10 else f"{events:g}",
        f"{workers:,}",
        f"{masters:,}",
        f"{2 * masters:,}",
        *map(shown, (memory, memory / masters, kept, disk)),
    ]


def test_the_figures_and_the_table_are_there():
    assert {"*e*", "*w*", "*r*", "*m*", "*k*", "*d*", "*u*", "*v*"} == set(FIGURES)
    assert ["1", "10", "100", "1,000", "3,000", "10,000"] == [row[0] for row in TABLE]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]} claims a second")
def test_each_number_follows_from_the_figures(row):
    assert derived(int(row[0].replace(",", ""))) == row


def test_the_events_of_a_claim_are_those_of_the_plan_that_was_measured():
    claims = sum(b'"claim.submitted' in event for event in plan_events(SEED, EVENTS))

    assert FIGURES["*e*"] == pytest.approx(EVENTS / claims, abs=0.005)
    assert re.search(rf"{claims:,} of its {EVENTS:,} events", PAGE)
