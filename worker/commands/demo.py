"""`adjudicator demo`: shows the whole pipeline on a fresh machine, with an embedded Redis."""

from __future__ import annotations

import importlib
import time
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import NamedTuple

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library
from worker.client import submit
from worker.commands.lazy_group import ExtraMissing
from worker.config.connections import redis_client
from worker.determinations.data import Data, MemberLineKey, line_key
from worker.explain.text import explain
from worker.explain.words import NEEDS_IN_SHORT
from worker.replay.in_memory import decide_all
from worker.replay.queue_watch import QueueWatch
from worker.sandbox.installation import Installation, installation
from worker.store.keys import Keys
from worker.terminal.console import console, printable
from worker.terminal.counts import counted
from worker.terminal.styles import STYLES
from worker.terminal.table import FittingTable

_RESOLVES = "what would resolve it"

_EXPLAINED = "PET_EXCLUSIVE"
"""The denial to explain in full: the first with this reason that is a first revision."""


class Played(NamedTuple):
    """The results of the sample day."""

    history: Mapping[MemberLineKey, Sequence[Data]]
    """Every revision of each line."""
    events: int
    seconds: float


@click.command("demo")
@click.option(
    "--workers", type=click.IntRange(1, 16), default=2, show_default=True, help="How many workers."
)
@click.option(
    "--x12", is_flag=True, help="Send the claims as X12 files (837); needs the extra x12."
)
@click.pass_context
def command(ctx: click.Context, workers: int, x12: bool) -> None:
    """
    Run a day in the life of a small plan through real workers, and show the results and why.

    Starts its own Redis and Celery workers in a temporary folder, sends them the sample events,
    prints each claim line's determination and explains one denial in full. Everything it started is
    stopped and removed at the end, or at Ctrl-C.
    """
    out = console()
    events = (files("worker") / "samples" / "day.jsonl").read_bytes().splitlines()
    if x12:
        events, claims = _through_x12(events)
        out.print(f"{counted(claims, 'claim')} of the day were written as 837 and read again.")
    out.print(f"Starting an embedded Redis and {workers} Celery workers ...")
    with installation(workers=workers) as own:
        played = _play(own, events)
    library = load_library(SHIPPED)
    latest = [history[-1] for _, history in sorted(played.history.items())]
    out.print(_table(latest, library))
    for line in _totals(played, latest, library, workers):
        out.print(line)
    _explain_one(out, played)
    ctx.exit(_hold_against_decide(out, events, latest, library))


def _through_x12(events: Sequence[bytes]) -> tuple[list[bytes], int]:
    """The same day with its claims as 837; its door stands above this package."""
    try:
        sample_day = importlib.import_module("doors.x12.sample_day")
    except ModuleNotFoundError as missing:
        raise ExtraMissing("x12") from missing
    through: tuple[list[bytes], int] = sample_day.through_x12(events)
    return through


def _play(own: Installation, events: Sequence[bytes]) -> Played:
    """Sends the day's events, shows progress, and reads the results."""
    url = own.settings.redis_url.get_secret_value()
    with redis_client(own.settings) as redis:
        watch = QueueWatch(redis, Keys(own.settings.prefix), own.settings.lanes)
        with _progress() as progress:
            bar = progress.add_task("the day's events", total=len(events))

            def look(waiting: int) -> None:
                progress.update(bar, completed=len(events) - waiting)
                own.mend()

            began = time.monotonic()
            submit(events, redis_url=url)
            watch.wait_until_drained(look)
            seconds = time.monotonic() - began
        published = [msgspec.json.decode(event)["data"] for event in watch.determinations()]
    history: dict[MemberLineKey, list[Data]] = {}
    for data in published:
        history.setdefault(line_key(data), []).append(data)
    return Played(history, len(events), seconds)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=console(to_stderr=True),
    )


def _table(latest: Iterable[Data], library: Library) -> FittingTable:
    headings = ("claim", "line", "procedure", "outcome", "reason", "section", _RESOLVES)
    table = FittingTable(*headings, title="Determinations", prose=("section", _RESOLVES))
    for data in latest:
        outcome = data["outcome"]
        needs = ", ".join(NEEDS_IN_SHORT.get(need["code"], need["code"]) for need in data["needs"])
        table.add_row(
            printable(data["claim_id"]),
            str(data["line"]),
            printable(data["procedure"]),
            Text(outcome.replace("_", " "), style=STYLES[outcome]),
            data["reason"],
            library.reasons[data["reason"]].section,
            needs,
        )
    return table


def _totals(
    played: Played, latest: Sequence[Data], library: Library, workers: int
) -> Iterable[Text]:
    spectroscopies = {code for version in library.versions for code in version.codes.decided}
    mrs = [data for data in latest if data["procedure"] in spectroscopies]
    denied = sum(data["outcome"] == "denied" for data in mrs)
    decided = denied + sum(data["outcome"] == "approved" for data in mrs)
    published = sum(map(len, played.history.values()))
    yield Text(
        f"Denial rate: {denied / decided:.0%} ({denied} of {decided} MRS lines that are approved "
        f"or denied; {sum(data['outcome'] == 'pended' for data in mrs)} more are pended)."
    )
    yield Text(
        f"Throughput: {counted(played.events, 'event')} in {played.seconds:.2f} s with "
        f"{counted(workers, 'worker')}, "
        f"{played.events / played.seconds:.0f} a second; "
        f"{counted(published, 'determination')} of {counted(len(latest), 'line')} published."
    )


def _explain_one(out: Console, played: Played) -> None:
    for history in played.history.values():
        if len(history) == 1 and history[0]["reason"] == _EXPLAINED:
            out.rule("One denial in full (`adjudicator explain` does this for any claim)")
            for part in explain(history):
                out.print(part)
            return


def _hold_against_decide(
    out: Console, events: Sequence[bytes], latest: Iterable[Data], library: Library
) -> int:
    """Compares the queue with `adjudicator decide`; returns the exit code."""
    decided = decide_all(events, library).final.values()
    same = _told(latest) == _told(decided)
    out.rule(style="dim")
    if same:
        out.print(
            "`adjudicator decide` agrees on every line. Everything that was started is removed."
        )
        return 0
    out.print("The queue and `adjudicator decide` differ: `adjudicator replay` shows where.")
    return 1


def _told(determinations: Iterable[Data]) -> list[Data]:
    """Removes the link to the previous determination, which `decide` does not have."""
    told = (data | {"digests": data["digests"]["record"]} for data in determinations)
    return sorted(told, key=line_key)
