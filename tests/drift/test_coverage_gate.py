"""The coverage gate counts exactly: a hair below what is promised fails."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests import coverage_gate
from tests.coverage_gate import main, missed, reached


def _report(**files):
    return {
        "files": {
            f"{package}/module.py": {
                "summary": {
                    "covered_lines": lines,
                    "num_statements": 900,
                    "covered_branches": branches,
                    "num_branches": 100,
                },
                "missing_lines": list(range(lines, 900)),
                "missing_branches": [[number, -1] for number in range(branches, 100)],
            }
            for package, (lines, branches) in files.items()
        }
    }


def test_lines_and_branches_count_alike():
    report = _report(rules=(900, 99), worker=(850, 50))

    assert Fraction(999, 1000) == reached(report, "rules")
    assert Fraction(900, 1000) == reached(report, "worker")


def test_a_package_without_a_report_was_not_reached():
    assert Fraction(0) == reached(_report(rules=(900, 100)), "worker")


def test_what_did_not_run_is_named():
    report = _report(rules=(899, 99))

    assert ["  rules/module.py: 899, 99->-1"] == missed(report, "rules")


@pytest.mark.parametrize(
    ("rules", "worker", "expected"),
    [
        pytest.param((900, 100), (900, 100), 0, id="all_ran"),
        pytest.param((900, 100), (850, 50), 0, id="worker_just_reaches_its_share"),
        pytest.param((900, 100), (850, 49), 1, id="worker_just_does_not"),
        pytest.param((900, 99), (900, 100), 1, id="one_branch_of_rules_did_not_run"),
        pytest.param((899, 100), (900, 100), 1, id="one_line_of_rules_did_not_run"),
    ],
)
def test_the_gate_holds_what_is_promised(monkeypatch, rules, worker, expected):
    report = _report(rules=rules, worker=worker, doors=(900, 100), console=(900, 100))
    monkeypatch.setattr(coverage_gate, "_report", lambda: report)

    assert expected == main()


@pytest.mark.parametrize("package", ["console", "doors"])
@pytest.mark.parametrize(
    ("ran", "expected"),
    [
        pytest.param((850, 50), 0, id="just_reaches_its_share"),
        pytest.param((850, 49), 1, id="just_does_not"),
    ],
)
def test_the_gate_holds_what_is_promised_of_the_others(monkeypatch, package, ran, expected):
    packages = dict.fromkeys(("rules", "worker", "doors", "console"), (900, 100))
    report = _report(**(packages | {package: ran}))
    monkeypatch.setattr(coverage_gate, "_report", lambda: report)

    assert expected == main()
