"""`adjudicator dead-letters`: it puts back and takes away once, and says why."""

from __future__ import annotations

import json
from base64 import b64decode

import pytest

from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.terminals import on_a_terminal
from tests.support.turns import drain, route, work_off
from tests.support.worlds import LEASE_MILLISECONDS, TERMS, RedisWorld
from tests.worker.commands.dead_letters.refused import (
    REFUSED,
    json_lines,
    run,
)
from worker.commands import dead_letters
from worker.failures import StoreUnavailable
from worker.store.keys import DOOR
from worker.store.protocol import Commit, DeadLetter
from worker.store.redis import RedisStore


def put_aside(world: RedisWorld, fields: dict[bytes, bytes]) -> str:
    """A dead letter of what was tried too often."""
    entry_id = world.send_to_lane(0, fields)
    lease = world.store.take("00", "token", LEASE_MILLISECONDS, TERMS)
    assert lease is not None
    letter = DeadLetter(entry_id, "ATTEMPTS_EXHAUSTED", b"[]", 3, "then", "now", "", "")
    world.store.commit(lease, Commit(world.now(), [entry_id], dead_letters=[letter]))
    world.store.release(lease)
    return world.store.dead_letters(None, 100)[-1].id


def test_one_goes_back_as_it_came_and_only_once(world, four):
    dead_letter_id = four["NOT_JSON"]

    first, second = run("redrive", dead_letter_id), run("redrive", dead_letter_id)

    assert (0, "1 put back on the queue.\n") == (first.exit_code, first.stdout)
    assert (1, "0 put back on the queue.\n") == (second.exit_code, second.stdout)
    assert f"Not there (any more): {dead_letter_id}.\n" == second.stderr
    assert [REFUSED["NOT_JSON"]] == [fields[b"event"] for _, fields in world.entries(DOOR)]
    assert 3 == len(world.letters())


def test_named_twice_it_goes_back_once(world, four):
    result = run("redrive", four["NOT_JSON"], four["NOT_JSON"])

    assert 0 == result.exit_code
    assert 1 == len(world.entries(DOOR))


def test_those_that_the_filters_mean_go_back(world, four):
    del four

    result = run("redrive", "--member", "M-1", "--reason", "INVALID_DATA")

    assert 0 == result.exit_code
    assert [REFUSED["INVALID_DATA"]] == [fields[b"event"] for _, fields in world.entries(DOOR)]


def test_all_go_back_once_though_they_become_dead_letters_again(world, library, four, monkeypatch):
    redrive = world.store.redrive

    def redrive_and_refuse(dead_letter_id: str) -> bool:
        done = redrive(dead_letter_id)
        route(world)
        drain(world, library)
        return done

    monkeypatch.setattr(
        RedisStore,
        "redrive",
        lambda _, dead_letter_id: redrive_and_refuse(dead_letter_id),
    )

    result = run("redrive", "--all")

    assert 0 == result.exit_code
    assert result.stdout.endswith("4 put back on the queue.\n")
    assert 4 == len(world.letters())
    assert not set(four.values()) & {each.id for each in world.store.dead_letters(None, 9)}
    assert 4 == world.counters()["redriven"]


def test_an_event_that_was_mended_upstream_is_decided_when_it_is_sent_again(world, library, four):
    raw = json.loads(run("show", "--raw", four["INVALID_DATA"]).stdout)
    corrected = event_of(CLAIM) | {"id": raw["id"], "source": raw["source"]}

    work_off(world, library, encoded(corrected))

    assert 1 == len(world.determinations())


def test_an_internal_order_stays_and_is_named(world):
    dead_letter_id = put_aside(world, {b"order": b"readjudicate", b"member": b"M-1"})

    back = run("redrive", dead_letter_id)
    (listed,) = json_lines(run("list", "--json", "--type", "internal order"))
    shown = run("show", dead_letter_id)

    assert 1 == back.exit_code
    assert "readjudicate --member" in back.stderr
    assert ("M-1", "internal order") == (listed["member_id"], listed["type"])
    assert "Field order: readjudicate" in shown.stdout
    assert 1 == len(world.letters())
    assert 0 == run("discard", dead_letter_id, "--because", "ordered anew").exit_code


