"""docker-compose.yml as data: what each service runs, mounts and is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.support.sources import ROOT, text_of

COMPOSE: Mapping[str, Any] = yaml.safe_load(text_of("docker-compose.yml"))
SERVICES: Mapping[str, Mapping[str, Any]] = COMPOSE["services"]
OWN_IMAGE = "mrs-adjudicator"
OURS = sorted(name for name, each in SERVICES.items() if each["image"].startswith(OWN_IMAGE))
SECRETS = Path("deploy/compose/secrets")
"""Where the file looks for what `deploy/compose/passwords` makes."""


class Mount(NamedTuple):
    """Something of this machine in a container."""

    source: str
    """A path from the project's folder, or the name of a volume; empty: a volume without one."""
    target: str
    is_volume: bool


def mounts_of(service: str) -> Iterator[Mount]:
    """Volumes, folders, configurations and secrets of a service."""
    described = SERVICES[service]
    for written in described.get("volumes", ()):
        source, colon, rest = written.partition(":")
        if colon:
            yield Mount(source, rest.split(":")[0], source in COMPOSE["volumes"])
        else:
            yield Mount("", source, is_volume=True)
    for config in described.get("configs", ()):
        yield Mount(COMPOSE["configs"][config["source"]]["file"], config["target"], False)
    for secret in described.get("secrets", ()):
        yield Mount(COMPOSE["secrets"][secret]["file"], f"/run/secrets/{secret}", False)


def in_folder(path: str, secrets: Path) -> Path:
    """A path of the file on this machine, with the secrets in a folder of the test's."""
    inside = Path(path)
    return secrets / inside.name if inside.parent == SECRETS else ROOT / inside


def environment_of(service: str, secrets: Path) -> dict[str, str]:
    """What the service's container has in its environment."""
    described = SERVICES[service]
    environment = {}
    if file := described.get("env_file"):
        lines = in_folder(file, secrets).read_text().splitlines()
        environment |= dict(line.split("=", 1) for line in lines)
    return environment | described.get("environment", {})


def seconds_of(duration: str) -> float:
    """`10s` or `2m` in seconds."""
    return float(duration[:-1]) * {"s": 1, "m": 60}[duration[-1]]
