"""Of the page on the pipeline: bridges to Kafka; empty where there are none."""

from __future__ import annotations

from ops.grafana.panels import Panel, Query, Row, good_below

BRIDGES = Row(
    "Bridges to Kafka",
    (
        Panel(
            "Messages carried",
            "A second, in each direction, as acknowledged by the other side.",
            "lines",
            "cps",
            (Query("sum by (direction) (rate(mrs_bridge_messages_total[2m]))", "{{direction}}"),),
            runbooks=("MrsBridgeStands",),
        ),
        Panel(
            "What holds bridges up",
            "How many of them take nothing, because the door has no room or is away, and what the "
            "two sides refused or did not answer in a second.",
            "lines",
            "short",
            (
                Query("sum(mrs_bridge_paused)", "paused"),
                Query("sum by (side) (rate(mrs_bridge_failures_total[2m]))", "{{side}} fails"),
            ),
            good_below(0.5, 1),
            ("MrsBridgeStands",),
        ),
        Panel(
            "Left in the topic",
            "Messages of their partitions that bridges have yet to take, and how long ago one was "
            "last carried.",
            "lines",
            "short",
            (
                Query("sum(mrs_bridge_lag)", "left"),
                Query(
                    "time() - max(mrs_bridge_last_message_timestamp_seconds) "
                    "and max(mrs_bridge_last_message_timestamp_seconds) > 0",
                    "seconds since the last",
                ),
            ),
        ),
    ),
)
