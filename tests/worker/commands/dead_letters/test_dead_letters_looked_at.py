"""`adjudicator dead-letters`: what it lists and shows."""

from __future__ import annotations

import json
from base64 import b64decode

import pytest

from tests.support.event_builders import CLAIM, FINALIZED, encoded, event_of, with_value
from tests.support.turns import work_off
from tests.support.worlds import take
from tests.worker.commands.dead_letters.refused import (
    REFUSED,
    TWO_FAULTS,
    json_lines,
    run,
)
from worker.commands import dead_letters
from worker.dead_letters.inspect import TO_DO
from worker.events.refusals import DEAD_LETTER_REASONS
from worker.intake.lane_handler import LaneHandler
from worker.metrics.counters import Tally
from worker.store.redis import RedisStore

STEERING = "e-\x1b[2J\u202e\x9b"


@pytest.mark.usefixtures("four")
def test_the_list_names_each_with_its_reason_and_first_fault_and_counts_them():
    result = run("list")

    assert 0 == result.exit_code
    (row,) = [line for line in result.stdout.splitlines() if "e-1" in line]
    for words in ("INVALID_DATA", CLAIM, "/edi/gateway", "data.received_at and 1 more"):
        assert words in row
    assert "4 dead letters: " in result.stdout
    assert "NOT_UTF8 1" in result.stdout


def test_without_any_the_list_says_so(world):
    del world

    result = run("list")

    assert (0, "No dead letters.\n") == (result.exit_code, result.stdout)


@pytest.mark.usefixtures("four")
def test_the_list_as_json_has_every_fault_and_nothing_of_the_event():
    (letter,) = json_lines(run("list", "--json", "--event-id", "e-1"))

    assert ("INVALID_DATA", CLAIM, "M-1") == (
        letter["reason"],
        letter["type"],
        letter["member_id"],
    )
    assert ["data.received_at", "data.lines[0].units"] == [f["path"] for f in letter["faults"]]
    assert {"path", "expected", "found"} == set(letter["faults"][0])
    assert "event" not in letter


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param(["--reason", "NOT_JSON"], {"NOT_JSON"}, id="a_reason"),
        pytest.param(
            ["--reason", "NOT_JSON", "--reason", "NOT_UTF8"],
            {"NOT_JSON", "NOT_UTF8"},
            id="two_reasons",
        ),
        pytest.param(["--type", CLAIM], {"INVALID_DATA"}, id="a_type"),
        pytest.param(
            ["--type", "unknown"], {"NOT_JSON", "NOT_UTF8", "UNKNOWN_TYPE"}, id="no_type_of_ours"
        ),
        pytest.param(["--source", "/imaging"], {"UNKNOWN_TYPE"}, id="a_source"),
        pytest.param(["--source", "/imag"], set(), id="the_beginning_of_a_source"),
        pytest.param(["--event-id", "e-2"], {"UNKNOWN_TYPE"}, id="an_event_id"),
        pytest.param(["--member", "M-1"], {"INVALID_DATA", "UNKNOWN_TYPE"}, id="a_member"),
        pytest.param(
            ["--member", "M-1", "--type", "unknown"], {"UNKNOWN_TYPE"}, id="a_member_and_a_type"
        ),
        pytest.param(["--since", "2020-01-01"], set(REFUSED), id="since_long_ago"),
        pytest.param(["--since", "2199-01-01T00:00:00"], set(), id="since_a_day_to_come"),
        pytest.param(["--until", "2020-01-01"], set(), id="until_long_ago"),
        pytest.param(["--until", "2199-01-01"], set(REFUSED), id="until_a_day_to_come"),
    ],
)
def test_filters_say_which_are_meant(filters, expected):
    result = run("list", "--json", *filters)

    assert 0 == result.exit_code
    assert expected == {letter["reason"] for letter in json_lines(result)}


def test_those_of_a_member_are_found_without_reading_the_others(world, library, monkeypatch):
    mine = [encoded(with_value(TWO_FAULTS, "data.member_id", "M-7") | {"id": f"{n}"}) for n in "ab"]
    work_off(world, library, *REFUSED.values(), *mine)

    monkeypatch.setattr(RedisStore, "dead_letters", lambda *_: pytest.fail("all of them were read"))
    found = json_lines(run("list", "--member", "M-7", "--json"))

    assert [("a", "M-7"), ("b", "M-7")] == [(each["event_id"], each["member_id"]) for each in found]


