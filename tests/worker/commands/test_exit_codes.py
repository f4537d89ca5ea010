"""Each command ends with 0, 1, 2 or 3, and says in one line why it is not 0."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from rules.loading.files import SHIPPED
from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.sources import ROOT
from worker.cli import COMMANDS, adjudicator

DAY = ROOT / "worker" / "samples" / "day.jsonl"
AWAY = "unix:///nowhere/redis.sock"
GOOD = encoded(event_of(CLAIM)) + b"\n"
BAD = b"{\n"
SWEEP = ("--sweep", "exclusivity_window_days=90")


def every_command() -> Iterator[tuple[str, ...]]:
    """All that can be typed, groups and what is in them."""
    for name in COMMANDS:
        yield (name,)
        command = _command(name)
        if isinstance(command, click.Group):
            yield from ((name, each) for each in command.list_commands(click.Context(command)))


def _command(*words: str) -> click.Command:
    command: click.Command = adjudicator
    for word in words:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), word)
        assert found is not None
        command = found
    return command


def run(*arguments: str, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(adjudicator, arguments, input=stdin)


@pytest.fixture
def redis_away(monkeypatch) -> None:
    monkeypatch.setenv("MRS_REDIS_URL", AWAY)


@pytest.fixture
def empty_redis(redis_url, monkeypatch) -> None:
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)


def test_help_is_there_for_each_with_a_sentence_a_line_for_each_option_and_exit_0():
    for words in every_command():
        result = run(*words, "--help")

        assert 0 == result.exit_code
        usage, blank, sentence, *_ = result.stdout.splitlines()
        assert usage.startswith(f"Usage: adjudicator {' '.join(words)}")
        assert ("", "  ") == (blank, sentence[:2]), words
        assert sentence.strip()[0].isupper(), words
        assert "  -h, --help" in result.stdout


def test_each_option_and_argument_that_is_shown_says_what_it_is_for():
    assert [] == [
        (*words, option.name)
        for words in every_command()
        for option in _command(*words).params
        if isinstance(option, click.Option) and not (option.help or option.hidden)
    ]


def test_an_option_that_there_is_not_is_misuse():
    results = {words: run(*words, "--no-such-option") for words in every_command()}

    assert dict.fromkeys(results, 2) == {words: one.exit_code for words, one in results.items()}
    assert [] == [words for words, one in results.items() if "No such option" not in one.stderr]


@pytest.mark.usefixtures("empty_redis")
@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        pytest.param(["decide", "-"], GOOD, id="decide"),
        pytest.param(["submit", "-"], GOOD, id="submit"),
        pytest.param(["submit", "-", "--raw"], BAD, id="submit_raw"),
        pytest.param(["pends"], b"", id="pends"),
        pytest.param(["dead-letters", "list"], b"", id="dead_letters_list"),
        pytest.param(["dead-letters", "list", "--discarded"], b"", id="dead_letters_discarded"),
        pytest.param(["dead-letters", "redrive", "--all"], b"", id="dead_letters_redrive"),
        pytest.param(
            ["dead-letters", "discard", "--all", "--because", "old"], b"", id="dead_letters_discard"
        ),
    ],
)
def test_what_could_be_done_ends_with_0(arguments, stdin):
    result = run(*arguments, stdin=stdin)

    assert (0, "") == (result.exit_code, result.stderr)


@pytest.mark.usefixtures("empty_redis")
@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        pytest.param(["decide", "-"], BAD, id="decide_a_refused_event"),
        pytest.param(["submit", "-"], BAD, id="submit_a_refused_event"),
        pytest.param(["explain", "C-1"], b"", id="explain_what_is_not_known"),
        pytest.param(["dead-letters", "show", "1-1"], b"", id="show_what_is_not_there"),
        pytest.param(["dead-letters", "redrive", "1-1"], b"", id="redrive_what_is_not_there"),
        pytest.param(
            ["dead-letters", "discard", "1-1", "--because", "old"],
            b"",
            id="discard_what_is_not_there",
        ),
        pytest.param(["readjudicate", "--all"], b"", id="readjudicate_where_nothing_is_recorded"),
    ],
)
def test_what_was_found_wanting_ends_with_1_and_a_line(arguments, stdin):
    result = run(*arguments, stdin=stdin)

    assert 1 == result.exit_code
    assert 1 == len(result.stderr.splitlines())


def test_a_worker_that_is_not_there_ends_with_1(tmp_path, monkeypatch):
    monkeypatch.setenv("MRS_STATE_DIR", str(tmp_path))

    assert [1, 1] == [run("health").exit_code, run("health", "--ready").exit_code]


REACH_REDIS = [
    pytest.param(["submit", "-"], id="submit"),
    pytest.param(["replay", "--live", "mrs", str(DAY)], id="replay"),
    pytest.param(["explain", "C-1"], id="explain"),
    pytest.param(["pends"], id="pends"),
    pytest.param(["pends", "--json", "--as-of", "2025-07-01"], id="pends_of_a_day"),
    pytest.param(["dead-letters", "list"], id="dead_letters_list"),
    pytest.param(["dead-letters", "list", "--discarded"], id="dead_letters_discarded"),
    pytest.param(["dead-letters", "show", "1-1"], id="dead_letters_show"),
    pytest.param(["dead-letters", "redrive", "1-1"], id="dead_letters_redrive"),
    pytest.param(
        ["dead-letters", "discard", "--all", "--because", "old"], id="dead_letters_discard"
    ),
    pytest.param(["readjudicate", "--all"], id="readjudicate"),
    pytest.param(["whatif", "--recorded", *SWEEP], id="whatif_recorded"),
    pytest.param(["audit", "verify"], id="audit_verify"),
    pytest.param(["follow", "0" * 16], id="follow"),
    pytest.param(["archive", "never-made"], id="archive"),
]


@pytest.mark.usefixtures("redis_away")
@pytest.mark.parametrize("arguments", REACH_REDIS)
def test_without_redis_it_ends_with_3_and_one_line(arguments):
    result = run(*arguments, stdin=GOOD)

    assert 3 == result.exit_code
    assert 1 == len(result.stderr.splitlines())
    assert "Redis" in result.stderr


@pytest.mark.parametrize("arguments", [*REACH_REDIS, pytest.param(["doctor"], id="doctor")])
def test_what_redis_answers_is_said_with_its_address_by_every_command(
    arguments, redis_url, monkeypatch
):
    monkeypatch.setenv("MRS_REDIS_URL", redis_url.replace("db=0", "db=99"))

    result = run(*arguments, stdin=GOOD)

    said = " ".join((result.stderr or result.stdout).split())
    assert {"doctor": 1}.get(arguments[0], 3) == result.exit_code
    assert "/99 does not have that database." in said
    assert "Choose a lower number in MRS_REDIS_URL" in said


@pytest.mark.parametrize(
    ("arguments", "right"),
    [
        pytest.param(["audit", "verify"], "scan", id="audit_verify"),
        pytest.param(["pends"], "time", id="pends"),
        pytest.param(["submit", "-"], "xadd", id="submit"),
        pytest.param(["explain", "C-1"], "zrange", id="explain"),
        pytest.param(["readjudicate", "--all"], "hgetall", id="readjudicate"),
    ],
)
def test_the_command_that_a_login_may_not_run_is_named(
    arguments, right, redis_client, redis_url, monkeypatch
):
    redis_client.execute_command("ACL", "SETUSER", "few", "on", ">few", "~*", "+@all", f"-{right}")
    monkeypatch.setenv("MRS_REDIS_URL", redis_url.replace("unix://", "unix://few:few@"))

    result = run(*arguments, stdin=GOOD)
    redis_client.execute_command("ACL", "DELUSER", "few")

    assert 3 == result.exit_code
    assert f"does not let this login run {right.upper()} (NOPERM)." in result.stderr
    assert "C-1" not in result.stderr


@pytest.mark.parametrize("arguments", REACH_REDIS)
def test_a_setting_that_cannot_be_used_is_misuse_and_named(arguments, monkeypatch):
    monkeypatch.setenv("MRS_REDIS_URL", "http://user:secret@nowhere")

    result = run(*arguments, stdin=GOOD)

    assert 2 == result.exit_code
    assert "MRS_REDIS_URL cannot be used" in result.stderr
    assert "secret" not in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["decide", "-"], id="decide"),
        pytest.param(["whatif", "-", *SWEEP], id="whatif"),
        pytest.param(["library", "check"], id="library_check"),
        pytest.param(["library", "show"], id="library_show"),
        pytest.param(["library", "diff", str(SHIPPED)], id="library_diff"),
        pytest.param(["explain", "C-1", "--what-would-change"], id="what_would_change"),
        pytest.param(["exporter", "--port", "0"], id="exporter"),
    ],
)
def test_with_a_library_that_is_refused_it_ends_with_3_and_says_so(
    arguments, tmp_path: Path, monkeypatch
):
    monkeypatch.setenv("MRS_LIBRARY", str(tmp_path))

    result = run(*arguments, stdin=GOOD)

    assert 3 == result.exit_code
    assert "is refused" in result.stderr
