"""Every metric that the exporter shows: its name, kind, labels and meaning."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from worker.metrics import counters

MetricKind = Literal["counter", "gauge", "histogram"]


class Metric(NamedTuple):
    """One metric, as Prometheus sees it."""

    name: str
    kind: MetricKind
    meaning: str
    labels: tuple[str, ...] = ()
    unit: float = 1
    """How many stored units make one exported unit."""


_MICROSECONDS: Final = 1_000_000.0

COUNTED: Final = (
    Metric(
        counters.EVENTS,
        "counter",
        "Events that have left the queue, by type and by what became of them.",
        ("type", "result"),
    ),
    Metric(
        counters.DETERMINATIONS,
        "counter",
        "Determinations published.",
        (
            "service",
            "outcome",
            "reason",
            "change",
            "line_of_business",
            "policy_version",
            counters.POLICY,
        ),
    ),
    Metric(
        counters.LINES_CURRENT,
        "gauge",
        "Claim lines by their present determination.",
        ("service", "outcome", "reason", "line_of_business", counters.POLICY),
    ),
    Metric(
        counters.FINDINGS,
        "counter",
        "Findings of published determinations, by criterion and answer.",
        ("criterion", "answer", counters.POLICY),
    ),
    Metric(
        counters.STAMPED_AHEAD,
        "counter",
        "Events whose time is more than 10 minutes after their arrival.",
        ("type",),
    ),
    Metric(counters.CLAIM_ID_REUSED, "counter", "Claim ids that came with another content."),
    Metric(
        counters.EVENT_AGE,
        "histogram",
        "Time from an event's arrival at the door to the commit by which it left the queue.",
        unit=_MICROSECONDS,
    ),
    Metric(
        counters.STAGE,
        "histogram",
        "Time that a batch spent in a stage of the work.",
        ("stage",),
        _MICROSECONDS,
    ),
    Metric(counters.BATCH_EVENTS, "histogram", "Events that one commit finished."),
    Metric(
        counters.FENCED_COMMITS,
        "counter",
        "Commits that came after their lease had run out, and wrote nothing.",
    ),
    Metric(counters.RETRIES, "counter", "Work that was done again, by cause.", ("cause",)),
)
"""The metrics in the hash of counters."""

PENDS_OPEN: Final = Metric(
    "mrs_pends_open",
    "gauge",
    "Claim lines that wait for something.",
    ("service", "reason", counters.POLICY),
)
PENDS_OVERDUE: Final = Metric(
    "mrs_pends_overdue",
    "gauge",
    "Claim lines that wait and whose due date is before today (UTC).",
    ("service", "reason", counters.POLICY),
)
PENDS_BY_DUE: Final = Metric(
    "mrs_pends_by_due",
    "gauge",
    "Claim lines that wait, by how soon they are due.",
    ("service", "reason", counters.POLICY, "due"),
)
CONTESTED: Final = Metric(
    "mrs_claim_ids_contested",
    "gauge",
    "Claim ids in force that came with several contents, of which only the first is decided.",
)
QUEUE: Final = Metric(
    "mrs_queue_events", "gauge", "Events in the queue: at the door and in the lanes."
)
QUEUE_PENDING: Final = Metric(
    "mrs_queue_pending_events", "gauge", "Events in the queue that are in a lane already."
)
QUEUE_OLDEST: Final = Metric(
    "mrs_queue_oldest_seconds", "gauge", "Age of the oldest event in the queue; 0 without any."
)
DEAD_LETTERS: Final = Metric("mrs_dead_letters", "gauge", "Dead letters that wait for a person.")
WORKERS_READY: Final = Metric(
    "mrs_workers_ready", "gauge", "Workers that are ready, not counting their children."
)
WORKERS_WANTED: Final = Metric(
    "mrs_workers_wanted", "gauge", "Workers that there should be at least: MRS_WORKERS_WANTED."
)
ARCHIVED_AT: Final = Metric(
    "mrs_archive_success_timestamp_seconds",
    "gauge",
    "When `archive` last ended well, in seconds since 1970; 0: never.",
)
BACKED_UP_AT: Final = Metric(
    "mrs_backup_success_timestamp_seconds",
    "gauge",
    "When a backup last ended well, in seconds since 1970; 0: never.",
)
BUILD: Final = Metric(
    "mrs_build_info", "gauge", "1, with the version of the program.", ("version", "program")
)
REDIS_UP: Final = Metric("mrs_redis_up", "gauge", "Whether Redis answers.")
SHARDS_AWAY: Final = Metric(
    "mrs_shards_away", "gauge", "Shards that did not answer; they are missing in the sums."
)
REDIS_PERSISTENCE: Final = Metric(
    "mrs_redis_persistence_ok", "gauge", "Whether Redis keeps what it acknowledges."
)
REDIS_MEMORY: Final = Metric(
    "mrs_redis_memory_ratio", "gauge", "Share of maxmemory in use; 0 where none is set."
)
REDIS_UNSAFE: Final = Metric(
    "mrs_redis_unsafe",
    "gauge",
    "Whether Redis has something that makes wrong decisions possible and is not in "
    "MRS_ACCEPT_RISKS: workers decide nothing meanwhile.",
    ("risk",),
)
INSTALLATION_LOST: Final = Metric(
    "mrs_installation_lost",
    "gauge",
    "Whether Redis does not hold the installation that the exporter or a worker remembers.",
)
UNREAD: Final = Metric(
    "mrs_determinations_unread",
    "gauge",
    "Determinations that were not yet delivered to a consumer group.",
    ("group",),
)
UNREAD_ESTIMATED: Final = Metric(
    "mrs_determinations_unread_estimated",
    "gauge",
    "Whether a group's unread determinations are an estimate, as Redis does not know them.",
    ("group",),
)
LIBRARY_INFO: Final = Metric(
    "mrs_library_info",
    "gauge",
    "1 for each policy version of the rule library by which ready workers decide.",
    ("policy_version", "digest", "policy"),
)
LIBRARY_STALE: Final = Metric(
    "mrs_library_stale",
    "gauge",
    "Whether a policy version is past the month of its next review.",
    ("policy_version", "digest", "policy"),
)
ICD10CM_END: Final = Metric(
    "mrs_icd10cm_end_timestamp_seconds",
    "gauge",
    "From when on a library's table of diagnoses knows no date of service, in seconds since 1970.",
    ("digest",),
)
CONSERVATION: Final = Metric(
    "mrs_conservation_difference",
    "gauge",
    "Events received, less those that left the queue and those in it. Anything but 0 is a loss.",
)

READ: Final = (
    *(PENDS_OPEN, PENDS_OVERDUE, PENDS_BY_DUE, CONTESTED),
    *(QUEUE, QUEUE_PENDING, QUEUE_OLDEST, DEAD_LETTERS, CONSERVATION),
    *(
        WORKERS_READY,
        WORKERS_WANTED,
        ARCHIVED_AT,
        BACKED_UP_AT,
        BUILD,
        REDIS_UP,
        SHARDS_AWAY,
        REDIS_PERSISTENCE,
        REDIS_MEMORY,
        REDIS_UNSAFE,
        INSTALLATION_LOST,
    ),
    *(UNREAD, UNREAD_ESTIMATED, LIBRARY_INFO, LIBRARY_STALE, ICD10CM_END),
)
"""The metrics that are computed on each scrape."""

WORKER_PROCESSES: Final = Metric(
    "mrs_worker_processes", "gauge", "Processes of this worker that decide: its children."
)
WORKER_CPU: Final = Metric(
    "mrs_worker_cpu_seconds_total",
    "counter",
    "Processor time of this worker, of its children and of those of them that have ended.",
)
WORKER_MEMORY: Final = Metric(
    "mrs_worker_resident_bytes",
    "gauge",
    "Resident memory of this worker and its children; what they share counts more than once.",
)

BRIDGED: Final = Metric(
    "mrs_bridge_messages_total",
    "counter",
    "Messages that the other side has acknowledged.",
    ("direction",),
)
BRIDGE_FAILURES: Final = Metric(
    "mrs_bridge_failures_total",
    "counter",
    "Attempts that Redis or Kafka did not answer or refused.",
    ("side",),
)
BRIDGE_PAUSED: Final = Metric("mrs_bridge_paused", "gauge", "1 while the bridge takes nothing.")
BRIDGE_LAG: Final = Metric("mrs_bridge_lag", "gauge", "Messages of its partitions yet to carry.")
BRIDGE_LAST: Final = Metric(
    "mrs_bridge_last_message_timestamp_seconds", "gauge", "When a message was last acknowledged."
)

OF_A_WORKER: Final = (BUILD, WORKER_PROCESSES, WORKER_CPU, WORKER_MEMORY)
"""A worker's own metrics on MRS_METRICS_PORT, besides the usual `process_` metrics."""

OF_A_BRIDGE: Final = (BRIDGED, BRIDGE_FAILURES, BRIDGE_PAUSED, BRIDGE_LAG, BRIDGE_LAST)
"""A bridge's own metrics on MRS_METRICS_PORT; `docs/kafka.md` says what each means."""

EXPORTED: Final = (*COUNTED, *READ)
"""All metrics of the exporter."""