def test_one_whose_process_died_of_it_is_found_by_its_member_too(world, library):
    entry_id = world.send_to_lane(0, {b"door": b"1-1", b"event": encoded(event_of(CLAIM))})
    lease = take(world, "00")
    (entry,) = world.store.head("00", 1, 10_000)
    LaneHandler(world.store, library, "00", Tally()).give_up(lease, entry, None)

    (found,) = json_lines(run("list", "--member", "M-1", "--json"))
    none = run("list", "--member", "M-2", "--json")

    assert ("ATTEMPTS_EXHAUSTED", "M-1") == (found["reason"], found["member_id"])
    assert "" == none.stdout
    assert entry_id not in dict(world.entries("00"))


def test_those_of_an_older_program_are_found_by_their_member_too(world):
    world.client.xadd(
        "mrs:dead-letters", {"reason": "INVALID_DATA", "event": REFUSED["INVALID_DATA"]}
    )

    assert 1 == len(json_lines(run("list", "--member", "M-1", "--json")))


def test_since_and_until_are_the_instants_at_which_they_were_put_aside(world):
    for milliseconds in (999, 1000, 2000):
        world.client.xadd("mrs:dead-letters", {"reason": "NOT_JSON"}, id=f"{milliseconds}-7")

    ids = [
        letter["id"]
        for letter in json_lines(
            run(
                *("list", "--json", "--since", "1970-01-01T00:00:01"),
                *("--until", "1970-01-01T00:00:02"),
            )
        )
    ]

    assert ["1000-7"] == ids


@pytest.mark.usefixtures("four")
def test_no_more_rows_are_shown_than_asked_for_and_the_rest_is_counted():
    result = run("list", "--limit", "1")

    assert "4 dead letters" in result.stdout
    assert "Shown are the oldest, 1:" in result.stdout
    assert "NOT_JSON" not in result.stdout.splitlines()[1]


def test_more_than_a_page_is_listed_whole(world, monkeypatch):
    monkeypatch.setattr("worker.dead_letters.inspect._PAGE", 2)
    for number in range(5):
        world.client.xadd("mrs:dead-letters", {"reason": "NOT_JSON"}, id=f"{number + 1}-1")

    assert 5 == len(json_lines(run("list", "--json")))


def test_one_is_shown_with_all_that_is_known_of_it(four):
    result = run("show", four["INVALID_DATA"])

    assert 0 == result.exit_code
    for words in (
        f"Dead letter {four['INVALID_DATA']}: INVALID_DATA",
        f"type: {CLAIM}",
        "source: /edi/gateway",
        "event id: e-1",
        "member: M-1",
        "data.lines[0].units",
        "2025-02-30",
        "What to do: The sender has to correct the data",
        f"The event, {len(REFUSED['INVALID_DATA'])} bytes",
        '"received_at": "2025-02-30"',
    ):
        assert words in result.stdout


def test_several_are_shown_one_after_the_other(four):
    result = run("show", *four.values())

    assert 4 == result.stdout.count("Dead letter ")


def test_what_could_steer_a_terminal_is_written_out_wherever_it_stands(world, library):
    event = event_of(FINALIZED, line=0, claim_id=STEERING) | {"id": STEERING, "source": STEERING}
    work_off(world, library, encoded(event), b"\x1b[2J\xff", b"[\x9b")
    ids = [letter["id"] for letter in json_lines(run("list", "--json"))]

    said = [run("list"), run("list", "--json"), run("show", *ids), run("show", "--json", *ids)]

    assert 3 == len(ids)
    for result in said:
        assert not {"\x1b", "\u202e", "\x9b"} & set(result.stdout)
    assert r"e-\x1b[2J\u202e\x9b" in said[0].stdout


def test_one_as_json_has_the_event_as_text_or_else_as_base64(four):
    invalid, not_utf8 = json_lines(run("show", "--json", four["INVALID_DATA"], four["NOT_UTF8"]))

    assert REFUSED["INVALID_DATA"].decode() == invalid["event"]
    assert REFUSED["NOT_UTF8"] == b64decode(not_utf8["event_base64"])


def test_the_events_bytes_are_written_as_they_came(four):
    assert [REFUSED[reason] for reason in four] == [
        run("show", "--raw", dead_letter_id).stdout_bytes for dead_letter_id in four.values()
    ]


