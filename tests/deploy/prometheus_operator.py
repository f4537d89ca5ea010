"""The Prometheus Operator's ServiceMonitor and PrometheusRule, as its API reference has them.

Written down by hand from the reference of monitoring.coreos.com/v1 (operator 0.7x and 0.8x), as far
as anything here uses it: no schema of it comes with a package. What stands in a rule is checked by
promtool where the rules come from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.deploy.documented_fields import faults_of_fields

API_VERSION = "monitoring.coreos.com/v1"
MONITOR = {
    "jobLabel": str,
    "targetLabels": list,
    "podTargetLabels": list,
    "endpoints": list,
    "selector": dict,
    "namespaceSelector": dict,
    "sampleLimit": int,
}
SELECTOR = {"matchLabels": dict, "matchExpressions": list}
ENDPOINT = {
    "port": str,
    "targetPort": int,
    "path": str,
    "scheme": str,
    "interval": str,
    "scrapeTimeout": str,
    "honorLabels": bool,
    "relabelings": list,
    "metricRelabelings": list,
}
RELABELING = {
    "sourceLabels": list,
    "separator": str,
    "targetLabel": str,
    "regex": str,
    "modulus": int,
    "replacement": str,
    "action": str,
}
GROUP = {
    "name": str,
    "labels": dict,
    "interval": str,
    "rules": list,
    "limit": int,
    "partial_response_strategy": str,
}
RULE = {
    "record": str,
    "alert": str,
    "expr": str,
    "for": str,
    "keep_firing_for": str,
    "labels": dict,
    "annotations": dict,
}


def faults(made: Mapping[str, Any]) -> Iterator[str]:
    """What is not as the reference says."""
    if made["apiVersion"] != API_VERSION:
        yield f"not of {API_VERSION}"
    spec = made["spec"]
    match made["kind"]:
        case "ServiceMonitor":
            yield from faults_of_fields("spec", spec, MONITOR, {"endpoints", "selector"})
            yield from faults_of_fields("selector", spec.get("selector", {}), SELECTOR)
            for endpoint in spec.get("endpoints", ()):
                yield from faults_of_fields("endpoint", endpoint, ENDPOINT)
                for each in endpoint.get("relabelings", ()):
                    yield from faults_of_fields("relabeling", each, RELABELING)
        case "PrometheusRule":
            yield from faults_of_fields("spec", spec, {"groups": list}, {"groups"})
            for group in spec.get("groups", ()):
                yield from faults_of_fields("group", group, GROUP, {"name", "rules"})
                for rule in group.get("rules", ()):
                    yield from faults_of_fields("rule", rule, RULE, {"expr"})
        case kind:
            yield f"no table for {kind}"
