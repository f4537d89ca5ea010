"""Scenarios written in short, as TOML: a file of them, with what they have in common."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple

import msgspec

from rules.loading.toml_lines import rows_of
from worker.determinations.data import Data
from worker.nearest import offered
from worker.policy_tests.short_events import (
    SHORT_NAMES,
    Around,
    NotShort,
    Told,
    as_json,
    over_usual,
    table,
    tables,
    told,
)
from worker.replay.scenarios import Scenario

_OF_FILE: Final = ("usual", "scenario", "accepted")
_OF_USUAL: Final = ("day", "plan", *SHORT_NAMES)
_OF_SCENARIO: Final = (
    "name",
    "why",
    "cites",
    "day",
    "plan",
    "parameters",
    "authorities",
    "refused",
    "expect",
    *SHORT_NAMES,
)


class ShortScenario(NamedTuple):
    """A scenario of a file, or why it cannot be read."""

    row: int
    scenario: Scenario | NotShort


def read_short(text: str) -> Iterator[ShortScenario]:
    """Reads the scenarios of a file; raises `NotShort` for what is wrong with the whole of it."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NotShort(f"is not TOML: {error}.") from None
    _must_be_known(document, _OF_FILE, "the file")
    usual = table(document.get("usual", {}), "usual")
    _must_be_known(usual, _OF_USUAL, "usual")
    rows = rows_of(text)
    for position, written in enumerate(tables(document.get("scenario", []), "scenario")):
        row = rows.of_entry("scenario", position).row or 1
        try:
            yield ShortScenario(row, _scenario(written, usual))
        except NotShort as wrong:
            yield ShortScenario(row, wrong)


def _scenario(written: Data, usual: Data) -> Scenario:
    _must_be_known(written, _OF_SCENARIO, "scenario")
    around = _around(written, usual)
    events = list(_events(written, usual, around))
    expect = [dict(each) for one in events for each in one.expect]
    expect += as_json(tables(written.get("expect", []), "expect"))
    fields: Data = {
        key: as_json(written[key])
        for key in ("name", "why", "cites", "parameters", "authorities", "refused")
        if key in written
    }
    whole = {**fields, "events": [one.event for one in events], "expect": expect}
    try:
        return msgspec.json.decode(msgspec.json.encode(whole), type=Scenario)
    except msgspec.ValidationError as error:
        raise NotShort(f"{error}.") from None


def _around(written: Data, usual: Data) -> Around:
    day = written.get("day", usual.get("day"))
    if not isinstance(day, date) or isinstance(day, datetime):
        raise NotShort("has no day: write day = 2025-09-15 in it, or in [usual].")
    plan = written.get("plan", usual.get("plan"))
    if not isinstance(plan, str):
        raise NotShort('has no plan: write plan = "..." in it, or in [usual].')
    return Around(day, plan)


def _events(written: Data, usual: Data, around: Around) -> Iterator[Told]:
    number = 0
    for name in written:
        if name not in SHORT_NAMES:
            continue
        as_usual = table(usual.get(name, {}), f"usual.{name}")
        for position, one in enumerate(tables(written[name], name), 1):
            number += 1
            yield told(name, over_usual(as_usual, one), position, number, around)


def _must_be_known(given: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for key in given:
        if key not in known:
            raise NotShort(f"{where}: {key!r} is not known.{offered(key, known)}")
