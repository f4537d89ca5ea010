"""`adjudicator audit views`: who saw what in the console, and whether that log is whole."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple, get_args

import click

from worker.audit.view_chain import ReadView, ViewChain
from worker.audit.views import View, ViewKind, ViewLog
from worker.commands.failures import FOUND_WANTING
from worker.commands.options import Word
from worker.config.connections import redis_client
from worker.config.settings import load_settings
from worker.config.shards import shards_of
from worker.store.keys import Keys
from worker.terminal.console import console, printable
from worker.terminal.counts import counted
from worker.terminal.json_lines import json_line
from worker.terminal.progress import busy
from worker.terminal.table import FittingTable

_DAY: Final = click.DateTime(["%Y-%m-%d"])


class ViewFilter(NamedTuple):
    """Which entries are listed; all of them are checked."""

    viewer: str | None
    kind: ViewKind | None
    page: str | None
    about: str | None
    since: datetime | None

    def fits(self, view: View) -> bool:
        """Whether a view is one that is asked for."""
        return (
            self.viewer in (None, view.viewer)
            and self.kind in (None, view.kind)
            and self.page in (None, view.page)
            and (self.about is None or self.about in view.subjects.values())
            and (self.since is None or view.time[:10] >= f"{self.since:%Y-%m-%d}")
        )


@click.command("views")
@click.option("--viewer", metavar="ID", help="Only what this person saw.")
@click.option("--kind", type=Word(get_args(ViewKind)), help="Only entries of this kind.")
@click.option("--page", metavar="NAME", help="Only this page, such as claim.")
@click.option("--about", metavar="ID", help="Only what was about this claim, member or search.")
@click.option("--since", type=_DAY, metavar="DATE", help="Only from this day (UTC) on.")
@click.option(
    "--must-hold",
    "kept",
    metavar="DIGEST",
    help="A digest that this command printed before, and that must still be in the log.",
)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object for each view.")
@click.option(
    "--limit", type=click.IntRange(0), default=50, show_default=True, help="Rows of the table."
)
@click.pass_context
def views(
    ctx: click.Context, /, kept: str | None, as_json: bool, limit: int, **typed: object
) -> None:
    """
    List who saw what in the console, the latest last, and check that the log is whole.

    Each entry holds a digest over the one before. Keep the last digest elsewhere from time to time
    and give it as --must-hold: then nothing before it can be written anew unnoticed. Exit code 1 if
    an entry was changed, put in or taken out.
    """
    wanted = ViewFilter(**typed)  # type: ignore[arg-type]  # click has checked them
    first, *_ = shards_of(load_settings())  # which has the whole log
    chain = ViewChain()
    if kept:
        chain.must_hold(kept)
    with redis_client(first) as redis:
        log = ViewLog(redis, Keys(first.prefix))
        found, faulty = _walk(log, chain, wanted, as_json=as_json, limit=limit)
        missing = chain.missing_at_the_end(log.added())
    if not as_json:
        console().print(_table(found))
    for read in faulty:
        click.echo(f"Entry {read.entry.entry_id}: {read.fault}.", err=True)
    _conclude(chain, missing)
    ctx.exit(FOUND_WANTING if chain.faults or missing else 0)


def _walk(
    log: ViewLog, chain: ViewChain, wanted: ViewFilter, *, as_json: bool, limit: int
) -> tuple[list[View], list[ReadView]]:
    """The last views that fit, and the first faulty entries; JSON is written on the way."""
    found: list[View] = []
    faulty: list[ReadView] = []
    with busy("reading the log of views"):
        for read in chain.follow(log.entries()):
            if read.fault and len(faulty) < limit:
                faulty.append(read)
            if read.view is None or not wanted.fits(read.view):
                continue
            if as_json:
                click.echo(json_line(_as_json(read)))
            elif limit:
                found = [*found[-limit + 1 :], read.view] if limit > 1 else [read.view]
    return found, faulty


def _as_json(read: ReadView) -> dict[str, object]:
    view = read.view
    assert view is not None
    return {
        "id": read.entry.entry_id,
        "number": view.number,
        "time": view.time,
        "viewer": view.viewer,
        "role": view.role,
        "kind": view.kind,
        "page": view.page,
        "subjects": dict(view.subjects),
        "fault": read.fault or None,
    }


def _table(found: list[View]) -> FittingTable:
    table = FittingTable("time", "who", "role", "kind", "page", "about", title="Views")
    for view in found:
        about = ", ".join(f"{name} {value}" for name, value in view.subjects.items())
        words = (view.time, view.viewer, view.role, view.kind, view.page, about)
        table.add_row(*map(printable, words))
    return table


def _conclude(chain: ViewChain, missing: str) -> None:
    """Says on standard error how the chain is, so that it stands beside JSON too."""
    entries = counted(chain.count, "entry", "entries")
    if chain.faults or missing:
        said = f"{counted(chain.faults, 'fault')} in {entries}. {missing}".rstrip()
        click.echo(f"The log is NOT whole: {said}", err=True)
    else:
        click.echo(f"The log is whole: {entries}, the last with {chain.last_digest}", err=True)
