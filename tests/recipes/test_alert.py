"""An alert can be added as ARCHITECTURE.md says, and each forgotten step is noticed."""

from __future__ import annotations

from tests.support.recipes import Step, carry_out, steps_on_the_page

RULE = """\
      - alert: MrsWorkersMany
        expr: mrs_workers_ready > 100
        for: 1m
        labels: { severity: ticket }
        annotations:
          summary: More workers than lanes can use
          description: "{{ $value | humanize }} workers are ready."
          runbook_url: >-
            {{ or $externalLabels.runbooks "http://localhost:3000/public/runbooks"
            }}/MrsWorkersMany.md

"""
SERIES = """\
  - name: more than a hundred workers for a minute, and just a hundred
    interval: 15s
    input_series:
      - series: mrs_workers_ready{instance="many"}
        values: "100x3 101x10"
    alert_rule_test:
      - eval_time: 1m
        alertname: MrsWorkersMany
        exp_alerts: []
      - eval_time: 3m
        alertname: MrsWorkersMany
        exp_alerts:
          - exp_labels: { severity: ticket, instance: many }
            exp_annotations:
              summary: More workers than lanes can use
              description: 101 workers are ready.
              runbook_url: http://localhost:3000/public/runbooks/MrsWorkersMany.md

"""
RUNBOOK = """\
# MrsWorkersMany

## What it means

More than a hundred workers are ready.

## How to see it

- *MRS: Pipeline*, "Workers ready".

## What to do

1. Stop some.
"""
NAME = "MrsWorkersMany"
ROW = f"| [{NAME}](runbooks/{NAME}.md) | ticket | by promtool on series only | - |\n"


def write_the_rule(copy):
    copy.insert("ops/prometheus/rules/alerts.yml", r"^(?=      - alert: MrsWorkerMissing)", RULE)


def write_both_series(copy):
    copy.insert("ops/prometheus/tests/workers.yml", r"^tests:\n", SERIES)


def write_the_runbook(copy):
    copy.write(f"ops/runbooks/{NAME}.md", RUNBOOK)


def link_it_from_a_panel(copy):
    copy.insert("ops/grafana/pipeline.py", r'\("MrsWorkerMissing",', f' "{NAME}",')


def write_the_dashboards(copy):
    assert 0 == copy.run("-m", "ops.grafana.build").returncode


def write_the_rules_for_the_operator(copy):
    assert 0 == copy.run("-m", "ops.kubernetes_rules").returncode


def cause_it_or_say_why_not(copy):
    copy.insert("tests/ops/alert_causes.py", r"^BY_SERIES_ONLY = \{\n", f'    "{NAME}": "so",\n')


def put_it_into_the_table(copy):
    copy.insert("ops/README.md", r"^(?=\| \[MrsDenialRateShift\])", ROW)


def test_an_alert_is_added_as_told_and_each_forgotten_step_is_noticed(copy):
    rules, boards = "tests/ops/test_rules.py::", "tests/ops/test_dashboards.py::"
    both = f"{rules}test_each_alert_has_a_runbook_and_each_runbook_an_alert"
    series = f"{rules}test_each_alert_is_fired_by_one_series_and_not_by_another"
    run = f"{rules}test_the_unit_tests_of_the_rules_pass[workers]"
    linked = f"{boards}test_each_alert_is_linked_from_a_panel"
    fresh = f"{boards}test_the_file_is_what_the_code_says"
    caused = "tests/ops/test_alerts_fire.py::test_every_alert_is_fired_here_or_needs_days"
    operator = "tests/deploy/test_kubernetes_monitoring.py::test_the_file_is_what_the_code_writes"
    table = (
        "tests/ops/test_ops_readme.py::"
        "test_the_table_of_fired_alerts_has_a_row_for_each_and_says_that_it_fired"
    )
    steps = [
        Step("ops/prometheus/rules/alerts.yml", write_the_rule, [both]),
        Step("ops/prometheus/tests/<group>.yml", write_both_series, [series, run]),
        Step("ops/runbooks/<Alert>.md", write_the_runbook, [both]),
        Step("ops/grafana/<page>.py", link_it_from_a_panel, [linked]),
        Step("ops/grafana/dashboards/<page>.json", write_the_dashboards, [fresh]),
        Step(
            "deploy/kubernetes/monitoring/prometheus-rule.yaml",
            write_the_rules_for_the_operator,
            [operator],
        ),
        Step("tests/ops/alert_causes.py", cause_it_or_say_why_not, [caused]),
        Step("ops/README.md", put_it_into_the_table, [table]),
    ]

    assert [step.path for step in steps] == steps_on_the_page("An alert")
    assert [] == carry_out(copy, steps)
