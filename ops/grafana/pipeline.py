"""The page for those who keep it running: queue, objective, work, dead letters, Redis, workers."""

from __future__ import annotations

from ops.grafana.panels import RESULTS, Dashboard, Panel, Query, Row, Step, good_below
from ops.grafana.pipeline_bridges import BRIDGES
from ops.grafana.pipeline_upkeep import UPKEEP
from ops.grafana.pipeline_work import PROCESSES, WORK

_NOW = Row(
    "Now",
    (
        Panel(
            "Events in the queue",
            "At the door and in the lanes. It may be long after a migration, if it shrinks.",
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
            "Workers that can do their work now, and how many there should be at least "
            "(MRS_WORKERS_WANTED; 0: nobody said). Their children are not counted.",
            "stat",
            "short",
            (
                Query("sum(mrs_workers_ready)", "ready"),
                Query("sum(mrs_workers_wanted)", "wanted"),
            ),
            (Step("red"), Step("green", 1)),
            ("MrsWorkerMissing", "MrsWorkersFewer"),
            width=4,
            colours=(("wanted", "gray"),),
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
            ("MrsRedisDown", "MrsShardsAway", "MrsQueueUnreadable", "MrsExporterMissing"),
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
            colours=RESULTS,
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
            height=8,
            decimals=1,
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
            "1 while the append-only file is on and its writes succeed; 0 of each risk, and of "
            "the installation that is remembered and not there.",
            "lines",
            "short",
            (
                Query("min(mrs_redis_persistence_ok)", "persistence"),
                Query("max by (risk) (mrs_redis_unsafe)", "unsafe: {{risk}}"),
                Query("max(mrs_installation_lost)", "installation lost"),
            ),
            (Step("red"), Step("green", 1)),
            (
                *("MrsRedisPersistence", "MrsRedisUnsafe"),
                *("MrsInstallationLost", "MrsCountersFell"),
            ),
        ),
        Panel(
            "Unread determinations",
            "Not yet delivered to a consumer group. A group that stands still keeps "
            "determinations from being archived.",
            "lines",
            "short",
            (
                Query("max by (group) (mrs_determinations_unread)", "{{group}}"),
                Query(
                    "max by (group) (mrs_determinations_unread) "
                    "* max by (group) (mrs_determinations_unread_estimated)",
                    "{{group}}, if estimated",
                ),
            ),
            good_below(100, 1000),
            ("MrsDeterminationsUnread",),
        ),
    ),
)

PIPELINE = Dashboard(
    uid="mrs-pipeline",
    title="MRS: Pipeline",
    about="How events come through: queue, lateness, stages, dead letters, Redis, workers.",
    rows=(_NOW, _QUEUE, _OBJECTIVE, WORK, _REDIS, UPKEEP, BRIDGES, PROCESSES),
    other="mrs-adjudication",
)
