"""Of the page on the pipeline: the rows on the work itself and on the processes that do it."""

from __future__ import annotations

from ops.grafana.panels import Panel, Query, Row, good_below

WORK = Row(
    "Work",
    (
        Panel(
            "Where the time goes",
            "Seconds that all workers together spend in each stage, a second: read from Redis, "
            "decode, load the members, decide, commit. 1 is one process that does nothing else.",
            "stacked",
            "short",
            (Query("sum by (stage) (rate(mrs_stage_seconds_sum[5m]))", "{{stage}}"),),
        ),
        Panel(
            "Time of a batch by stage",
            "Mean time that one batch spends in each stage.",
            "lines",
            "s",
            (
                Query(
                    "sum by (stage) (rate(mrs_stage_seconds_sum[5m])) "
                    "/ (sum by (stage) (rate(mrs_stage_seconds_count[5m])) > 0)",
                    "{{stage}}",
                ),
            ),
            good_below(0.1, 1),
        ),
        Panel(
            "Events in a batch",
            "How many events one commit finishes: the mean, and what 95 of 100 do not exceed. "
            "Small batches under load mean that something slows the queue's head.",
            "lines",
            "short",
            (
                Query(
                    "sum(rate(mrs_batch_events_sum[5m])) "
                    "/ (sum(rate(mrs_batch_events_count[5m])) > 0)",
                    "mean",
                ),
                Query(
                    "histogram_quantile(0.95, sum by (le) (rate(mrs_batch_events_bucket[5m])))",
                    "95 of 100",
                ),
            ),
        ),
        Panel(
            "Fenced commits",
            "Commits in 10 minutes that came after their lease had run out. They wrote nothing; "
            "many of them mean that work is done twice.",
            "lines",
            "short",
            (Query("sum(increase(mrs_fenced_commits_total[10m]))", "fenced"),),
            good_below(1, 3),
            ("MrsFencedCommits",),
        ),
        Panel(
            "Retries",
            "Work that was done again in 10 minutes, by cause: Redis did not answer (store), "
            "something changed meanwhile (stale), the clock moved (clock), a batch or a single "
            "event failed (batch, attempt).",
            "lines",
            "short",
            (Query("sum by (cause) (increase(mrs_retries_total[10m]))", "{{cause}}"),),
            runbooks=("MrsEventsSetAside",),
        ),
        Panel(
            "Refused and set aside",
            "Events of the last hour that became dead letters, by type and result; claim ids that "
            "came again with another content, and how many of all nobody has sorted out; and "
            "events whose time is far after their arrival, so that they count as the latest.",
            "lines",
            "short",
            (
                Query(
                    "sum by (type, result) "
                    '(increase(mrs_events_total{result=~"refused|set_aside"}[1h]))',
                    "{{type}}: {{result}}",
                ),
                Query("sum(increase(mrs_claim_id_reused_total[1h]))", "claim id reused"),
                Query("max(mrs_claim_ids_contested)", "claim ids to be sorted out"),
                Query(
                    "sum by (type) (increase(mrs_events_stamped_ahead_total[1h]))",
                    "{{type}}: stamped ahead",
                ),
            ),
            runbooks=(
                "MrsDeadLetters",
                "MrsEventsRefused",
                "MrsEventsSetAside",
                "MrsClaimIdReused",
            ),
        ),
    ),
)

PROCESSES = Row(
    "Worker processes (where MRS_METRICS_PORT is set)",
    (
        Panel(
            "Processes that decide",
            "Children of each worker: as many as its `--concurrency` says.",
            "lines",
            "short",
            (Query("mrs_worker_processes", "{{instance}}"),),
        ),
        Panel(
            "Processor",
            "Processors that each worker uses, its children included.",
            "lines",
            "short",
            (Query("rate(mrs_worker_cpu_seconds_total[5m])", "{{instance}}"),),
        ),
        Panel(
            "Memory",
            "Resident memory of each worker and its children.",
            "lines",
            "bytes",
            (Query("mrs_worker_resident_bytes", "{{instance}}"),),
        ),
    ),
)
