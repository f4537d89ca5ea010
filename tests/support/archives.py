"""A Redis with the determinations of the sample day, and what an archive of it holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from redis import Redis

from rules.library_model import Library
from tests.support.sources import ROOT
from tests.support.turns import work_off
from tests.support.worlds import RedisWorld
from worker.archive.archive import Archive
from worker.archive.manifest import FileForm
from worker.cli import adjudicator

DAY = ROOT / "worker" / "samples" / "day.jsonl"
DETERMINATIONS = "mrs:determinations"
PUBLISHED = 80
"""Determinations of the day."""

OPEN = 16
"""Lines of the day that wait for someone in the end."""

Entry = tuple[str, bytes]


class PublishedDay:
    """The sample day, worked off, and a consumer group that has read as much as it is told to."""

    def __init__(
        self, world: RedisWorld, library: Library, folder: Path, form: FileForm = "jsonl"
    ) -> None:
        self.form = form
        self.redis: Redis = world.client
        self.world = world
        self.library = library
        self.folder = folder
        work_off(world, library, *DAY.read_bytes().splitlines())
        self.published = self.stream()

    def stream(self) -> list[Entry]:
        found: Any = self.redis.xrange(DETERMINATIONS)
        return [(entry_id.decode(), fields[b"event"]) for entry_id, fields in found]

    def acknowledge(self, count: int | None = None, group: str = "billing") -> None:
        """The group reads so many more, or all, and acknowledges them."""
        if group.encode() not in {each["name"] for each in self.redis.xinfo_groups(DETERMINATIONS)}:
            self.redis.xgroup_create(DETERMINATIONS, group, "0")
        given: Any = self.redis.xreadgroup(group, "c", {DETERMINATIONS: ">"}, count=count)
        for _, entries in given:
            self.redis.xack(DETERMINATIONS, group, *(entry_id for entry_id, _ in entries))

    def archive(self, *options: str) -> Result:
        where = str(self.folder)
        return run("archive", where, "--file-entries", "20", "--format", self.form, *options)

    def archived(self) -> list[Entry]:
        """All that is in the files that the manifest names."""
        if not (self.folder / "manifest.json").exists():
            return []
        archive = Archive(self.folder)
        return [entry for file in archive.manifest().files for entry in archive.entries(file)]

    def everything(self) -> list[Entry]:
        """Files and stream, by id: each determination as often as it is there."""
        return sorted([*self.archived(), *self.stream()], key=lambda entry: _number(entry[0]))


def run(*words: str) -> Result:
    """One command, in this process."""
    return CliRunner().invoke(adjudicator, words)


def audit(*options: str) -> tuple[int, Any]:
    """Exit code, and what `audit verify` says as data."""
    said = run("audit", "verify", "--json", "--jobs", "1", *options)
    return said.exit_code, json.loads(said.stdout) if said.stdout else said.stderr


def _number(entry_id: str) -> tuple[int, ...]:
    return tuple(map(int, entry_id.split("-")))
