"""The result of a trial as data, for `--json` and for the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from rules.library_model import Library
from worker.determinations.data import Data
from worker.whatif.flips import Direction, FlipOrder, amount
from worker.whatif.tally import Cell, FlipTotals, Sum, added_up, is_flip

SERVICES = ("mrs", "pet", "other")


def result_of(tally: FlipTotals, counts: Counter[str], in_use: Library, tried: Library) -> Data:
    """Returns everything reported about one library that was tried."""
    of_service = tally.sums(lambda cell: cell.service)
    return {
        "in_use": library_data(in_use),
        "tried": library_data(tried),
        "events": {name: counts[name] for name in ("applied", "duplicate", "refused")},
        "members": counts["members"],
        "lines": {name: of_service.get(name, Sum()).lines for name in _services(of_service)},
        "flips": _flips(tally.sums(_kind_of_flip, is_flip)),
        "undone": tally.undone,
        "other_details": {"lines": tally.reworded, "fields": dict(sorted(tally.details.items()))},
        "by_outcome": list(_by(tally, lambda cell: _endings(cell, "outcome"))),
        "by_reason": list(_by(tally, lambda cell: _endings(cell, "reason"))),
        "by_plan": list(_by_plan(tally)),
        "balance": list(_balance(tally)),
        "examples": list(_examples(tally)),
    }


def _services(found: Iterable[str]) -> list[str]:
    """Those of every library, then what further policies call procedures."""
    return [*SERVICES, *sorted(set(found) - {*SERVICES})]


def library_data(library: Library) -> Data:
    """Returns what distinguishes one library from another."""
    return {
        "generation": library.generation,
        "digest": library.digest,
        "versions": [version.version for version in library.versions],
    }


def sum_data(sums: Sum) -> Data:
    """Returns the number of lines, their charges, and how many have no charge."""
    return {"lines": sums.lines, "charge": amount(sums.charge), "uncharged": sums.uncharged}


def _kind_of_flip(cell: Cell) -> tuple[str, str]:
    return (cell.direction, cell.order)


def _flips(kinds: Mapping[tuple[str, str], Sum]) -> Data:
    """Totals the flips: all, by order, by direction."""
    orders: tuple[FlipOrder, ...] = ("first_order", "cascaded")
    directions: tuple[Direction, ...] = ("favourable", "adverse", "neutral")
    return {
        **sum_data(added_up(kinds.values())),
        **{
            name: added_up(sums for (_, order), sums in kinds.items() if order == name).lines
            for name in orders
        },
        **{
            name: sum_data(added_up(sums for (to, _), sums in kinds.items() if to == name))
            for name in directions
        },
    }


def _endings(cell: Cell, field: str) -> tuple[tuple[str, Any], ...]:
    """Returns service and endings, as outcome or as reason."""
    if field == "outcome":
        return (("service", cell.service), ("before", cell.before[0]), ("after", cell.after[0]))
    return (
        ("service", cell.service),
        *(("before", cell.before.reason), ("before_outcome", cell.before.outcome)),
        *(("after", cell.after.reason), ("after_outcome", cell.after.outcome)),
    )


def _by(tally: FlipTotals, key: Callable[[Cell], tuple[tuple[str, Any], ...]]) -> Iterator[Data]:
    """Groups the flips by a key, the most frequent first."""
    sums = tally.sums(key, is_flip)
    cascaded = tally.sums(key, lambda cell: cell.order == "cascaded")
    for names in sorted(sums, key=lambda names: -sums[names].lines):
        of_order = cascaded.get(names, Sum()).lines
        yield {
            **dict(names),
            **sum_data(sums[names]),
            "first_order": sums[names].lines - of_order,
            "cascaded": of_order,
        }


def _by_plan(tally: FlipTotals) -> Iterator[Data]:
    kinds: dict[str, dict[tuple[str, str], Sum]] = {}
    by_plan = tally.sums(lambda cell: (cell.plan_id, *_kind_of_flip(cell)), is_flip)
    for (plan_id, *kind), sums in by_plan.items():
        kinds.setdefault(plan_id, {})[kind[0], kind[1]] = sums
    for plan_id, sums in tally.sums(lambda cell: cell.plan_id).items():
        yield {"plan_id": plan_id, "of_lines": sums.lines, **_flips(kinds.get(plan_id, {}))}


def _balance(tally: FlipTotals) -> Iterator[Data]:
    """Counts all lines by outcome, under each of the two libraries."""
    before = tally.sums(lambda cell: (cell.service, cell.before.outcome))
    after = tally.sums(lambda cell: (cell.service, cell.after.outcome))
    for service, outcome in sorted({*before, *after}, key=_by_service):
        key = (service, outcome)
        yield {
            "service": service,
            "outcome": outcome,
            "before": sum_data(before.get(key, Sum())),
            "after": sum_data(after.get(key, Sum())),
        }


def _examples(tally: FlipTotals) -> Iterator[Data]:
    """Returns examples, those of the most frequent kinds first."""
    lines = tally.sums(lambda cell: (cell.order, cell.before, cell.after))
    for kind in sorted(tally.examples, key=lambda kind: (-lines[kind].lines, kind)):
        for example in tally.examples[kind]:
            yield {**example.data, "like_it": lines[kind].lines}


_OUTCOMES = ("approved", "not_applicable", "pended", "denied")


def _by_service(key: tuple[str, str]) -> tuple[int, str, int]:
    service, outcome = key
    place = SERVICES.index(service) if service in SERVICES else len(SERVICES)
    return place, service, _OUTCOMES.index(outcome)


def balance_of(data: Mapping[str, Any], service: str, outcome: str, side: str) -> Data:
    """Returns one cell of a report's balance; zeros if there is no such line."""
    for row in data["balance"]:
        if (row["service"], row["outcome"]) == (service, outcome):
            found: Data = row[side]
            return found
    return sum_data(Sum())
