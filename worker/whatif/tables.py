"""Shows the result of a trial as tables in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from rich.console import RenderableType
from rich.text import Text

from rules.policy_version import service_word
from worker.determinations.data import DataView
from worker.terminal.console import printable
from worker.terminal.counts import counted
from worker.terminal.styles import STYLES
from worker.terminal.table import FittingTable

_ORDERS: Mapping[str, str] = {
    "first_order": "on their own",
    "cascaded": "only because other lines flip",
}
_Naming = Callable[[DataView], str]
_EXAMPLES_SHOWN = 8
"""The most examples of each order; `--json` has them all."""


def show(data: DataView, *, examples: bool = True) -> Iterator[RenderableType]:
    """Shows everything reported about one library that was tried."""
    has_several = len(_policies(data)) > 1
    name = _name_of if has_several else _service_of
    yield Text(f"In use: {_library(data['in_use'], has_several=has_several)}")
    yield Text(f"Tried:  {_library(data['tried'], has_several=has_several)}")
    if has_several:
        yield Text(f"Policies that differ: {', '.join(data['changed_policies']) or 'none'}")
    yield Text(_read(data))
    yield Text(_in_short(data), style="bold")
    yield from _notes(data)
    if data["flips"]["lines"]:
        yield _by("By outcome", data["by_outcome"], name)
        yield _by("By reason", data["by_reason"], name)
        yield _by_plan(data["by_plan"])
    yield _balance(data["balance"], name)
    if examples:
        yield from _examples(data["examples"])


def _library(data: DataView, *, has_several: bool) -> str:
    named = [
        f"{policy} {version}" if has_several else version
        for policy, versions in data["policies"].items()
        for version in versions
    ]
    versions = ", ".join(named)
    return f"generation {data['generation']}, {data['digest'][:19]}…, versions {versions}"


def _read(data: DataView) -> str:
    events, lines = data["events"], data["lines"]
    said = [f"{counted(events['applied'], 'event')} of {counted(data['members'], 'member')}"]
    said += [f"{events[name]:,} {name}" for name in ("duplicate", "refused") if events[name]]
    total = sum(lines.values())
    return f"{', '.join(said)}; {counted(total, 'line')}: {_by_service(data['by_policy'])}"


def _policies(data: DataView) -> list[str]:
    return list(dict.fromkeys(row["policy"] for row in data["by_policy"]))


def _service_of(row: DataView) -> str:
    return str(row["service"])


def _name_of(row: DataView) -> str:
    """Returns the service with its policy: several policies may use the same word."""
    return f"{row['policy']} {row['service']}"


def _by_service(rows: Sequence[DataView]) -> str:
    """Returns the lines that any policy decides or watches; of several, each is named."""
    counts: dict[str, list[str]] = {}
    for row in rows:
        if row["service"] != "other":
            said = f"{row['of_lines']:,} {service_word(row['service'])}"
            counts.setdefault(row["policy"], []).append(said)
    named = [(f"{policy} " if len(counts) > 1 else "", of) for policy, of in counts.items()]
    return "; ".join(f"{name}{', '.join(of)}" for name, of in named)


def _in_short(data: DataView) -> str:
    flips = data["flips"]
    if not flips["lines"]:
        return "No line flips."
    return (
        f"{counted(flips['lines'], 'line flips', 'lines flip')} (charges {_money(flips)}): "
        f"{flips['first_order']:,} on their own, {flips['cascaded']:,} cascaded; "
        f"{flips['favourable']['lines']:,} better for the provider, "
        f"{flips['adverse']['lines']:,} worse"
    )


def _notes(data: DataView) -> Iterator[Text]:
    if data["undone"]:
        yield Text(
            f"{data['undone']:,} more would flip on their own, but other lines that flip "
            "cancel it out."
        )
    details = data["other_details"]
    if details["lines"]:
        fields = ", ".join(f"{name} {count:,}" for name, count in details["fields"].items())
        yield Text(
            f"{details['lines']:,} keep outcome and reason but differ in what stands beside "
            f"them: {fields}"
        )


def _by(title: str, rows: Sequence[DataView], name: _Naming) -> FittingTable:
    numbers = ("lines", "by itself", "cascaded", "charges")
    table = _table(title, "service", "in use", "tried", numbers=numbers)
    for row in rows:
        table.add_row(
            name(row),
            _ending(row, "before"),
            _ending(row, "after"),
            f"{row['lines']:,}",
            f"{row['first_order']:,}",
            f"{row['cascaded']:,}",
            _money(row),
        )
    return table


def _ending(row: DataView, side: str) -> Text:
    outcome = row.get(f"{side}_outcome", row[side])
    return Text(row[side], style=STYLES[outcome])


def _by_plan(rows: Sequence[DataView]) -> FittingTable:
    numbers = (
        "lines",
        "otherwise",
        "cascaded",
        "better",
        "better charges",
        "worse",
        "worse charges",
    )
    table = _table("By plan", "plan", numbers=numbers)
    for row in rows:
        table.add_row(
            printable(row["plan_id"]),
            f"{row['of_lines']:,}",
            f"{row['lines']:,}",
            f"{row['cascaded']:,}",
            f"{row['favourable']['lines']:,}",
            _money(row["favourable"]),
            f"{row['adverse']['lines']:,}",
            _money(row["adverse"]),
        )
    return table


def _balance(rows: Iterable[DataView], name: _Naming) -> FittingTable:
    numbers = ("in use", "tried", "change", "charges in use", "charges tried", "change of charges")
    table = _table("All lines", "service", "outcome", numbers=numbers)
    for row in rows:
        before, after = row["before"], row["after"]
        charges = [Decimal(side["charge"]) for side in (before, after)]
        table.add_row(
            name(row),
            Text(row["outcome"].replace("_", " "), style=STYLES[row["outcome"]]),
            f"{before['lines']:,}",
            f"{after['lines']:,}",
            f"{after['lines'] - before['lines']:+,}",
            *(f"{charge:,}" for charge in charges),
            f"{charges[1] - charges[0]:+,}",
        )
    return table


def _examples(examples: Sequence[DataView]) -> Iterator[RenderableType]:
    """Shows examples of the most frequent kinds: first-order flips, then cascaded ones."""
    for order, words in _ORDERS.items():
        of_order = [data for data in examples if data["order"] == order]
        if of_order:
            shown = of_order[:_EXAMPLES_SHOWN]
            more = (
                f" ({len(of_order) - len(shown)} more: --json)"
                if len(of_order) > len(shown)
                else ""
            )
            yield Text(f"\nExamples of lines that flip {words}{more}")
        for data in of_order[:_EXAMPLES_SHOWN]:
            yield Text(
                f"  {data['before']['reason']} -> {data['after']['reason']} "
                f"({data['like_it']:,} like it): {_line(data)}"
            )
            for name, side in (("in use", "before"), ("tried", "after")):
                said = data[side]["because"] or data[side]["outcome"].replace("_", " ")
                yield Text(f"    {name}: {printable(said)}", style="dim")


def _line(data: DataView) -> str:
    return (
        f"claim {printable(data['claim_id'])} line {data['line']} of "
        f"{printable(data['member_id'])}, {printable(data['procedure'])} of "
        f"{data['date_of_service']}, {printable(data['plan_id'])}"
    )


def _table(title: str, *headings: str, numbers: Sequence[str]) -> FittingTable:
    return FittingTable(*headings, *numbers, title=f"\n{title}", right=numbers)


def _money(sums: DataView) -> str:
    """Returns the charges of the lines, and how many lines have none."""
    text = f"{Decimal(sums['charge']):,}"
    return f"{text} (+{sums['uncharged']:,} without charge)" if sums["uncharged"] else text
