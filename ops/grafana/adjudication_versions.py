"""Of the page on adjudication: what a policy version and a library changed."""

from __future__ import annotations

from ops.grafana.panels import CHANGES, Panel, Query, Row, never
from ops.grafana.selection import POLICY, SERVICE

_CHOSEN = f'{POLICY}, {SERVICE}, change!="neutral"'
_DECIDED = f'{_CHOSEN}, outcome=~"approved|denied"'
_DENIED = f'{_CHOSEN}, outcome="denied"'

VERSIONS = Row(
    "Since the last policy version",
    (
        Panel(
            "Library in use",
            "The policy versions and the digest of the rule library by which ready workers decide. "
            "Two digests for longer than a rollout takes mean that some worker was left behind.",
            "table",
            "short",
            (Query("sum by (policy, policy_version, digest) (mrs_library_info)"),),
            width=8,
        ),
        Panel(
            "Past its review",
            "1 where the month of a policy version's next review is over: it is still in force, "
            "and someone must look for a newer one. ICD-10-CM is 1 where the table of diagnoses "
            "has ended.",
            "stat",
            "short",
            (
                Query(
                    "max by (policy, policy_version) (mrs_library_stale)",
                    "{{policy}} {{policy_version}}",
                ),
                Query("max(mrs_icd10cm_end_timestamp_seconds <= bool time())", "ICD-10-CM"),
            ),
            never(),
            ("MrsLibraryStale", "MrsIcd10cmEnded"),
            width=4,
            height=8,
        ),
        Panel(
            "Denial rate by policy version",
            "Of the lines of the service that came to an approval or a denial in the last day, the "
            "share denied, by the version in force on their date of service.",
            "lines",
            "percentunit",
            (
                Query(
                    "sum by (policy_version) ("
                    f"increase(mrs_determinations_total{{{_DENIED}}}[1d])) / (sum by "
                    f"(policy_version) (increase(mrs_determinations_total{{{_DECIDED}}}[1d])) > 0)",
                    "{{policy_version}}",
                ),
            ),
            runbooks=("MrsDenialRateShift",),
            width=12,
            shades_of="orange",
        ),
        Panel(
            "Denial rate by policy version and reason",
            "Of all lines of the service that came to an approval or a denial under a version, the "
            "share denied for each reason: what the last version changed stands side by side.",
            "table",
            "percentunit",
            (
                Query(
                    "sort_desc(sum by (policy_version, reason) ("
                    f"mrs_determinations_total{{{_DENIED}}}) / on (policy_version) group_left () "
                    "(sum by (policy_version) ("
                    f"mrs_determinations_total{{{_DECIDED}}}) > 0) > 0)"
                ),
            ),
            width=12,
            decimals=1,
        ),
        Panel(
            "Changes of mind",
            "Lines of the policy that were determined anew, a second: better for the provider, "
            "worse, or neither. After a new library and `adjudicator readjudicate` this is what it "
            "changed.",
            "lines",
            "cps",
            (
                Query(
                    "sum by (change) "
                    f'(rate(mrs_determinations_total{{{POLICY}, change!="initial"}}[5m]))',
                    "{{change}}",
                ),
            ),
            width=12,
            colours=CHANGES,
        ),
    ),
)
