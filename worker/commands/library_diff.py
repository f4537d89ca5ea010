"""`adjudicator library diff`: finds classes of claims that two libraries decide differently."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.text import Text

from rules.determination import Determination
from rules.proof.check import OpenLibrary
from rules.proof.difference_causes import DifferenceCause
from rules.proof.differences import ClassDifference
from rules.proof.library_check import open_library
from rules.proof.policy_differences import LibraryComparison, compare_policies
from worker.commands.options import FOLDER, library_folders
from worker.determinations.data import Data
from worker.library_views.situation_words import words_of
from worker.replay.witness_scenarios import scenario_of_difference
from worker.terminal.console import console
from worker.terminal.counts import counted
from worker.terminal.progress import ProgressBars

_ALIKE_SHOWN = 5


@click.command("diff")
@click.argument("folders", metavar="[BEFORE] AFTER", nargs=-1, type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option(
    "--witnesses",
    "file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the smallest situation of each class as a scenario to this file; it expects what "
    "the second library decides.",
)
@click.pass_context
def command(
    ctx: click.Context, folders: tuple[Path, ...], as_json: bool, file: Path | None
) -> None:
    """
    Say which classes of claims two rule libraries decide differently. No events are needed.

    BEFORE and AFTER are folders of libraries; without BEFORE it is the library in use
    (MRS_LIBRARY, else the shipped one). Each policy is compared as if it were alone; one that only
    one of the two has is named. For each class: what it turns on, and the smallest situation that
    shows it.

    A policy with the criteria of 6.01.03 is compared in every class of service, plan, date,
    diagnosis and history; an answer that differs is then combined with every answer of every other
    criterion, and with its effect on the member's next study. Any other is compared by the facts
    that lead to each answer of its criteria, and to each two.

    Not covered: differences that need two other rare conditions at once, and the same pair of
    answers again for each of several changed codes. `adjudicator whatif` tries both on events.

    Exit 0: no differences; 1: some; 3: a library is refused. Takes 20 to 40 seconds of one
    processor, or longer if the libraries differ a lot.
    """
    began = time.monotonic()
    before, after = _opened(folders)
    with ProgressBars() as bars:
        found = compare_policies(before, after, bars.begin("situations decided by both", None))
    if file is not None:
        scenarios = (scenario_of_difference(one, after.library) for _, one in _classes_of(found))
        file.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in scenarios))
    if as_json:
        click.echo(msgspec.json.encode(_data(found, before, after)))
    else:
        _show(found, before, after, time.monotonic() - began)
    ctx.exit(1 if found.differs else 0)


def _opened(folders: tuple[Path, ...]) -> tuple[OpenLibrary, OpenLibrary]:
    """Opens both libraries; the first is the one in use if only one was named."""
    if len(folders) not in (1, 2):
        raise click.UsageError("Name one or two library folders: [BEFORE] AFTER.")
    first = (folders[0], None) if folders[1:] else library_folders(None, None)
    return open_library(*first), open_library(folders[-1], None)


def _classes_of(found: LibraryComparison) -> list[tuple[str, ClassDifference]]:
    """All classes, each with its policy."""
    return [(each.policy, one) for each in found.policies for one in each.compared.classes]


def _show(
    found: LibraryComparison, before: OpenLibrary, after: OpenLibrary, seconds: float
) -> None:
    out = console()
    for name, one in (("before", before.library), ("after ", after.library)):
        out.print(f"{name}  generation {one.generation}, {one.digest}")
    for word, policies in (("added", found.added), ("removed", found.removed)):
        for policy in policies:
            out.print(f"policy {policy} is {word}")
    has_several = len({*found.added, *found.removed, *(each.policy for each in found.policies)}) > 1
    for number, (policy, difference) in enumerate(_classes_of(found), 1):
        out.print()
        for line in _told(number, difference, f"{policy}: " if has_several else ""):
            out.print(line, soft_wrap=True)
    out.print()
    differing = sum(each.compared.differing for each in found.policies)
    situations = sum(each.compared.combinations for each in found.policies)
    out.print(
        f"{_classes(len(_classes_of(found)))} decided differently: {differing:,} of "
        f"{counted(situations, 'situation')}, {seconds:.0f} seconds."
    )


def _classes(number: int) -> str:
    return counted(number, "class of claims is", "classes of claims are")


def _told(number: int, one: ClassDifference, policy: str) -> Iterator[Text]:
    before, after = one.how.before, one.how.after
    services = dict.fromkeys((before.service.upper(), after.service.upper()))
    heading = Text(f"{number}. {policy}{' -> '.join(services)}  ", style="bold")
    if before == after:
        heading.append(f"{after.outcome} {after.reason}, with other {', '.join(one.how.details)}")
    else:
        heading.append(f"{before.outcome} {before.reason} -> {after.outcome} {after.reason}")
    yield heading.append(f"   ({counted(one.combinations, 'situation')})", style="not bold dim")
    for turn in one.turns_on:
        yield Text(f"   turns on {told_of_turn(turn)}")
    for words in words_of(one.situation):
        yield Text(f"   - {words}")


def told_of_turn(turn: DifferenceCause) -> str:
    """Describes a difference in words, with the number of others like it."""
    said = f"{turn.kind} {turn.name}: {turn.before} -> {turn.after}"
    if not turn.alike:
        return said
    more = len(turn.alike) - _ALIKE_SHOWN
    shown = " ".join(turn.alike[:_ALIKE_SHOWN])
    return f"{said}; so do {shown}" + (f" and {more:,} more" if more > 0 else "")


def _data(found: LibraryComparison, before: OpenLibrary, after: OpenLibrary) -> Data:
    named = {
        name: {"generation": one.library.generation, "digest": one.library.digest}
        for name, one in (("before", before), ("after", after))
    }
    return named | {
        "policies_added": list(found.added),
        "policies_removed": list(found.removed),
        "situations": sum(each.compared.combinations for each in found.policies),
        "differing": sum(each.compared.differing for each in found.policies),
        "classes": [{"policy": policy} | _class(one) for policy, one in _classes_of(found)],
    }


def _class(one: ClassDifference) -> dict[str, Any]:
    return {
        "before": _decided(one.decided.before),
        "after": _decided(one.decided.after),
        "details": one.how.details,
        "turns_on": [turn._asdict() for turn in one.turns_on],
        "situations": one.combinations,
        "smallest": list(words_of(one.situation)),
    }


def _decided(one: Determination) -> dict[str, Any]:
    names = ("service", "outcome", "reason", "group", "carc", "rarc")
    said = {name: getattr(one, name) for name in names}
    return said | {"needs": [need.code for need in one.needs], "due_on": one.due_on}
