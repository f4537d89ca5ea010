"""deploy/kubernetes as data: the base, and the two components that an overlay may take along."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.support.programs import needed_program
from tests.support.sources import ROOT

FOLDER = ROOT / "deploy/kubernetes"
BASE, MONITORING, BACKUP, EXAMPLE = (
    FOLDER / name for name in ("base", "monitoring", "backup", "example")
)
VERSIONS = ("1.29", "1.34", "1.37")
"""Of Kubernetes: an old one that is still met, and the last ones that there are schemas of."""

Object = Mapping[str, Any]


def kustomization_of(folder: Path) -> Mapping[str, Any]:
    """What a folder says of itself."""
    return yaml.safe_load((folder / "kustomization.yaml").read_text())


def objects(folder: Path) -> Iterator[Object]:
    """Every object of every file that the folder's kustomization lists as a resource."""
    for name in kustomization_of(folder)["resources"]:
        if (folder / name).is_file():
            yield from yaml.safe_load_all((folder / name).read_text())


def by_name(made: list[Object]) -> dict[str, Object]:
    """Kind and name -> object."""
    return {f"{each['kind']} {each['metadata']['name']}": each for each in made}


def built(folder: Path) -> list[Object]:
    """What kustomize makes of a folder."""
    kubectl = needed_program("kubectl")
    made = subprocess.run(
        [kubectl, "kustomize", folder], capture_output=True, text=True, check=False
    )
    assert 0 == made.returncode, made.stderr
    return list(yaml.safe_load_all(made.stdout))


def is_of_kubernetes(made: Object) -> bool:
    """Whether its kind is one of Kubernetes' own, so that there is a schema of it."""
    return "keda.sh" not in made["apiVersion"] and "coreos.com" not in made["apiVersion"]


KUSTOMIZATION = kustomization_of(BASE)
ALL = [each for folder in (BASE, MONITORING, BACKUP) for each in objects(folder)]
BY_NAME = by_name(ALL)


def pod_of(name: str) -> Mapping[str, Any]:
    """The pod that an object makes, from its kind and name."""
    spec = BY_NAME[name]["spec"]
    return (spec["jobTemplate"]["spec"] if name.startswith("CronJob") else spec)["template"]["spec"]


PODS = {name: pod_of(f"Deployment {name}") for name in ("worker", "exporter")}
JOBS = {name: pod_of(f"CronJob {name}") for name in ("archive", "backup")}
TOLD = dict(line.split("=", 1) for line in (BASE / "settings.env").read_text().splitlines())


def container_of(name: str) -> Mapping[str, Any]:
    """The one container of a pod."""
    (container,) = (PODS | JOBS)[name]["containers"]
    return container
