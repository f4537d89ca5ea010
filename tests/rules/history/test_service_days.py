"""Whatever was done for a member is found by procedure and day, however it came to be known."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from rules.history.history import History
from rules.history.record import Record, append
from rules.history.service_days import ServiceDay, ServiceDays
from tests.rules.builders import (
    Sending,
    claim,
    day,
    digest_of,
    events,
    finalization,
    line,
    record,
    replacement,
    report,
)
from tests.rules.deciding import shipped

PET, MRI, OFFICE = "78608", "70553", "99213"
ALL = frozenset({PET, MRI, OFFICE})


def found(*sendings: Sending, codes: frozenset[str] = ALL) -> list[ServiceDay]:
    history = History(record(*sendings), shipped())
    return list(ServiceDays(history.known).latest_first(codes, date.min, date.max))


def keys(services: list[ServiceDay]) -> list[tuple[str, date]]:
    return [(service.procedure, service.on) for service in services]


def test_the_latest_come_first_and_of_one_day_by_procedure_backwards() -> None:
    services = found(
        report("a", MRI, on=-9),
        claim("C-1", OFFICE, on=-3),
        report("b", PET, on=-3),
        report("c", MRI, on=-1),
    )

    assert [(MRI, day(-1)), (OFFICE, day(-3)), (PET, day(-3)), (MRI, day(-9))] == keys(services)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        pytest.param(-9, -1, [-1, -5, -9], id="both ends are included"),
        pytest.param(-8, -2, [-5], id="inside"),
        pytest.param(-4, -2, [], id="between two"),
        pytest.param(-1, -9, [], id="the wrong way round"),
    ],
)
def test_a_span_includes_both_ends(since: int, until: int, expected: list[int]) -> None:
    facts = [report(name, MRI, on=on) for name, on in (("a", -9), ("b", -5), ("c", -1))]
    history = History(record(*facts), shipped())

    services = list(ServiceDays(history.known).latest_first(ALL, day(since), day(until)))

    assert [day(on) for on in expected] == [service.on for service in services]


def test_only_the_procedures_asked_for_are_found() -> None:
    services = found(report("a", MRI), report("b", PET), codes=frozenset({PET}))

    assert [PET] == [service.procedure for service in services]


def test_lines_and_reports_of_one_procedure_and_day_are_one_service() -> None:
    parts = (line(1, PET, modifiers=("26",)), line(2, PET, modifiers=("TC",)))
    services = found(
        claim("C-1", lines=parts),
        finalization("C-1", 2, "denied"),
        report("b", PET, on=0, status="pending"),
        report("a", PET, on=0, modifiers=("PS",)),
    )

    (service,) = services
    assert [
        (("26",), "performed", "C-1"),
        (("TC",), "denied", "C-1"),
        (("PS",), "performed", "a"),
        ((), "pending", "b"),
    ] == [(p.modifiers, p.status, p.evidence.claim_id or p.evidence.id) for p in service.parts]
    assert f"{PET} of 2025-09-15" == service.named
    assert [part.evidence for part in service.parts] == list(service.evidence)


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param([claim("C-1", PET, modifiers=("53",))], id="a line that was broken off"),
        pytest.param([report("a", PET, modifiers=("53",))], id="a report that was broken off"),
        pytest.param([report("a", PET, status="voided")], id="a report that was taken back"),
        pytest.param([claim("C-1", PET), replacement("C-2", "C-1")], id="a line replaced"),
        pytest.param([claim("C-1", "")], id="a revenue code alone"),
    ],
)
def test_what_was_no_service_is_not_found(facts: list[Sending]) -> None:
    assert [] == found(*facts, codes=ALL | {""})


def test_what_came_since_is_found_too() -> None:
    arrivals = [claim("C-1", OFFICE, on=-7), report("a", PET), claim("C-2", PET, on=-14)]
    first, *others = events(*arrivals)
    kept = append(Record(), first, digest_of(first))
    history = History(kept, shipped())
    services = ServiceDays(history.known)
    before = list(services.latest_first(ALL, date.min, date.max))

    for one in others:
        kept = append(kept, one, digest_of(one))
        assert history.add(kept, one)

    assert [(OFFICE, day(-7))] == keys(before)
    assert found(*arrivals) == list(services.latest_first(ALL, date.min, date.max))


def test_the_order_of_arrival_does_not_matter() -> None:
    facts = (claim("C-1", PET), claim("C-2", PET), report("a", PET, on=0), report("b", PET, on=0))

    services = [found(*some) for some in permutations(facts)]

    assert [services[0]] * 24 == services
