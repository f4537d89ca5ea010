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
from prometheus_client.samples import Exemplar

from worker.metrics import counters
from worker.metrics.catalog import COUNTED, Metric
from worker.metrics.exemplars import TracedAge
from worker.metrics.labels import Labels

_BUCKETS: Mapping[str, tuple[float, ...]] = {
    counters.EVENT_AGE: counters.SECONDS_BUCKETS,
    counters.STAGE: counters.SECONDS_BUCKETS,
    counters.BATCH_EVENTS: counters.BATCH_BUCKETS,
}


_Bucket = tuple[str, float] | tuple[str, float, Exemplar]


def stored_families(
    stored_counts: Mapping[str, int],
    known: Mapping[str, tuple[Labels, ...]],
    traced: Mapping[str, TracedAge],
    unnamed_policy: str,
) -> Iterator[Family]:
    """
    Every metric of the hash: the known labels, even at 0, and all other counted labels.

    What was counted without a policy counts as of `unnamed_policy`.

    The traced ages become exemplars, which only OpenMetrics has: the plain text leaves them out.
    """
    by_name = _by_name(stored_counts)
    for metric in COUNTED:
        stored = by_name.get(metric.name, {})
        if metric.kind == "histogram":
            exemplars = traced if metric.name == counters.EVENT_AGE else {}
            yield _histogram(metric, stored, known[metric.name], exemplars)
        else:
            yield _plain(metric, stored, known[metric.name], unnamed_policy)


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


def _plain(
    metric: Metric, stored: Mapping[Labels, int], known: Iterable[Labels], unnamed_policy: str
) -> Family:
    counts = dict.fromkeys(known, 0)
    for labels, count in stored.items():
        whole = labels
        if metric.labels[-1:] == (counters.POLICY,) and len(labels) == len(metric.labels) - 1:
            whole = (*labels, unnamed_policy)
        if len(whole) == len(metric.labels):
            counts[whole] = counts.get(whole, 0) + count
    return gauges(metric, counts.items())


def _histogram(
    metric: Metric,
    stored: Mapping[Labels, int],
    known: Iterable[Labels],
    traced: Mapping[str, TracedAge],
) -> Family:
    made = HistogramMetricFamily(metric.name, metric.meaning, labels=metric.labels)
    for labels in known:
        so_far = 0
        buckets: list[_Bucket] = []
        for bucket in _BUCKETS[metric.name]:
            so_far += stored.get((*labels, "bucket", str(bucket)), 0)
            buckets.append(_bucket(str(float(bucket)), so_far, traced))
        beyond = stored.get((*labels, "bucket", counters.BEYOND), 0)
        buckets.append(_bucket(counters.BEYOND, so_far + beyond, traced))
        made.add_metric(labels, buckets, stored.get((*labels, "sum"), 0) / metric.unit)
    return made


def _bucket(bound: str, count: int, traced: Mapping[str, TracedAge]) -> _Bucket:
    if bound not in traced:
        return bound, count
    one = traced[bound]
    return bound, count, Exemplar({"trace_id": one.trace_id}, one.age / 1000, one.time / 1000)
