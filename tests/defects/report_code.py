"""Defects in the report: in what is counted, and in what is hidden."""

from __future__ import annotations

from tests.defects.defect import Defect

FIGURES = "tests/worker/report/test_figures.py"
HIDDEN = "tests/worker/report/test_suppression.py"
COMMAND = "tests/worker/report/test_report_command.py"

REPORT = (
    Defect(
        "two counts of one hidden alone",
        "worker/report/suppression.py",
        "    return sum(values[cell] for cell in cells) < threshold and",
        "    return sum(values[cell] for cell in cells) < 0 and",
        "a test",
        f"{HIDDEN}::test_a_few_small_counts_are_not_hidden_alone",
    ),
    Defect(
        "ten shown",
        "worker/report/suppression.py",
        "    hidden = {cell for cell, value in values.items() if 0 < value < threshold}\n",
        "    hidden = {cell for cell, value in values.items() if 0 < value < threshold - 1}\n",
        "a test",
        f"{HIDDEN}::test_a_count_from_one_to_ten_is_hidden",
    ),
    Defect(
        "a plan found from its state",
        "worker/report/suppression.py",
        "                yield from _nested(cube, fine, coarse)\n",
        "                yield from ()\n",
        "a test",
        f"{HIDDEN}::test_a_state_of_one_plan_does_not_give_the_plan_away",
    ),
    Defect(
        "an approval after a pend counted as overturned",
        "worker/report/revisions.py",
        '        if follows and before.outcome == "denied" and',
        '        if follows and before.outcome != "approved" and',
        "a test",
        f"{FIGURES}::test_a_review_of_a_denial_counts_by_level_and_outcome",
    ),
    Defect(
        "days counted to the appeal",
        "worker/report/revisions.py",
        "    for number, each in enumerate(revisions, start=1):\n",
        "    for number, each in reversed([*enumerate(revisions, start=1)]):\n",
        "a test",
        f"{FIGURES}::test_days_end_with_the_first_approval_or_denial",
    ),
    Defect(
        "the counters not looked at",
        "worker/report/sources.py",
        "    agrees = None if changed else before == lines_of(counted.cube)\n",
        "    agrees = None if changed else True\n",
        "a test",
        f"{COMMAND}::test_a_counter_that_is_wrong_is_named",
    ),
)
