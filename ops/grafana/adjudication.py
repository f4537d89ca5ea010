"""The page for those who answer for what is decided: outcomes, denials, pends, policy versions."""

from __future__ import annotations

from ops.grafana.adjudication_versions import VERSIONS
from ops.grafana.panels import (
    ANSWERS,
    DUE,
    OUTCOMES,
    Dashboard,
    Panel,
    Query,
    Row,
    Step,
    good_above,
    good_below,
    never,
)
from ops.grafana.selection import POLICY, SERVICE

_NOW = Row(
    "Now",
    (
        Panel(
            "Denial rate",
            "Of the lines of the service that now stand approved or denied, the share that is "
            "denied. Each line counts once, by its present determination; pended lines do not "
            "count.",
            "stat",
            "percentunit",
            (Query(f"mrs:denial_ratio{{{SERVICE}}}"),),
            runbooks=("MrsDenialRateShift",),
            width=4,
            decimals=1,
        ),
        Panel(
            "Decided without a person",
            "Of the lines of the service that are approved, denied or pended, the share that the "
            "rules have decided and no reviewer.",
            "stat",
            "percentunit",
            (Query(f"mrs:auto_adjudication_ratio{{{SERVICE}}}"),),
            good_above(0.5, 0.8),
            width=4,
            decimals=1,
        ),
        Panel(
            "Pend rate",
            "Of the lines of the service that are approved, denied or pended, the share that waits "
            "for something.",
            "stat",
            "percentunit",
            (Query(f"mrs:pend_ratio{{{SERVICE}}}"),),
            good_below(0.2, 0.4),
            width=4,
            decimals=1,
        ),
        Panel(
            "Determinations a second",
            "Published in the last 5 minutes, of all services of the policy.",
            "stat",
            "cps",
            (Query(f"sum(mrs:determinations:rate5m{{{POLICY}}})"),),
            width=4,
            decimals=2,
        ),
        Panel(
            "Lines that wait",
            "Claim lines that are pended, of all services of the policy.",
            "stat",
            "short",
            (Query(f"sum(mrs_pends_open{{{POLICY}}})"),),
            width=4,
        ),
        Panel(
            "Overdue",
            "Pended lines of the policy whose due date has passed, of all its services. "
            "`adjudicator pends --overdue` lists them.",
            "stat",
            "short",
            (Query(f"sum(mrs_pends_overdue{{{POLICY}}})"),),
            never(),
            ("MrsPendsOverdue",),
            width=4,
        ),
    ),
)

_OUTCOMES = Row(
    "Throughput and outcomes",
    (
        Panel(
            "Determinations by outcome",
            "Published a second, all services of the policy together. A line that is determined "
            "anew counts again.",
            "stacked",
            "cps",
            (Query(f"sum by (outcome) (mrs:determinations:rate5m{{{POLICY}}})", "{{outcome}}"),),
            width=12,
            colours=OUTCOMES,
        ),
        Panel(
            "Lines as they now stand",
            "Each line of the service once that the policy looked at, by its present outcome.",
            "bars",
            "short",
            (Query(f"sum by (outcome) (mrs_lines_current{{{POLICY}, {SERVICE}}})", "{{outcome}}"),),
            width=6,
            colours=OUTCOMES,
        ),
        Panel(
            "Criteria that stop a line",
            "How often a criterion of the policy was not met in a published determination (the "
            "line is denied) or unknown (it is pended), since the counters began.",
            "bars",
            "short",
            (
                Query(
                    "sum by (criterion, answer) "
                    f'(mrs_findings_total{{{POLICY}, answer=~"not_met|unknown"}}) > 0',
                    "{{criterion}}: {{answer}}",
                ),
            ),
            width=6,
            colours=ANSWERS,
        ),
    ),
)

