"""Checks which policies decide a plan's lines: all known, and no procedure decided by two."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from rules.loading.folder import LibraryFiles
from rules.loading.toml_lines import TableLines, rows_of
from rules.loading.words import one_of
from rules.plans import Plan

DecidedBySome = tuple[str, frozenset[str]]
"""A policy's id, and the procedures that any of its versions decides."""


def check_policies_of_plans(
    files: LibraryFiles, plans: Mapping[str, Plan], policies: Sequence[DecidedBySome]
) -> None:
    """Records faults of the plans that name an unknown policy, or two for one procedure."""
    known = [policy_id for policy_id, _ in policies]
    for name in files.plans:
        text = files.text(name) or ""
        document, rows = tomllib.loads(text), rows_of(text)
        for terms, held, path in _terms(plans[document["plan_id"]], document, rows):
            row = held.row_of("policies")
            place = path if row is None else f"row {row} ({path})"
            for wrong, to_do in _faults_of(terms, policies, known):
                files.faults.add(name, place, wrong, to_do)


def _terms(
    plan: Plan, document: Mapping[str, list[Mapping[str, object]]], rows: TableLines
) -> Iterator[tuple[Plan, TableLines, str]]:
    """The plan as it begins, and as it is from each of its periods on; each with its place."""
    yield plan, rows, "policies"
    written = {
        str(entry["effective_from"]): rows.of_entry("period", position)
        for position, entry in enumerate(document.get("period", []))
    }
    for period in plan.periods:
        day = str(period.effective_from)
        yield period.plan, written[day], f"period {day}.policies"


def _faults_of(
    plan: Plan, policies: Sequence[DecidedBySome], known: Sequence[str]
) -> Iterator[tuple[str, str]]:
    for policy_id in plan.policies:
        if policy_id not in known:
            yield f"names {policy_id!r}, which the library does not have", one_of(policy_id, known)
    decide = [held for held in policies if not plan.policies or held[0] in plan.policies]
    for (one, its), (other, others) in combinations(decide, 2):
        both = ", ".join(sorted(its & others))
        if both:
            wrong = f"lets {one} and {other} both decide {both}"
            yield wrong, "Name in `policies` only one of the two."