def test_bytes_that_may_steer_are_not_written_to_a_terminal(four, monkeypatch):
    monkeypatch.setattr(dead_letters.sys, "stdout", type("Tty", (), {"isatty": lambda _: True})())

    with pytest.raises(dead_letters.click.UsageError, match="could send control codes"):
        dead_letters.show.callback([four["NOT_JSON"]], as_json=False, raw=True)


def test_an_entry_that_came_without_an_event_is_shown_with_its_own_fields(world, library):
    world.send({b"evnt": b"{}", b"\x1b": b"\xff"})
    work_off(world, library)
    (dead_letter_id,) = [letter["id"] for letter in json_lines(run("list", "--json"))]

    in_words, as_json = run("show", dead_letter_id), run("show", "--json", dead_letter_id)
    raw = run("show", "--raw", dead_letter_id)

    assert "Field entry:evnt: {}" in in_words.stdout
    assert r"Field entry:\x1b: \xff" in in_words.stdout
    assert {"entry:evnt": "{}", "entry:\x1b": r"\xff"} == json.loads(as_json.stdout)["entry"]
    assert (1, True) == (raw.exit_code, "without an event" in raw.stderr)


def test_a_large_event_is_cut_on_a_terminal_and_its_many_faults_too(world, library):
    event = event_of(CLAIM, lines=[0] * 300)
    work_off(world, library, encoded(event), b"{" + b"x" * 100_000)
    many, long = [letter["id"] for letter in json_lines(run("list", "--json"))]

    shown = run("show", many), run("show", long)

    assert "more: see --json" in shown[0].stdout
    assert "... and more" in shown[1].stdout
    assert len(shown[1].stdout) < 20_000


def test_an_event_nested_too_deep_to_be_laid_out_is_shown_as_it_came(world, library):
    work_off(world, library, b"[" * 2_000)
    (dead_letter_id,) = [letter["id"] for letter in json_lines(run("list", "--json"))]

    result = run("show", dead_letter_id)

    assert 0 == result.exit_code
    assert "[[[[" in result.stdout


def test_what_another_program_put_there_is_listed_and_shown(world):
    world.client.xadd("mrs:dead-letters", {b"event": b"{}", b"detail": b"\xff"}, id="5-5")

    listed, shown = run("list"), run("show", "5-5")

    assert (0, 0) == (listed.exit_code, shown.exit_code)
    assert "1 dead letter:" in listed.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([], id="no_subcommand"),
        pytest.param(["forget"], id="no_such_subcommand"),
        pytest.param(["list", "--reason", "BAD_LUCK"], id="no_such_reason"),
        pytest.param(["list", "--type", "claim"], id="no_such_type"),
        pytest.param(["list", "--since", "yesterday"], id="no_such_time"),
        pytest.param(["list", "--discarded", "--reason", "NOT_JSON"], id="discarded_and_a_filter"),
        pytest.param(["show"], id="show_nothing"),
        pytest.param(["show", "first"], id="no_such_kind_of_id"),
        pytest.param(["show", "1-1", "2-2", "--raw"], id="two_events_raw"),
        pytest.param(["show", "1-1", "--raw", "--json"], id="raw_and_json"),
        pytest.param(["redrive"], id="redrive_nothing"),
        pytest.param(["redrive", "1-1", "--all"], id="redrive_one_and_all"),
        pytest.param(["redrive", "1-1", "--reason", "NOT_JSON"], id="redrive_one_and_a_filter"),
        pytest.param(["redrive", "--all", "--reason", "NOT_JSON"], id="redrive_all_and_a_filter"),
        pytest.param(["discard", "1-1"], id="discard_without_a_reason"),
        pytest.param(["discard", "1-1", "--because", " "], id="discard_for_a_blank_reason"),
        pytest.param(["discard", "--because", "why"], id="discard_nothing"),
    ],
)
def test_misuse_makes_exit_2_and_changes_nothing(world, arguments):
    world.client.xadd("mrs:dead-letters", {"reason": "NOT_JSON"}, id="1-1")

    result = run(*arguments)

    assert 2 == result.exit_code
    assert ["1-1"] == [letter.id for letter in world.store.dead_letters(None, 9)]


def test_one_that_is_not_there_makes_exit_1(world):
    del world

    result = run("show", "1-1")

    assert 1 == result.exit_code
    assert "There is no dead letter 1-1" in result.stderr


def test_there_are_words_on_what_to_do_about_every_reason():
    assert set(DEAD_LETTER_REASONS) == set(TO_DO)
