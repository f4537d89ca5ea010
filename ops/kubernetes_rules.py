"""Writes the rules as an object of the Prometheus Operator: `python -m ops.kubernetes_rules`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[1]
RULES: Final = tuple(
    _ROOT / "ops/prometheus/rules" / name for name in ("recording.yml", "alerts.yml")
)
OBJECT: Final = _ROOT / "deploy/kubernetes/monitoring/prometheus-rule.yaml"

_HEAD: Final = """\
# Written by `make dashboards` from ops/prometheus/rules: change it there.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: mrs-adjudicator
  labels:
    app.kubernetes.io/component: monitoring
spec:
  groups:
"""


def written() -> str:
    """All groups of all files, comments and all, two steps further in."""
    groups = (file.read_text("utf-8").partition("\ngroups:\n")[2] for file in RULES)
    lines = "\n".join(groups).splitlines()
    return _HEAD + "".join(f"  {line}".rstrip() + "\n" for line in lines)


def main() -> None:
    """Writes the file."""
    OBJECT.write_text(written(), encoding="utf-8")


if __name__ == "__main__":
    main()
