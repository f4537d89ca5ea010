"""KEDA's ScaledObject as its documentation of version 2.17 has it, written down by hand.

Taken from the pages reference/scaledobject-spec, for all but the last table, and
scalers/prometheus. No schema of KEDA's comes with a package, so a field that is misspelt here would
be let through there: compare with those pages when either changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

SPEC = {
    "scaleTargetRef": dict,
    "pollingInterval": int,
    "cooldownPeriod": int,
    "initialCooldownPeriod": int,
    "idleReplicaCount": int,
    "minReplicaCount": int,
    "maxReplicaCount": int,
    "fallback": dict,
    "advanced": dict,
    "triggers": list,
}
TARGET = {"apiVersion": str, "kind": str, "name": str, "envSourceContainerName": str}
FALLBACK = {"failureThreshold": int, "replicas": int, "behavior": str}
BEHAVIORS = {"static", "currentReplicas", "currentReplicasIfHigher", "currentReplicasIfLower"}
ADVANCED = {
    "restoreToOriginalReplicaCount": bool,
    "horizontalPodAutoscalerConfig": dict,
    "scalingModifiers": dict,
}
AUTOSCALER = {"name": str, "behavior": dict}
TRIGGER = {
    "type": str,
    "metadata": dict,
    "name": str,
    "useCachedMetrics": bool,
    "authenticationRef": dict,
    "metricType": str,
}
PROMETHEUS = {
    "serverAddress": str,
    "query": str,
    "threshold": str,
    "activationThreshold": str,
    "namespace": str,
    "customHeaders": str,
    "ignoreNullValues": str,
    "queryParameters": str,
    "unsafeSsl": str,
    "authModes": str,
}
"""A trigger's parameters are a map of texts: a number or a boolean there is refused."""

Fields = Mapping[str, type]


def faults(scaled: Mapping[str, Any]) -> Iterator[str]:
    """What is not as the documentation says."""
    if (scaled["apiVersion"], scaled["kind"]) != ("keda.sh/v1alpha1", "ScaledObject"):
        yield "not a ScaledObject of v1alpha1"
    spec = scaled["spec"]
    yield from _table("spec", spec, SPEC, frozenset({"scaleTargetRef", "triggers"}))
    yield from _table("scaleTargetRef", spec.get("scaleTargetRef", {}), TARGET, frozenset({"name"}))
    if fallback := spec.get("fallback"):
        yield from _table(
            "fallback", fallback, FALLBACK, frozenset({"failureThreshold", "replicas"})
        )
        if fallback.get("behavior", "static") not in BEHAVIORS:
            yield f"fallback: no such behavior as {fallback['behavior']}"
    advanced = spec.get("advanced", {})
    yield from _table("advanced", advanced, ADVANCED)
    autoscaler = advanced.get("horizontalPodAutoscalerConfig", {})
    yield from _table("horizontalPodAutoscalerConfig", autoscaler, AUTOSCALER)
    for trigger in spec.get("triggers", ()):
        yield from _table("trigger", trigger, TRIGGER, frozenset({"type", "metadata"}))
        needed = frozenset({"serverAddress", "query", "threshold"})
        yield from _table("prometheus", trigger.get("metadata", {}), PROMETHEUS, needed)


def _table(
    where: str, given: Mapping[str, Any], fields: Fields, needed: frozenset[str] = frozenset()
) -> Iterator[str]:
    for name in sorted(needed - set(given)):
        yield f"{where}: {name} is missing"
    for name, value in given.items():
        if name not in fields:
            yield f"{where}: there is no {name}"
        elif type(value) is not fields[name]:
            yield f"{where}: {name} is a {type(value).__name__}"
