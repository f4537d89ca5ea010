"""A watched folder: complete files are sent, answered and moved, whatever kills the process."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from doors.x12.drop_folder import DropFolder, FolderWatched
from tests.doors.x12.files_837 import CLAIM, LINE, SIMPLE, SUBSCRIBER, events_of, one_claim
from tests.support.dying import mother
from worker.cli import adjudicator

THREE = one_claim(*SUBSCRIBER, *(CLAIM + LINE) * 3)
REACHING = {"sendall", "fsync", "flock", "mkdir", "posix.replace"}
ANSWERS = {"a.837.ta1", "a.837.999", "a.837.277ca"}


@pytest.fixture
def folder(tmp_path, redis_url, monkeypatch):
    """An empty folder, and a Redis to send to."""
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    (tmp_path / "drop").mkdir()
    return tmp_path / "drop"


def watch(folder, *words):
    command = ["x12", "watch", str(folder), "--once", "--settle", "0", *words]
    return CliRunner().invoke(adjudicator, command)


def names_in(folder) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file() and path.name[0] != "."}


def sent_to(redis_client) -> list[dict]:
    return [json.loads(fields[b"event"]) for _, fields in redis_client.xrange("mrs:events")]


def test_a_file_is_sent_answered_and_moved(folder, redis_client):
    (folder / "a.837").write_text(SIMPLE)

    result = watch(folder)

    assert 0 == result.exit_code
    assert events_of(SIMPLE) == sent_to(redis_client)
    assert {"a.837", *ANSWERS} == names_in(folder / "done")
    assert set() == names_in(folder) | names_in(folder / "rejected")
    assert "a.837: 1 claim, 1 accepted, 0 rejected." in result.stderr


@pytest.mark.parametrize(
    ("content", "answers"),
    [
        pytest.param(b"\x00\x01", {"a.837.txt"}, id="binary"),
        pytest.param(SIMPLE.replace("SE*22", "SE*9").encode(), {"a.837.ta1", "a.837.999"},
                     id="a_wrong_count"),
    ],
)  # fmt: skip
def test_a_file_of_which_nothing_is_accepted_is_rejected(folder, redis_client, content, answers):
    (folder / "a.837").write_bytes(content)

    watch(folder)

    assert [] == sent_to(redis_client)
    assert {"a.837"} | answers == names_in(folder / "rejected")


@pytest.mark.parametrize("name", [".a.837", "a.837.part", "a.837.TMP", "a.filepart"])
def test_a_file_that_is_still_uploaded_is_left_alone(folder, redis_client, name):
    (folder / name).write_text(SIMPLE)

    watch(folder)

    assert (folder / name).exists()
    assert [] == sent_to(redis_client)


def test_a_file_is_complete_once_it_has_looked_the_same_for_a_while(folder):
    path = folder / "a.837"
    path.write_text(SIMPLE[:100])
    waiting, ready = DropFolder(folder, 3600), DropFolder(folder, 0)

    assert [] == waiting.complete()
    assert [] == waiting.complete()
    assert [path] == ready.complete()
    path.write_text(SIMPLE)
    assert not ready.is_unchanged(path)


def test_links_and_folders_are_no_files(folder, tmp_path):
    (tmp_path / "elsewhere").write_text(SIMPLE)
    (folder / "a.837").symlink_to(tmp_path / "elsewhere")
    (folder / "b.837").mkdir()

    assert [] == DropFolder(folder, 0).complete()


def test_another_file_of_the_same_name_does_not_take_the_place_of_the_first(folder):
    for content in (SIMPLE, THREE, THREE):
        (folder / "a.837").write_text(content)
        watch(folder)

    moved = {path.read_text() for path in (folder / "done").glob("*.837")}
    assert {SIMPLE, THREE} == moved


def test_a_folder_is_watched_by_one_process(folder):
    with DropFolder(folder, 0).held(), pytest.raises(FolderWatched):
        DropFolder(folder, 0).held().__enter__()


def test_a_redis_that_is_away_leaves_the_file_where_it_is(folder, monkeypatch):
    monkeypatch.setenv("MRS_REDIS_URL", "unix:///nowhere/redis.sock")
    (folder / "a.837").write_text(SIMPLE)

    result = watch(folder)

    assert 3 == result.exit_code
    assert {"a.837"} == names_in(folder)
    assert set() == names_in(folder / "done")


@pytest.mark.timeout(300)
def test_killed_at_every_step_and_started_again_it_has_one_effect(folder, redis_url, redis_client):
    (folder / "a.837").write_text(THREE)
    words = ["x12", "watch", str(folder), "--once", "--settle", "0"]
    kills = 0

    with mother({"MRS_REDIS_URL": redis_url}) as mum:
        while not mum.survives(words, kills + 1, REACHING):
            kills += 1
            assert {"a.837"} == names_in(folder)

    distinct = {json.dumps(event, sort_keys=True) for event in sent_to(redis_client)}
    assert kills >= 10
    assert {json.dumps(event, sort_keys=True) for event in events_of(THREE)} == distinct
    assert {"a.837", *ANSWERS} == names_in(folder / "done")
    assert set() == names_in(folder)