_DENIALS = Row(
    "Denials",
    (
        Panel(
            "Denial rate over time",
            "Of all lines of the service as they stand; of the lines decided in the last hour; and "
            "what that was at the same hour of the last four weeks. The last two should run "
            "together: where they part, something has changed.",
            "lines",
            "percentunit",
            (
                Query(f"mrs:denial_ratio{{{SERVICE}}}", "all lines"),
                Query(f"mrs:denial_ratio:increase1h{{{SERVICE}}}", "last hour"),
                Query(f"mrs:denial_ratio:same_hour{{{SERVICE}}}", "same hour of the weeks before"),
            ),
            runbooks=("MrsDenialRateShift",),
            width=12,
            colours=(
                ("all lines", "gray"),
                ("last hour", "orange"),
                ("same hour of the weeks before", "blue"),
            ),
        ),
        Panel(
            "What the difference comes from",
            "What each policy version, line of business and reason adds to the difference between "
            "the last hour and the same hour of the weeks before. The bars of one kind add up to "
            "it.",
            "bars",
            "percentunit",
            (
                Query(
                    f"mrs:denial_shift:by_policy_version{{{SERVICE}}}", "version {{policy_version}}"
                ),
                Query(f"mrs:denial_shift:by_line_of_business{{{SERVICE}}}", "{{line_of_business}}"),
                Query(f"mrs:denial_shift:by_reason{{{SERVICE}}}", "{{reason}}"),
            ),
            (
                Step("red"),
                Step("yellow", -0.05),
                Step("blue", -0.02),
                Step("yellow", 0.02),
                Step("red", 0.05),
            ),
            ("MrsDenialRateShift",),
            width=12,
            decimals=1,
        ),
        Panel(
            "Denial rate by reason",
            "Of the lines of the service that are approved or denied, the share denied for each "
            "reason. The bars add up to the denial rate. `adjudicator library show` says what a "
            "reason means.",
            "bars",
            "percentunit",
            (Query(f"sort_desc(mrs:denial_ratio:by_reason{{{SERVICE}}} > 0)", "{{reason}}"),),
            width=12,
            decimals=1,
        ),
        Panel(
            "Denial rate by line of business",
            "Each line of business by itself: of its lines of the service that are approved or "
            "denied, the share denied.",
            "bars",
            "percentunit",
            (
                Query(
                    f"sort_desc(mrs:denial_ratio:by_line_of_business{{{SERVICE}}})",
                    "{{line_of_business}}",
                ),
            ),
            width=12,
            decimals=1,
        ),
    ),
)

_PENDS = Row(
    "Pends",
    (
        Panel(
            "Pends by reason",
            "Lines that wait, by what they wait for. `adjudicator pends` lists them with their "
            "needs.",
            "bars",
            "short",
            (
                Query(
                    f"sort_desc(sum by (service, reason) (mrs_pends_open{{{POLICY}}}) > 0)",
                    "{{service}}: {{reason}}",
                ),
            ),
            width=8,
        ),
        Panel(
            "Pends by due date",
            "Lines that wait, by how soon they are due: overdue by more than 30 days, by less, due "
            "within 7 days, or later.",
            "stacked",
            "short",
            (Query(f"sum by (due) (mrs_pends_by_due{{{POLICY}}})", "{{due}}"),),
            runbooks=("MrsPendsOverdue",),
            width=8,
            colours=DUE,
        ),
        Panel(
            "Overdue by reason",
            "Pended lines whose due date has passed.",
            "table",
            "short",
            (Query(f"sort_desc(sum by (service, reason) (mrs_pends_overdue{{{POLICY}}}) > 0)"),),
            never(),
            ("MrsPendsOverdue",),
            width=8,
        ),
    ),
)

ADJUDICATION = Dashboard(
    uid="mrs-adjudication",
    title="MRS: Adjudication",
    about="What is decided: outcomes, denials, pends, and what a policy version changed.",
    rows=(_NOW, _OUTCOMES, _DENIALS, _PENDS, VERSIONS),
    other="mrs-pipeline",
    is_by_policy=True,
)
