"""Some of the defects of `make defects`: what must catch them does, with real workers too."""

from __future__ import annotations

import pytest

from tests.defects.catching import catch_code
from tests.defects.worker_code import WORKER

SAMPLE = (
    "an entry removed before the rest is checked and written",
    "the record's version not compared",
)


@pytest.mark.parametrize("name", SAMPLE)
def test_a_defect_of_the_worker_is_caught_by_the_test_that_it_names(name, tmp_path):
    (defect,) = (one for one in WORKER if one.name == name)

    caught = catch_code(defect, tmp_path / "copy")

    assert caught.is_caught, caught.witness
