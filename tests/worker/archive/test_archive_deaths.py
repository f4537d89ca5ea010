"""Wherever `adjudicator archive` is killed, the next run goes on and nothing is lost or doubled."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import get_args

import pytest

from tests.support.archives import PublishedDay
from tests.support.dying import Mother, mother
from worker.archive.folder import Folder
from worker.archive.manifest import FileForm

POINTS_MIN = 60


@pytest.fixture
def mum(redis_url: str, monkeypatch) -> Iterator[Mother]:
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    with mother({"MRS_REDIS_URL": redis_url}) as one:
        yield one


@pytest.fixture(params=get_args(FileForm))
def day(redis_world, library, tmp_path: Path, request) -> PublishedDay:
    return PublishedDay(redis_world, library, tmp_path / "archive", request.param)


class Beginning:
    """The day, acknowledged and not archived, as often as it is wanted."""

    def __init__(self, day: PublishedDay) -> None:
        day.acknowledge(45)
        self._day = day
        self._kept = day.world.everything()

    def again(self) -> None:
        self._day.redis.flushall()
        for key, value in self._kept.items():
            self._day.redis.restore(key, 0, value)
        shutil.rmtree(self._day.folder, ignore_errors=True)


def words(day: PublishedDay) -> list[str]:
    return ["archive", str(day.folder), "--file-entries", "25", "--format", day.form]


def holds_all(day: PublishedDay) -> bool:
    """Whether each determination is in the stream or in a file that counts, with its bytes."""
    return set(day.published) == set(day.everything())


def is_named(path: Path, day: PublishedDay) -> bool:
    """Whether a file counts."""
    manifest = Folder(day.folder).manifest()
    named = set() if manifest is None else {file.name for file in manifest.files}
    return str(path.relative_to(day.folder)) in named


def test_killed_before_each_thing_that_it_does_it_loses_nothing_and_the_next_run_ends_it(mum, day):
    beginning = Beginning(day)
    left, in_streams = set(), []
    for dies_at in count(1):
        beginning.again()
        if mum.survives(words(day), dies_at):
            break
        lost = not holds_all(day)
        left |= {(path.suffix, is_named(path, day)) for path in day.folder.rglob("*.*")}

        result = day.archive()

        assert (dies_at, False, 0) == (dies_at, lost, result.exit_code), result.output
        assert (dies_at, day.published) == (dies_at, day.everything())
        in_streams.append(day.stream())
        assert [] == list(day.folder.rglob("*.part"))
    assert dies_at > POINTS_MIN
    assert all(day.stream() == each for each in in_streams)
    ending = {"jsonl": ".gz", "parquet": ".parquet"}[day.form]
    assert {(".part", False), (ending, False), (ending, True)} < left


def test_killed_again_while_it_goes_on_it_loses_nothing_either(mum, day):
    beginning = Beginning(day)
    for first in (20, 35, 50):
        for second in count(5, 15):
            beginning.again()
            assert not mum.survives(words(day), first)
            if mum.survives(words(day), second):
                break
            lost = not holds_all(day)

            result = day.archive()

            at = (first, second)
            assert (at, False, 0) == (at, lost, result.exit_code), result.output
            assert (at, day.published) == (at, day.everything())
