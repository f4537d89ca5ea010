"""Reads what an exporter shows, as Prometheus does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from urllib.request import urlopen

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

Series = tuple[str, frozenset[tuple[str, str]]]


class Scrape:
    """What stood there at one instant."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.kinds: dict[str, str] = {}
        self.values: dict[Series, float] = {}
        for family in text_string_to_metric_families(text):
            self.kinds[family.name] = family.type
            for sample in family.samples:
                self.values[sample.name, frozenset(sample.labels.items())] = sample.value

    def value(self, name: str, **labels: str) -> float | None:
        """One series; None if it is not there."""
        return self.values.get((name, frozenset(labels.items())))

    def labels(self, name: str, label: str) -> set[str]:
        """The values of a label that a metric has."""
        return {
            dict(labels)[label]
            for (found, labels) in self.values
            if found == name and label in dict(labels)
        }

    def counted(self, name: str, *order: str) -> Counter[tuple[str, ...]]:
        """What is not 0 of a metric, by some of its labels in an order."""
        counted: Counter[tuple[str, ...]] = Counter()
        for (found, labels), value in self.values.items():
            if found == name and value:
                counted[tuple(dict(labels)[label] for label in order)] += int(value)
        return counted

    @property
    def names(self) -> set[str]:
        """The names of all series."""
        return {name for name, _ in self.values}


def scrape(collector: Collector) -> Scrape:
    """Asks a collector itself."""
    registry = CollectorRegistry()
    registry.register(collector)
    return Scrape(generate_latest(registry).decode())


def scrape_at(url: str) -> Scrape:
    """Asks over HTTP."""
    with urlopen(url, timeout=10) as answer:
        return Scrape(answer.read().decode())


def metrics_named_in(expressions: Iterable[str]) -> set[str]:
    """The metrics and recorded series of ours that expressions of PromQL name."""
    named = re.compile(r"\b(?:mrs:[a-z0-9_:]+|mrs_[a-z0-9_]+)\b")
    return {name for expression in expressions for name in named.findall(expression)}
