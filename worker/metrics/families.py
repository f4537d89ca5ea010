"""Turns the hash of counters into metric families for Prometheus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.core import (
    Metric as Family,
)

from worker.metrics import counters
from worker.metrics.catalog import COUNTED, Metric
from worker.metrics.labels import Labels

_BUCKETS: Mapping[str, tuple[float, ...]] = {
    counters.EVENT_AGE: counters.SECONDS_BUCKETS,
    counters.STAGE: counters.SECONDS_BUCKETS,
    counters.BATCH_EVENTS: counters.BATCH_BUCKETS,
}


def stored_families(
    stored_counts: Mapping[str, int], known: Mapping[str, tuple[Labels, ...]]
) -> Iterator[Family]:
    """Every metric of the hash: the known labels, even at 0, and all other counted labels."""
    by_name = _by_name(stored_counts)
    for metric in COUNTED:
        stored = by_name.get(metric.name, {})
        if metric.kind == "histogram":
            yield _histogram(metric, stored, known[metric.name])
        else:
            yield _plain(metric, stored, known[metric.name])


def family(metric: Metric) -> CounterMetricFamily | GaugeMetricFamily:
    """A metric without values yet."""
    kind = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
    return kind(metric.name, metric.meaning, labels=metric.labels)


def gauge(metric: Metric, value: float) -> Family:
    """A metric without labels, with its value."""
    return gauges(metric, [((), value)])


def gauges(metric: Metric, values: Iterable[tuple[Labels, float]]) -> Family:
    """A metric with a value for each set of labels."""
    made = family(metric)
    for labels, value in values:
        made.add_metric(labels, value)
    return made


def _by_name(stored_counts: Mapping[str, int]) -> dict[str, dict[Labels, int]]:
    by_name: dict[str, dict[Labels, int]] = {}
    for field, count in stored_counts.items():
        name, *labels = field.split(counters.SEPARATOR)
        by_name.setdefault(name, {})[tuple(labels)] = count
    return by_name


def _plain(metric: Metric, stored: Mapping[Labels, int], known: Iterable[Labels]) -> Family:
    counts = dict.fromkeys(known, 0) | {
        labels: count for labels, count in stored.items() if len(labels) == len(metric.labels)
    }
    return gauges(metric, counts.items())


def _histogram(metric: Metric, stored: Mapping[Labels, int], known: Iterable[Labels]) -> Family:
    made = HistogramMetricFamily(metric.name, metric.meaning, labels=metric.labels)
    for labels in known:
        so_far, buckets = 0, []
        for bucket in _BUCKETS[metric.name]:
            so_far += stored.get((*labels, "bucket", str(bucket)), 0)
            buckets.append((str(float(bucket)), so_far))
        beyond = stored.get((*labels, "bucket", counters.BEYOND), 0)
        buckets.append((counters.BEYOND, so_far + beyond))
        made.add_metric(labels, buckets, stored.get((*labels, "sum"), 0) / metric.unit)
    return made
