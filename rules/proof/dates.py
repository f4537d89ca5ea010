"""Where dated things overlap, and the gaps in which nothing of a kind is in force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations, pairwise

from rules.library_model import Library
from rules.loading.icd10cm import CodeRow, Icd10cmTable
from rules.loading.states import EVERY
from rules.plans import AuthorityRow
from rules.policy_version import PolicyVersion

_SHOWN = 10
_ONE_DAY = timedelta(days=1)


def overlaps(library: Library, table: Icd10cmTable) -> Iterator[str]:
    """Two things of a kind that are in force on one day."""
    yield from overlaps_of_versions(library)
    for row, later in combinations(library.authorities, 2):
        if row.authority == later.authority and _meet(row, later) and _speak_alike(row, later):
            yield f"{row.authority} {row.reference} and {later.reference} rule on one day"
    for code in table.codes():
        rows = _in_order(table.rows(code))
        if any(_end(row) > _start(following) for row, following in pairwise(rows)):
            yield f"{code} stands twice in icd10cm.csv on one day"


def overlaps_of_versions(library: Library) -> Iterator[str]:
    """Two versions of one policy that are in force on one day."""
    for one, other in combinations(library.versions, 2):
        if _meet(one, other):
            yield f"versions {one.version} and {other.version} are in force on one day"


def gaps(library: Library, table: Icd10cmTable) -> Iterator[str]:
    """Days without a version, days that the diagnosis table does not know, holes in a code."""
    yield from gaps_of_versions(library, table)
    yield from _holes(table)


def gaps_of_versions(library: Library, table: Icd10cmTable) -> Iterator[str]:
    """Days without a version of the policy, and its days that the diagnosis table lacks."""
    versions = sorted(library.versions, key=lambda version: version.effective_from)
    if versions:
        yield f"before {versions[0].effective_from}: no version of the policy"
    for version, following in pairwise(versions):
        if _end(version) < following.effective_from:
            last = following.effective_from - _ONE_DAY
            yield f"from {_end(version)} through {last}: no version of the policy"
    if versions and versions[-1].effective_to is not None:
        yield f"from {versions[-1].effective_to} on: no version of the policy"
    for version in versions:
        if version.effective_from < table.knows_from:
            last = min(table.knows_from, _end(version)) - _ONE_DAY
            yield f"from {version.effective_from} through {last}: {_UNKNOWN}"
        if _end(version) > table.knows_to:
            since = max(table.knows_to, version.effective_from)
            yield f"from {since}: {_UNKNOWN} of version {version.version}"


_UNKNOWN = "the diagnosis table does not know the days"


def _holes(table: Icd10cmTable) -> Iterator[str]:
    """Codes that end and begin again later."""
    holed = [
        code
        for code in table.codes()
        if any(_end(row) < _start(later) for row, later in pairwise(_in_order(table.rows(code))))
    ]
    if holed:
        more = f" and {len(holed) - _SHOWN} more" if len(holed) > _SHOWN else ""
        yield f"codes of icd10cm.csv that end and begin again: {', '.join(holed[:_SHOWN])}{more}"


def _in_order(rows: Sequence[CodeRow]) -> list[CodeRow]:
    return sorted(rows, key=_start)


def _start(dated: PolicyVersion | AuthorityRow | CodeRow) -> date:
    if isinstance(dated, CodeRow):
        return dated.valid_from or date.min
    return dated.effective_from


def _end(dated: PolicyVersion | AuthorityRow | CodeRow) -> date:
    """The first day on which it is no longer in force."""
    end = dated.valid_to if isinstance(dated, CodeRow) else dated.effective_to
    return end or date.max


def _meet(one: PolicyVersion | AuthorityRow, other: PolicyVersion | AuthorityRow) -> bool:
    return _start(one) < _end(other) and _start(other) < _end(one)


def _speak_alike(one: AuthorityRow, other: AuthorityRow) -> bool:
    """Whether both speak of a procedure for a line of business in a state."""
    if one.state != other.state and EVERY not in (one.state, other.state):
        return False
    return not (
        one.procedures.isdisjoint(other.procedures)
        or one.lines_of_business.isdisjoint(other.lines_of_business)
    )
