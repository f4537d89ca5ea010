"""Writes a copy of a library folder with changed parameters and added authority rows."""

from __future__ import annotations

import csv
import io
import json
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from rules.loading.authorities import COLUMNS
from rules.loading.authorities import FILE as AUTHORITIES
from rules.loading.faults import Faults
from rules.loading.parameters import names_in
from rules.loading.states import EVERY
from rules.loading.words import one_of

_SOURCE = "added to a derived library"


def write_copy(
    source: Path,
    target: Path,
    parameters: Mapping[str, object],
    authorities: Sequence[Mapping[str, object]],
    faults: Faults,
    policy: str = "*",
) -> None:
    """
    Writes the copy, unless a name is unknown or the target is not empty.

    Parameters are changed in the versions of one policy, or of each that has them.
    """
    _check(source, target, parameters, authorities, faults)
    if faults.found:
        return
    shutil.copytree(source, target, copy_function=shutil.copyfile, dirs_exist_ok=True)
    if parameters:
        for version in sorted(target.glob(f"policies/{policy}/*/policy.toml")):
            _set_parameters(version, parameters)
    if authorities:
        _append(target / AUTHORITIES, authorities)


def _check(
    source: Path,
    target: Path,
    parameters: Mapping[str, object],
    authorities: Sequence[Mapping[str, object]],
    faults: Faults,
) -> None:
    if target.exists() and any(target.iterdir()):
        faults.add(str(target), "", "is not empty", "Choose a new or empty folder.")
    known = _parameters_in(source)
    for name in parameters:
        if name not in known:
            faults.add("parameters", name, "is not a parameter", one_of(name, known))
    for number, row in enumerate(authorities, 1):
        for column in row:
            if column not in COLUMNS:
                to_do = one_of(column, COLUMNS)
                faults.add("authorities", f"row {number}.{column}", "is not a column", to_do)


def _parameters_in(source: Path) -> tuple[str, ...]:
    """The parameters of every policy of a library, as far as their files can be read."""
    policies = sorted(source.glob("policies/*/*/policy.toml"))
    return names_in(policy.read_bytes() for policy in policies)


def _set_parameters(policy: Path, parameters: Mapping[str, object]) -> None:
    """Rewrites the file without its comments: it is for the loader, not for people."""
    document = tomllib.loads(policy.read_text(encoding="utf-8"))
    for name, value in parameters.items():
        entry = document["parameter"].get(name)
        if entry is None:
            continue  # a parameter of another policy
        others = entry["other_answers"]
        if isinstance(others, list):
            entry["other_answers"] = [one for one in (entry["value"], *others) if one != value]
        entry["value"] = value
    lines = (f"{json.dumps(key)} = {_toml(value)}\n" for key, value in document.items())
    policy.write_text("".join(lines), encoding="utf-8")


def _toml(value: object) -> str:
    """Returns a value as TOML on one line; what TOML cannot express becomes invalid TOML."""
    if isinstance(value, Mapping):
        entries = (f"{json.dumps(key)} = {_toml(held)}" for key, held in value.items())
        return f"{{ {', '.join(entries)} }}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_toml(held) for held in value)}]"
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value)


def _append(table: Path, authorities: Sequence[Mapping[str, object]]) -> None:
    text = table.read_text(encoding="utf-8")
    header = next(csv.reader(io.StringIO(text)))
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    for row in authorities:
        named = {"source": _SOURCE, "state": EVERY, **row}
        writer.writerow([_cell(named.get(column)) for column in header])
    table.write_text(
        text.removeprefix("\ufeff").rstrip("\n") + "\n" + written.getvalue(), encoding="utf-8"
    )


def _cell(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ";".join(map(str, value))
    return "" if value is None else str(value)
