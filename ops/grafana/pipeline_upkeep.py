"""Of the page on the pipeline: what is done beside the work, and which programs there are."""

from __future__ import annotations

from ops.grafana.panels import Panel, Query, Row, Step, good_below
from ops.grafana.selection import INSTALLATION

_DAY = 86400

UPKEEP = Row(
    "Upkeep",
    (
        Panel(
            "Targets that answer",
            "Of each job the share of targets whose last scrape succeeded. Below 1 some worker "
            "shows no metrics, or the exporter none, and then nothing else here is known.",
            "lines",
            "percentunit",
            (Query(f"avg by (job) (up{{{INSTALLATION}}})", "{{job}}"),),
            (Step("red"), Step("green", 1)),
            ("MrsTargetDown", "MrsExporterMissing", "MrsWatchdog"),
            width=6,
        ),
        Panel(
            "Since the last archive",
            "How long ago `adjudicator archive` last ended well; nothing where it never ran.",
            "stat",
            "s",
            (
                Query(
                    "time() - max(mrs_archive_success_timestamp_seconds) "
                    "and max(mrs_archive_success_timestamp_seconds) > 0"
                ),
            ),
            good_below(1.5 * _DAY, 2 * _DAY),
            ("MrsArchiveTooOld",),
            width=4,
            height=8,
        ),
        Panel(
            "Since the last backup",
            "How long ago a backup was last noted; nothing where none ever was.",
            "stat",
            "s",
            (
                Query(
                    "time() - max(mrs_backup_success_timestamp_seconds) "
                    "and max(mrs_backup_success_timestamp_seconds) > 0"
                ),
            ),
            good_below(1.5 * _DAY, 2 * _DAY),
            ("MrsBackupTooOld", "MrsBackupMissing"),
            width=4,
            height=8,
        ),
        Panel(
            "Versions",
            "How many exporters and workers run which version. Two versions of one program for "
            "longer than a rollout takes mean that one was left behind.",
            "table",
            "short",
            (Query("count by (program, version) (mrs_build_info)"),),
            width=10,
        ),
    ),
)
