"""Writes `users.cluster.acl` from `users.acl`: `python deploy/acl_for_cluster.py`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent

_WRITE_AND_WAIT: Final = ("mrs-worker", "mrs-bridge")
_ASK_HOW_MANY: Final = (
    "mrs-producer",
    "mrs-bridge",
    "mrs-consumer",
    "mrs-fhir",
    "mrs-console-evidence",
)
_OF_THE_BROKER: Final = re.compile(r" \(~mrs:celery:[^)]*\)")


def for_cluster(users: str) -> str:
    """The same logins in a cluster, for all shards; the broker, which is elsewhere, has its own."""
    lines = [line for line in users.splitlines() if not line.startswith("user mrs-celery ")]
    return "".join(f"{_line(line)}\n" for line in lines)


def _line(line: str) -> str:
    name = line.split()[1]
    if name == "default":
        return line
    more = "+cluster|slots +asking" + (" +wait" if name in _WRITE_AND_WAIT else "")
    line = _OF_THE_BROKER.sub("", line).replace(" +ping", f" +ping {more}", 1)
    if name in _ASK_HOW_MANY:
        line += " (%R~mrs:meta +hget)"
    # By a key named as the prefix a node is asked whether it still has the shard.
    return line.replace("~mrs:", "~{mrs-*}:") + " (%R~{mrs-*} +exists)"


if __name__ == "__main__":
    (HERE / "users.cluster.acl").write_text(for_cluster((HERE / "users.acl").read_text()))
