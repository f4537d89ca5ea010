"""KEDA's ScaledObject as its documentation of version 2.17 has it, written down by hand.

Taken from the pages reference/scaledobject-spec, for all but the last table, and
scalers/prometheus. No schema of KEDA's comes with a package, so a field that is misspelt here would
be let through there: compare with those pages when either changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.deploy.documented_fields import faults_of_fields

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


def faults(scaled: Mapping[str, Any]) -> Iterator[str]:
    """What is not as the documentation says."""
    if (scaled["apiVersion"], scaled["kind"]) != ("keda.sh/v1alpha1", "ScaledObject"):
        yield "not a ScaledObject of v1alpha1"
    spec = scaled["spec"]
    yield from faults_of_fields("spec", spec, SPEC, frozenset({"scaleTargetRef", "triggers"}))
    yield from faults_of_fields(
        "scaleTargetRef", spec.get("scaleTargetRef", {}), TARGET, frozenset({"name"})
    )
    if fallback := spec.get("fallback"):
        yield from faults_of_fields(
            "fallback", fallback, FALLBACK, frozenset({"failureThreshold", "replicas"})
        )
        if fallback.get("behavior", "static") not in BEHAVIORS:
            yield f"fallback: no such behavior as {fallback['behavior']}"
    advanced = spec.get("advanced", {})
    yield from faults_of_fields("advanced", advanced, ADVANCED)
    autoscaler = advanced.get("horizontalPodAutoscalerConfig", {})
    yield from faults_of_fields("horizontalPodAutoscalerConfig", autoscaler, AUTOSCALER)
    for trigger in spec.get("triggers", ()):
        yield from faults_of_fields("trigger", trigger, TRIGGER, frozenset({"type", "metadata"}))
        needed = frozenset({"serverAddress", "query", "threshold"})
        yield from faults_of_fields("prometheus", trigger.get("metadata", {}), PROMETHEUS, needed)
