"""What a line of a claim is to the rules."""

from __future__ import annotations

import pytest

from rules.facts import Claim
from rules.history.history import History
from tests.rules.builders import claim, pet, record
from tests.rules.deciding import shipped


@pytest.mark.parametrize(
    ("billed", "expected"),
    [
        pytest.param(claim(), True, id="a spectroscopy"),
        pytest.param(claim(procedure="0609T"), False, id="one of the disc"),
        pytest.param(claim(modifiers=("53",)), False, id="a discontinued one"),
        pytest.param(pet(), True, id="a PET"),
        pytest.param(pet(procedure="78815"), False, id="a PET from the skull base"),
        pytest.param(claim(procedure="99213"), False, id="an office visit"),
    ],
)
def test_which_lines_are_walked(billed: Claim, expected: bool) -> None:
    (line,) = History(record(billed), shipped()).lines

    assert expected is line.is_walked
