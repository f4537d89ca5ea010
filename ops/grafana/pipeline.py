"""The page for those who keep it running: queue, objective, work, dead letters, Redis, workers."""

from __future__ import annotations

from ops.grafana.panels import Dashboard, Panel, Query, Row, Step, good_below

_NOW = Row(
    "Now",
    (
        Panel(
            "Events in the queue",
            "At the door and in the lanes. It may be long after a replay, as long as it shrinks.",
            "stat",
            "short",
            (Query("sum(mrs_queue_events)"),),
            runbooks=("MrsQueueNotDraining",),
            width=4,
        ),
        Panel(
            "Oldest event",
            "How long the oldest event in the queue has waited. The objective is 60 seconds.",
            "stat",
            "s",
            (Query("max(mrs_queue_oldest_seconds)"),),
            good_below(60, 300),
            ("MrsOldestEventTooOld",),
            width=4,
        ),
        Panel(
            "Workers ready",
            "Workers that can do their work now; their children are not counted.",
            "stat",
            "short",
            (Query("sum(mrs_workers_ready)"),),
            (Step("red"), Step("green", 1)),
            ("MrsWorkerMissing",),
            width=4,
        ),
        Panel(
            "Dead letters",
            "Events that were refused or set aside and wait for a person: "
            "`adjudicator dead-letters list`.",
            "stat",
            "short",
            (Query("sum(mrs_dead_letters)"),),
            (Step("green"), Step("yellow", 1)),
            ("MrsDeadLetters", "MrsEventsSetAside", "MrsEventsRefused"),
            width=4,
        ),
        Panel(
            "Lost or doubled",
            "Events received, less those that left the queue and those in it, read in one instant. "
            "Anything but 0 is a fault.",
            "stat",
            "short",
            (Query("sum(mrs_conservation_difference)"),),
            (Step("red"), Step("green", 0), Step("red", 1)),
            ("MrsConservationDifference",),
            width=4,
        ),
        Panel(
            "Redis",
            "1 while Redis answers the exporter. While it is 0 nothing else here is known.",
            "stat",
            "short",
            (Query("min(mrs_redis_up)"),),
            (Step("red"), Step("green", 1)),
            ("MrsRedisDown", "MrsQueueUnreadable", "MrsExporterMissing"),
            width=4,
        ),
    ),
)

_QUEUE = Row(
    "Queue",
    (
        Panel(
            "Where events wait",
            "At the door they wait to be brought to their member's lane, in a lane to be decided.",
            "stacked",
            "short",
            (
                Query("sum(mrs_queue_events) - sum(mrs_queue_pending_events)", "at the door"),
                Query("sum(mrs_queue_pending_events)", "in lanes"),
            ),
            runbooks=("MrsQueueNotDraining",),
        ),
        Panel(
            "Events out of the queue",
            "A second, by what became of them. Refused: the sender's fault. Set aside: ours.",
            "lines",
            "cps",
            (Query("mrs:events:rate5m", "{{result}}"),),
            runbooks=("MrsEventsRefused", "MrsEventsSetAside"),
        ),
        Panel(
            "Events by type",
            "Out of the queue a second, by type; `unknown` could not be read.",
            "lines",
            "cps",
            (Query("sum by (type) (rate(mrs_events_total[5m]))", "{{type}}"),),
        ),
    ),
)

_OBJECTIVE = Row(
    "Objective: 999 of 1,000 events decided within 60 seconds",
    (
        Panel(
            "Age of events when decided",
            "From arrival to commit, half of the events and 99 of 100; and the oldest that waits.",
            "lines",
            "s",
            (
                Query("mrs:event_age_seconds:p50_5m", "half are younger"),
                Query("mrs:event_age_seconds:p99_5m", "99 of 100 are younger"),
                Query("mrs:queue_oldest_seconds:max5m", "oldest in the queue"),
            ),
            good_below(60, 300),
            ("MrsOldestEventTooOld",),
        ),
        Panel(
            "Late events",
            "Share of events decided later than 60 seconds after their arrival. The objective "
            "allows 0.1 %.",
            "lines",
            "percentunit",
            (
                Query("mrs:late_ratio:rate5m", "5 minutes"),
                Query("mrs:late_ratio:rate1h", "1 hour"),
                Query("mrs:late_ratio:rate6h", "6 hours"),
                Query("mrs:late_ratio:rate3d", "3 days"),
            ),
            good_below(0.001, 0.0144),
            ("MrsLatencyBudgetBurnsFast", "MrsLatencyBudgetBurnsSlowly"),
        ),
        Panel(
            "How fast the budget burns",
            "1 uses the budget of a month up in a month, 14.4 in two days. Pages at 14.4 over an "
            "hour and at 6 over six hours; tickets at 3 over a day and 1 over three.",
            "stat",
            "short",
            (
                Query("mrs:late_ratio:rate1h / 0.001", "1 hour"),
                Query("mrs:late_ratio:rate6h / 0.001", "6 hours"),
                Query("mrs:late_ratio:rate1d / 0.001", "1 day"),
                Query("mrs:late_ratio:rate3d / 0.001", "3 days"),
            ),
            good_below(1, 6),
            ("MrsLatencyBudgetBurnsFast", "MrsLatencyBudgetBurnsSlowly"),
            decimals=1,
        ),
    ),
)

_WORK = Row(
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
            "Events of the last hour that became dead letters, by type and result; and claim ids "
            "that came again with another content.",
            "lines",
            "short",
            (
                Query(
                    "sum by (type, result) "
                    '(increase(mrs_events_total{result=~"refused|set_aside"}[1h]))',
                    "{{type}}: {{result}}",
                ),
                Query("sum(increase(mrs_claim_id_reused_total[1h]))", "claim id reused"),
            ),
            runbooks=("MrsDeadLetters", "MrsEventsRefused", "MrsEventsSetAside"),
        ),
    ),
)

_REDIS = Row(
    "Redis and those who read",
    (
        Panel(
            "Memory of Redis",
            "Share of maxmemory in use; 0 where none is set. Workers stop at 85 %.",
            "lines",
            "percentunit",
            (Query("max(mrs_redis_memory_ratio)", "in use"),),
            good_below(0.75, 0.85),
            ("MrsRedisMemory",),
        ),
        Panel(
            "Redis keeps what it acknowledges",
            "1 while the append-only file is on and its writes succeed.",
            "lines",
            "short",
            (Query("min(mrs_redis_persistence_ok)", "persistence"),),
            (Step("red"), Step("green", 1)),
            ("MrsRedisPersistence",),
        ),
        Panel(
            "Unread determinations",
            "Not yet delivered to a consumer group. A group that stands still keeps "
            "determinations from being archived.",
            "lines",
            "short",
            (Query("max by (group) (mrs_determinations_unread)", "{{group}}"),),
            good_below(100, 1000),
            ("MrsDeterminationsUnread",),
        ),
    ),
)

_PROCESSES = Row(
    "Worker processes (where MRS_METRICS_PORT is set)",
    (
        Panel(
            "Processes that decide",
            "Children of each worker.",
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

PIPELINE = Dashboard(
    uid="mrs-pipeline",
    title="MRS: Pipeline",
    about="How events come through: queue, lateness, stages, dead letters, Redis, workers.",
    rows=(_NOW, _QUEUE, _OBJECTIVE, _WORK, _REDIS, _PROCESSES),
    other="mrs-adjudication",
)
