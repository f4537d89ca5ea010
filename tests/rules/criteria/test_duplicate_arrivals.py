"""Lines that become known after others of their procedure and date."""

from __future__ import annotations

import pytest

from rules.criteria.line_findings import earlier_lines
from rules.exclusivity.line_interactions import AS_DECIDED
from rules.facts import Claim
from rules.history.history import History
from rules.history.record import append
from tests.rules.builders import claim, digest_of, event, pet, record
from tests.rules.deciding import shipped


def is_seen_by_others(one: Claim, *known: Claim) -> bool:
    """Whether a claim that comes after some others changes what is said of those."""
    before = record(*known)
    history = History(before, shipped())
    earlier = earlier_lines(history, AS_DECIDED.is_barred)
    late = event(one, 9)
    assert history.add(append(before, late, digest_of(late)), late)
    return earlier.add(history.lines[-1])


@pytest.mark.parametrize(
    ("one", "known", "is_seen"),
    [
        pytest.param(claim("C-5"), [pet()], False, id="the only one of its day"),
        pytest.param(claim("C-5"), [claim("C-4", on=-9)], False, id="beside one of another day"),
        pytest.param(claim("C-5"), [claim("C-4")], False, id="after the other"),
        pytest.param(claim("C-5"), [claim("C-6", received=5)], True, id="before the other"),
        pytest.param(
            claim("C-5"), [claim("C-4"), claim("C-6", received=5)], False, id="between two"
        ),
        pytest.param(
            claim("C-5"),
            [claim("C-4", npi=None), claim("C-6", npi=None, received=5)],
            False,
            id="of another provider, between two",
        ),
        pytest.param(
            claim("C-5"),
            [claim("C-4", npi=None), claim("C-6", received=5)],
            True,
            id="the first of its provider",
        ),
        pytest.param(
            claim("C-5", modifiers=("26", "TC")),
            [claim("C-6", received=5)],
            False,
            id="before it, but barred",
        ),
    ],
)
def test_a_line_is_seen_by_others_that_find_it_the_first_of_its_kind(
    one: Claim, known: list[Claim], *, is_seen: bool
):
    assert is_seen == is_seen_by_others(one, *known)


def test_a_line_takes_a_place_among_earlier_ones_unless_it_is_barred() -> None:
    history = History(record(claim("C-1", npi=None), claim("C-3")), shipped())
    earlier = earlier_lines(history, AS_DECIDED.is_barred)
    asked = history.lines[-1]
    then = earlier.against(asked)
    for claim_id, modifiers in (("C-2", ("26", "TC")), ("C-20", ())):
        late = event(claim(claim_id, received=3, modifiers=modifiers), 9)
        assert history.add(append(history.record, late, digest_of(late)), late)
        earlier.add(history.lines[-1])
    now = earlier.against(asked)

    assert then is not None
    assert now is not None
    assert ("C-1", "C-20") == (then[1].name[0], now[1].name[0])
