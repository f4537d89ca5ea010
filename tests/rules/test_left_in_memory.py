"""What was decided is gone when nobody holds it: no circle waits for the garbage collector."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import pytest

from rules.adjudicate import adjudicate
from rules.library_model import Library
from rules.member.member import Member
from rules.member.open_member import OpenMember, apply
from tests.rules.builders import (
    LIMITED_MRI,
    attestation,
    claim,
    digest_of,
    events,
    pet,
    record,
    report,
    review,
)
from tests.rules.deciding import shipped
from tests.rules.test_mixed_policies import mixed_library

TOLD = (
    claim(attestations=(attestation(),)),
    LIMITED_MRI,
    pet(on=-10),
    pet("P-2", plan="example-brain-pet"),
    claim("C-2", "78816", plan="example-count"),
    review(decision="denied"),
    report("S-4", result="conclusive"),
)


@pytest.fixture(autouse=True)
def _collected_by_hand() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


def whole(library: Library) -> None:
    adjudicate(record(*TOLD), library)


def by_event(library: Library) -> None:
    member = Member()
    for one in events(*TOLD):
        member = apply(member, one, digest_of(one), library).member


def open_for_a_while(library: Library) -> None:
    opened = OpenMember(Member(), library)
    for one in events(*TOLD):
        opened.apply(one, digest_of(one))


@pytest.mark.parametrize("library", [shipped, mixed_library], ids=["one policy", "several"])
@pytest.mark.parametrize(
    "decide", [whole, by_event, open_for_a_while], ids=lambda one: one.__name__
)
def test_nothing_of_a_member_is_left(
    library: Callable[[], Library], decide: Callable[[Library], None]
) -> None:
    decide(library())  # what is remembered for the next member is made now
    gc.collect()

    decide(library())

    assert 0 == gc.collect()
