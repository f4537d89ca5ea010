"""`adjudicator library test`: runs the scenarios beside each policy, and says what none reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from worker.commands.options import FOLDER, library_folders, must_be_known
from worker.policy_tests.gaps import ReasonReached, is_gap
from worker.policy_tests.json_view import (
    coverage_json,
    fault_json,
    shared_json,
    totals_json,
    tried_json,
)
from worker.policy_tests.results import LibraryTest, PolicyResult
from worker.policy_tests.run import Tried
from worker.policy_tests.words import (
    differences_in_words,
    reasons_in_words,
    unreached_in_words,
)
from worker.terminal.console import console, printable
from worker.terminal.counts import counted
from worker.terminal.json_lines import json_line
from worker.terminal.progress import ProgressBars


@click.command("test")
@click.argument("library", required=False, type=FOLDER)
@click.option(
    "--plans",
    type=FOLDER,
    help="Folder of plan files that replaces the library's own.  [default: MRS_PLANS]",
)
@click.option(
    "--policy", "chosen", multiple=True, metavar="ID", help="Only this policy; may be repeated."
)
@click.option("--all", "must_reach", is_flag=True, help="What no scenario reaches is an error.")
@click.option("--quick", is_flag=True, help="Leave out the parameters, which take the longest.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON lines: scenarios, then coverage.")
@click.pass_context
def command(
    ctx: click.Context,
    library: Path | None,
    plans: Path | None,
    chosen: tuple[str, ...],
    must_reach: bool,
    quick: bool,
    as_json: bool,
) -> None:
    """
    Run the scenarios beside each policy of a library, and say what no scenario reaches.

    LIBRARY is the folder of a library; without it, it is the one in use (MRS_LIBRARY, else the
    shipped one). Scenarios are files in policies/<id>/scenarios/: .toml in short, or .jsonl
    (docs/scenarios.md). Each is decided by itself. What differs is named with what was expected,
    what came, and why.

    Then it says which answers of criteria and which reasons no scenario leads to, and which
    parameters none tells from the next value: for 90 days one scenario must come out otherwise at
    89, and one at 91.

    Exit 0: all agree (what none reaches is a warning); 1: one differs or cannot be read, or, with
    --all, something is not reached; 3: the library is refused. Takes a quarter of a minute a
    policy, with --quick a second.
    """
    test = LibraryTest(*library_folders(library, plans))
    must_be_known("--policy", chosen, test.policies)
    out = console(to_stderr=as_json)
    with ProgressBars() as bars:
        policies = chosen or test.policies
        results = list(test.results(policies, bars.begin, with_edges=not quick))
    # One scenario beside any policy reaches these, so that of one policy nothing can be said.
    shared = () if chosen else test.shared_reasons(results)
    if as_json:
        _write(results, shared)
    else:
        _show(results, shared, out, "error" if must_reach else "warning")
    fails = any(result.differing or result.faults for result in results)
    ctx.exit(1 if fails or (must_reach and _unreached(results, shared)) else 0)


def _unreached(results: Iterable[PolicyResult], shared: Iterable[ReasonReached]) -> int:
    return sum(each.unreached for each in results) + sum(map(is_gap, shared))


def _write(results: Sequence[PolicyResult], shared: Sequence[ReasonReached]) -> None:
    for result in results:
        for fault in result.faults:
            click.echo(json_line(fault_json(fault)))
        for one in result.tried:
            click.echo(json_line(tried_json(one)))
        click.echo(json_line(coverage_json(result)))
    if shared:
        click.echo(json_line(shared_json(shared)))
    click.echo(json_line(totals_json(results, _unreached(results, shared))))


def _show(
    results: Sequence[PolicyResult], shared: Sequence[ReasonReached], out: Console, word: str
) -> None:
    for result in results:
        for line in _told(result, word):
            out.print(line, soft_wrap=True)
    for said in reasons_in_words(shared):
        out.print(_warning(word, f"of any policy, {said}"), soft_wrap=True)
    tried = sum(len(result.tried) for result in results)
    differing = sum(len(result.differing) for result in results)
    faults = sum(len(result.faults) for result in results)
    unreached = _unreached(results, shared)
    out.print(
        f"{counted(tried, 'scenario')}, {differing:,} of them {_differ(differing)}, "
        f"{counted(faults, 'fault')}, {counted(unreached, 'gap')} that no scenario reaches."
    )


def _differ(number: int) -> str:
    return "differs" if number == 1 else "differ"


def _told(result: PolicyResult, word: str) -> Iterator[Text]:
    yield Text(f"Policy {result.policy}: {counted(len(result.tried), 'scenario')}", style="bold")
    for fault in result.faults:
        yield Text.assemble(("  FAULT  ", "bold red"), printable(fault))
    for one in result.differing:
        yield from _told_of(one)
    for said in unreached_in_words(result):
        yield _warning(word, said)


def _told_of(one: Tried) -> Iterator[Text]:
    place = f"{one.beside.file}, line {one.beside.row}: {one.beside.scenario.name}"
    yield Text.assemble(("  DIFFERS  ", "bold red"), printable(place))
    for said in differences_in_words(one):
        yield Text(f"           {printable(said)}")


def _warning(word: str, said: str) -> Text:
    return Text(f"  {word}: {printable(said)}", style="red" if word == "error" else "yellow")