def test_what_is_discarded_is_gone_and_counted_and_it_stays_known_why(world, four):
    result = run("discard", four["NOT_JSON"], "--because", " sent anew \x1b")
    (note,) = json_lines(run("list", "--discarded", "--json"))
    in_words = run("list", "--discarded")

    assert (0, "1 discarded.\n") == (result.exit_code, result.stdout)
    assert 3 == len(world.letters())
    assert 1 == world.counters()["discarded"]
    assert (four["NOT_JSON"], "sent anew \x1b", "NOT_JSON") == (
        note["letter"],
        note["because"],
        note["reason"],
    )
    assert r"sent anew \x1b" in in_words.stdout


def test_all_that_the_filters_mean_are_discarded(world, four, monkeypatch):
    del four
    monkeypatch.setattr(dead_letters, "_PAGE", 1)

    result = run("discard", "--type", "unknown", "--because", "a test of the sender's")

    assert (0, "3 discarded.\n") == (result.exit_code, result.stdout)
    assert [b"INVALID_DATA"] == [letter[b"reason"] for letter in world.letters()]
    assert 3 == len(json_lines(run("list", "--discarded", "--json")))


def test_what_is_not_there_cannot_be_discarded(world):
    del world

    result = run("discard", "1-1", "--because", "it is old")

    assert (1, "0 discarded.\n") == (result.exit_code, result.stdout)
    assert "Not there (any more): 1-1.\n" in result.stderr


def test_each_that_is_not_there_is_named(four):
    result = run("redrive", "1-1", four["NOT_JSON"], "2-2")

    assert (1, "1 put back on the queue.\n") == (result.exit_code, result.stdout)
    assert "Not there (any more): 1-1, 2-2.\n" == result.stderr


def test_what_is_discarded_is_shown_first_and_saved_in_full(tmp_path, four):
    result = run("discard", four["NOT_UTF8"], four["INVALID_DATA"], "--because", "sent anew")

    (file,) = tmp_path.glob("discarded-*.jsonl")
    not_utf8, invalid = map(json.loads, file.read_text("ascii").splitlines())
    assert "2 dead letters: " in result.stderr
    assert f"2 dead letters saved in {file.name}." in result.stderr
    assert REFUSED["NOT_UTF8"] == b64decode(not_utf8["event_base64"])
    assert REFUSED["INVALID_DATA"].decode() == invalid["event"]
    assert 0o600 == file.stat().st_mode & 0o777


@pytest.mark.parametrize("save", ["nowhere/saved.jsonl", "taken"], ids=["no_folder", "there"])
def test_what_cannot_be_saved_is_not_discarded(world, four, tmp_path, save):
    (tmp_path / "taken").write_text("of others")

    result = run("discard", four["NOT_JSON"], "--because", "old", "--save", save)

    assert 3 == result.exit_code
    assert 4 == len(world.letters())
    assert "of others" == (tmp_path / "taken").read_text()


def test_a_dry_run_shows_and_neither_saves_nor_discards(world, four, tmp_path):
    result = run("discard", four["NOT_JSON"], "--because", "old", "--dry-run")

    assert (0, True) == (result.exit_code, four["NOT_JSON"] in result.stdout)
    assert result.stdout.endswith("1 dead letter: NOT_JSON 1.\nNothing was discarded.\n")
    assert (4, []) == (len(world.letters()), list(tmp_path.iterdir()))


def test_where_nothing_is_to_be_saved_nothing_is(world, four, tmp_path):
    result = run("discard", four["NOT_JSON"], "--because", "old", "--no-save")

    assert (0, 3, []) == (result.exit_code, len(world.letters()), list(tmp_path.iterdir()))


@pytest.mark.parametrize(
    ("typed", "words", "left"),
    [
        pytest.param(b"n\n", [], 4, id="no"),
        pytest.param(b"y\n", [], 3, id="yes"),
        pytest.param(b"", ["--yes"], 3, id="said_beforehand"),
    ],
)
def test_on_a_terminal_it_asks_first(world, four, typed, words, left):
    command = ["dead-letters", "discard", four["NOT_JSON"], "--because", "old", *words]

    on_a_terminal(command, typed)

    assert left == len(world.letters())


def test_how_many_were_put_back_is_said_where_it_stops_half_way(world, four, monkeypatch):
    redrive = RedisStore.redrive
    fails = iter((False, False, True))

    def redrive_two(store: RedisStore, dead_letter_id: str) -> bool:
        if next(fails):
            raise StoreUnavailable("Redis did not answer.")
        return redrive(store, dead_letter_id)

    monkeypatch.setattr(RedisStore, "redrive", redrive_two)

    result = run("redrive", *four.values())

    assert 3 == result.exit_code
    assert "2 of 4 dead letters put back. Run the command again for the rest." in result.stderr
    assert 2 == len(world.letters())
