"""Counts what stands in the streams again, to hold the counters, pends and indexes against it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from rules.history.contested import contested_claims
from rules.library_model import Library
from tests.faults.observed import Observed
from tests.faults.verdict import Verdict
from tests.support.services import service_of
from worker.metrics import counters as metrics
from worker.store.keys import CONTESTED

Labels = tuple[str, ...]
Published = Sequence[tuple[str, Mapping[str, Any]]]
"""Stream id and `data` of each determination."""


def recount(verdict: Verdict, observed: Observed, library: Library) -> None:
    """Each counter that the stream of determinations can confirm, and each index into it."""
    published = [
        (entry_id, json.loads(fields[b"event"])["data"])
        for entry_id, fields in observed.determinations
    ]
    last = {(d["member_id"], d["claim_id"], d["line"]): d for _, d in published}
    counters = observed.survey.counters
    verdict.equal(
        Counter(_determination(data, library) for _, data in published),
        # The line of business stands in no determination.
        _summed(counters, metrics.DETERMINATIONS, without=4),
        metrics.DETERMINATIONS,
    )
    verdict.equal(
        Counter(
            (f["criterion"], f["answer"], d["policy"]["id"])
            for _, d in published
            for f in d["findings"]
        ),
        _summed(counters, metrics.FINDINGS),
        metrics.FINDINGS,
    )
    verdict.equal(
        Counter(_line(data, library) for data in last.values()),
        _summed(counters, metrics.LINES_CURRENT, without=3),
        metrics.LINES_CURRENT,
    )
    pends = _pends(last.values(), library) | _contests(observed, library)
    verdict.equal(pends, _without_empty(observed.pends), "open pends")
    _indexes(verdict, observed, published)


def _determination(data: Mapping[str, Any], library: Library) -> Labels:
    version = data["policy"]["version"] or metrics.NO_VERSION
    return (
        service_of(library, data),
        data["outcome"],
        data["reason"],
        data["change"],
        version,
        data["policy"]["id"],
    )


def _line(data: Mapping[str, Any], library: Library) -> Labels:
    return (service_of(library, data), data["outcome"], data["reason"])


def _summed(counters: Mapping[str, int], name: str, without: int | None = None) -> Counter[Labels]:
    """One metric's counters by its labels, but for one of them."""
    summed: Counter[Labels] = Counter()
    for field, count in counters.items():
        metric, *labels = field.split(metrics.SEPARATOR)
        if metric == name:
            if without is not None:
                del labels[without]
            summed[tuple(labels)] += count
    return Counter({labels: count for labels, count in summed.items() if count})


def _pends(
    last: Iterable[Mapping[str, Any]], library: Library
) -> dict[tuple[str, str], dict[bytes, int]]:
    pends: defaultdict[tuple[str, str], dict[bytes, int]] = defaultdict(dict)
    for data in last:
        if data["outcome"] == "pended":
            line = [data["member_id"], data["claim_id"], data["line"]]
            key = (service_of(library, data), data["reason"])
            due_on = date.fromisoformat(data["due_on"]).toordinal()
            pends[key][json.dumps(line, separators=(",", ":")).encode()] = due_on
    return dict(pends)


def _contests(observed: Observed, library: Library) -> dict[tuple[str, str], Mapping[bytes, int]]:
    """Of the records; the day since when stands nowhere else."""
    waiting = observed.pends.get(CONTESTED, {})
    claims = (
        json.dumps([member_id, claim_id, 0], separators=(",", ":")).encode()
        for member_id, member in observed.members.items()
        for claim_id in contested_claims(member.record, library.plans)
    )
    return _without_empty({CONTESTED: {claim: waiting.get(claim, 0) for claim in claims}})


def _without_empty(
    pends: Mapping[tuple[str, str], Mapping[bytes, int]],
) -> dict[tuple[str, str], Mapping[bytes, int]]:
    return {key: lines for key, lines in pends.items() if lines}


def _indexes(verdict: Verdict, observed: Observed, published: Published) -> None:
    by_member: defaultdict[str, list[str]] = defaultdict(list)
    members_of: defaultdict[str, set[str]] = defaultdict(set)
    for entry_id, data in published:
        by_member[data["member_id"]].append(entry_id)
        members_of[data["claim_id"]].add(data["member_id"])
    verdict.equal(dict(by_member), dict(observed.indexes), "indexes of determinations")
    verdict.equal(dict(members_of), dict(observed.claims), "members of claim ids")
