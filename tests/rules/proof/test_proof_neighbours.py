"""Steps from one situation to others."""

from __future__ import annotations

import pytest

from rules.facts import Claim
from rules.proof.neighbours import Neighbours
from rules.proof.situation import Laboratory, Situation
from rules.proof.two_sides import Side, TwoSides
from tests.rules.builders import claim, pet
from tests.rules.proof.test_library_differences import shorter_window


@pytest.fixture(scope="module")
def moves() -> Neighbours:
    own, changed = shorter_window()
    return Neighbours(
        TwoSides(
            Side(Laboratory(own.library), own.table),
            Side(Laboratory(changed.library), changed.table),
        )
    )


@pytest.mark.parametrize(
    ("followers", "expected"),
    [
        pytest.param((pet("F-C-1"),), {"F-F-C-1"}, id="a second service may follow the first"),
        pytest.param((pet("F-C-1"), claim("F-F-C-1")), set(), id="and no third"),
    ],
)
def test_so_many_services_follow_one_another(
    moves: Neighbours, followers: tuple[Claim, ...], expected: set[str]
) -> None:
    newest = followers[-1]
    situation = Situation((newest, *followers[:-1], claim("C-1")), (newest.claim_id, 1))
    known = {fact.claim_id for fact in situation.facts if isinstance(fact, Claim)}

    found = {each.asked[0] for each in moves.of(situation)}

    assert expected == {name for name in found - known if name.startswith("F-")}
