"""Which failed tests get a second run, and which stand."""

from __future__ import annotations

import pytest

from tests.second_run import MODULES_MAX, NoSecondRun, modules_again


def test_a_module_of_real_processes_is_run_again_once_however_many_of_its_tests_failed():
    failed = ["tests/faults/test_b.py::test_one[a]", "tests/faults/test_b.py::test_two"]

    assert ["tests/faults/test_b.py"] == modules_again(failed)


@pytest.mark.parametrize(
    ("modules", "is_run_again"), [(MODULES_MAX, True), (MODULES_MAX + 1, False)]
)
def test_only_a_few_modules_are(modules, is_run_again):
    failed = [f"tests/integration/test_{number}.py::test_it" for number in range(modules)]

    if is_run_again:
        assert modules == len(modules_again(failed))
    else:
        with pytest.raises(NoSecondRun, match=f"{modules} modules"):
            modules_again(failed)


@pytest.mark.parametrize("folder", ["docs", "drift", "rules", "scenarios"])
def test_what_is_the_same_each_time_stands_and_so_does_all_that_failed_beside_it(folder):
    failed = ["tests/faults/test_b.py::test_one", f"tests/{folder}/test_a.py::test_it"]

    with pytest.raises(NoSecondRun, match=f"tests/{folder}/test_a.py"):
        modules_again(failed)


def test_where_nothing_failed_there_is_nothing_to_run_again():
    with pytest.raises(NoSecondRun, match="No test failed"):
        modules_again([])
