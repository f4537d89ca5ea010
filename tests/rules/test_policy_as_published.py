"""Which policy a line is remembered under: the one that its last determination names."""

from __future__ import annotations

import pytest

from rules.determination import PolicyUsed
from rules.member.effect import EventEffect, state_after
from rules.member.member import LibraryCause
from rules.member.published import UNNAMED_POLICY
from tests.rules.builders import claim
from tests.rules.deciding import decide_line

ONE = decide_line(claim())
ANOTHERS = ONE._replace(policy=PolicyUsed("second", None))
BY_LIBRARY = LibraryCause("sha256:x", 1)
EFFECT = EventEffect(BY_LIBRARY, BY_LIBRARY)


@pytest.mark.parametrize(
    ("determination", "expected"),
    [
        pytest.param(ANOTHERS, UNNAMED_POLICY, id="the_same_is_said"),
        pytest.param(ANOTHERS._replace(reason="VOIDED"), "second", id="something_else_is_said"),
    ],
)
def test_a_line_passes_to_another_policy_where_that_is_published(determination, expected):
    last = state_after(ONE, None, EFFECT)

    now = state_after(determination, last, EFFECT)

    assert (UNNAMED_POLICY, expected) == (last.policy, now.policy)
    assert (now.revision > last.revision) is (expected == "second")
