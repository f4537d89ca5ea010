"""The result of a trial as data, for `--json` and for the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from rules.library_model import Library
from worker.determinations.data import Data
from worker.whatif.flips import Direction, FlipOrder, PolicyService, amount
from worker.whatif.tally import Cell, FlipTotals, Sum, added_up, is_flip

K = TypeVar("K", bound=Hashable)
_OUTCOMES = ("approved", "not_applicable", "pended", "denied")
"""In the order in which they are shown."""


def result_of(
    tally: FlipTotals,
    counts: Counter[str],
    in_use: Library,
    tried: Library,
    changed: Sequence[str],
) -> Data:
    """Returns everything reported about one library that was tried; `changed`: its policies."""
    places = _places(in_use, tried)
    of_service = tally.sums(lambda cell: cell.ruled.service)
    return {
        "in_use": library_data(in_use),
        "tried": library_data(tried),
        "changed_policies": list(changed),
        "events": {name: counts[name] for name in ("applied", "duplicate", "refused")},
        "members": counts["members"],
        "lines": {place.service: of_service.get(place.service, Sum()).lines for place in places},
        "flips": _flips(tally.sums(_kind_of_flip, is_flip)),
        "undone": tally.undone,
        "other_details": {"lines": tally.reworded, "fields": dict(sorted(tally.details.items()))},
        "by_outcome": list(_by(tally, lambda cell: _endings(cell, "outcome"))),
        "by_reason": list(_by(tally, lambda cell: _endings(cell, "reason"))),
        "by_plan": list(_by_plan(tally)),
        "by_policy": list(_by_policy(tally, places)),
        "balance": list(_balance(tally, places)),
        "examples": list(_examples(tally)),
    }


def _places(*libraries: Library) -> tuple[PolicyService, ...]:
    """Every policy of both libraries with its services, in the order in which they are shown."""
    policies = [policy for library in libraries for policy in library.policies]
    policies.sort(key=lambda policy: policy.policy_id)
    return tuple(
        dict.fromkeys(
            PolicyService(policy.policy_id, service)
            for policy in policies
            for service in policy.services
        )
    )


def library_data(library: Library) -> Data:
    """Returns what distinguishes one library from another."""
    return {
        "generation": library.generation,
        "digest": library.digest,
        "versions": [version.version for version in library.versions],
        "policies": {
            policy.policy_id: [version.version for version in policy.versions]
            for policy in library.policies
        },
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
    """Returns policy, service and endings, as outcome or as reason."""
    if field == "outcome":
        return (*_named(cell), ("before", cell.before[0]), ("after", cell.after[0]))
    return (
        *_named(cell),
        *(("before", cell.before.reason), ("before_outcome", cell.before.outcome)),
        *(("after", cell.after.reason), ("after_outcome", cell.after.outcome)),
    )


def _named(cell: Cell) -> tuple[tuple[str, Any], ...]:
    return tuple(cell.ruled._asdict().items())


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
    kinds = _flips_by(tally, lambda cell: cell.plan_id)
    for plan_id, sums in tally.sums(lambda cell: cell.plan_id).items():
        yield {"plan_id": plan_id, "of_lines": sums.lines, **_flips(kinds.get(plan_id, {}))}


def _by_policy(tally: FlipTotals, places: Sequence[PolicyService]) -> Iterator[Data]:
    """Counts lines and flips by what the library in use calls them, also where there are none."""
    kinds = _flips_by(tally, lambda cell: cell.ruled)
    lines = tally.sums(lambda cell: cell.ruled)
    for place in places:
        if place in lines or place.service != "other":
            of_lines = lines.get(place, Sum()).lines
            yield {**place._asdict(), "of_lines": of_lines, **_flips(kinds.get(place, {}))}


def _flips_by(
    tally: FlipTotals, key: Callable[[Cell], K]
) -> Mapping[K, Mapping[tuple[str, str], Sum]]:
    """Groups the flips by a key, and each group by order and direction."""
    kinds: dict[K, dict[tuple[str, str], Sum]] = {}
    of_kind = tally.sums(lambda cell: (key(cell), _kind_of_flip(cell)), is_flip)
    for (of, kind), sums in of_kind.items():
        kinds.setdefault(of, {})[kind] = sums
    return kinds


def _balance(tally: FlipTotals, places: Sequence[PolicyService]) -> Iterator[Data]:
    """Counts all lines by outcome, under each of the two libraries and as that calls them."""
    before = tally.sums(lambda cell: (cell.ruled, cell.before.outcome))
    after = tally.sums(lambda cell: (cell.ruled_then, cell.after.outcome))
    in_order = [(place, outcome) for place in places for outcome in _OUTCOMES]
    for key in [key for key in in_order if key in before or key in after]:
        yield {
            **key[0]._asdict(),
            "outcome": key[1],
            "before": sum_data(before.get(key, Sum())),
            "after": sum_data(after.get(key, Sum())),
        }


def _examples(tally: FlipTotals) -> Iterator[Data]:
    """Returns examples, those of the most frequent kinds first."""
    lines = tally.sums(lambda cell: (cell.order, cell.before, cell.after))
    for kind in sorted(tally.examples, key=lambda kind: (-lines[kind].lines, kind)):
        for example in tally.examples[kind]:
            yield {**example.data, "like_it": lines[kind].lines}


def balance_of(data: Mapping[str, Any], of: PolicyService, outcome: str, side: str) -> Data:
    """Returns one cell of a report's balance; zeros if there is no such line."""
    for row in data["balance"]:
        if (row["policy"], row["service"], row["outcome"]) == (*of, outcome):
            found: Data = row[side]
            return found
    return sum_data(Sum())
