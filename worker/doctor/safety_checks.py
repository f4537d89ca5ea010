"""Checks what makes wrong decisions possible: lost data, an unsafe Redis, keys of others."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from worker.doctor.diagnostic import Diagnostic, Examined
from worker.failures import RISKS
from worker.metrics.snapshot import LANES_MAX
from worker.store.installation import KnownInstallation, installation_in
from worker.store.keys import DOOR, GUEST, lane_name
from worker.store.redis_info import risks_in
from worker.terminal.counts import counted

_ABOUT: Final = "safety"
_UNFINISHED: Final = b"unfinished"
_NAMES_MAX: Final = 20_000
"""Names of keys that are looked at; Redis gives them in no order, so that they are a sample."""
_STREAMS: Final = ("events", "determinations", "dead-letters", "discarded")
_TABLES: Final = (
    *("dead-letters-by-member", "takes", "counters", "exemplars", "meta", "workers"),
    *("archived", "upkeep"),
)
_KINDS: Final = (
    *("lane", "lease", "mark", "attempts", "record", "index", "received", "claim", "pends"),
    "celery",
)


def examine_installation(examined: Examined) -> Iterator[Diagnostic]:
    """Checks that Redis holds the installation that is remembered here and by the workers."""
    known = KnownInstallation.of(examined.settings).id
    found = installation_in(examined.client, examined.keys)
    if found.stands_for(known):
        yield Diagnostic("ok", _ABOUT, f"installation {found.id or 'to be named by a worker'}")
        return
    yield Diagnostic(
        "fault",
        _ABOUT,
        f"Redis holds installation {found.id or '(none)'}, and {known or 'another'} is remembered: "
        "its data was lost, or it is another Redis. Nothing is decided.",
        "Put the data back, or accept what is there: adjudicator doctor "
        "--accept-new-installation. See ops/runbooks/MrsInstallationLost.md.",
    )


def examine_risks(examined: Examined) -> Iterator[Diagnostic]:
    """Checks whether workers refuse to decide because of how Redis is set."""
    for risk in risks_in(examined.facts):
        if risk in examined.settings.accepted_risks:
            yield Diagnostic("warning", _ABOUT, f"{RISKS[risk]} MRS_ACCEPT_RISKS takes this risk.")
        else:
            yield Diagnostic(
                "fault",
                _ABOUT,
                "Workers decide nothing, as decisions could be wrong.",
                f"{RISKS[risk]} See ops/runbooks/MrsRedisUnsafe.md.",
            )


def examine_unfinished(examined: Examined) -> Iterator[Diagnostic]:
    """Checks whether a script was stopped in its middle and nobody has finished it."""
    for place in (DOOR, *map(lane_name, range(LANES_MAX))):
        if _UNFINISHED in examined.client.hkeys(examined.keys.attempts(place)):
            yield Diagnostic(
                "fault",
                _ABOUT,
                f"A commit at {place} was stopped in its middle, as Redis refused a part of it.",
                "The next worker at that place finishes it first. If that does not happen, its "
                "log says what is refused: most likely a right of its login.",
            )


def examine_foreign_keys(examined: Examined) -> Iterator[Diagnostic]:
    """Checks in a sample of the names whether another program writes under our prefix."""
    begins = f"{examined.keys.prefix}:"
    names = islice(examined.client.scan_iter(match=f"{begins}*", count=1000), _NAMES_MAX)
    foreign = sum(not _is_ours(name.decode(errors="replace")[len(begins) :]) for name in names)
    if foreign:
        yield Diagnostic(
            "fault",
            _ABOUT,
            f"{counted(foreign, 'key')} under {begins} not of this system: another program uses "
            "the same prefix. What it writes can be mistaken for ours.",
            "Give it a prefix or a database of its own. See ops/runbooks/MrsRedisUnsafe.md.",
        )


def _is_ours(name: str) -> bool:
    kind, has_more, more = name.partition(":")
    if kind.startswith(GUEST) and has_more:
        return _is_ours(more)
    return kind in _KINDS if has_more else kind in (*_STREAMS, *_TABLES)
