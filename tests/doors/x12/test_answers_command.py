"""`adjudicator x12 answers` writes every answer once, however often it is killed."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from redis import Redis

from doors.x12.commands.answers import DECIDED
from doors.x12.payer import EXAMPLE
from doors.x12.submitted_claims import SubmittedClaim, submitted_claims
from tests.doors.x12.determinations import claim_origin, denied, determined, line_origin, pended
from tests.support.processes import eventually, uncounted_environment
from worker.cli import adjudicator

STREAM = "mrs:determinations"
CLAIMS = 8


def published() -> list[bytes]:
    """Two denied lines for each claim, which is then wholly denied, and other lines between."""
    events = []
    for number in range(CLAIMS):
        claim = {"claim_id": f"C-{number}", "member_id": f"M-{number}"}
        events += [denied(1, **claim), denied(2, **claim)]
        events.append(pended("clinical_records", claim_id=f"P-{number}", member_id="M-P"))
        events.append(determined(claim_id=f"A-{number}", member_id="M-A"))
    return events


@pytest.fixture
def redis(redis_client: Redis, redis_url: str, monkeypatch) -> Redis:
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    for event in published():
        redis_client.xadd(STREAM, {"event": event})
    return redis_client


@pytest.fixture
def options(tmp_path) -> list[str]:
    claims, payer = tmp_path / "claims.sqlite", tmp_path / "payer.toml"
    payer.write_text(EXAMPLE)
    lines = (line_origin(1), line_origin(2))
    with submitted_claims(claims) as known:
        known.remember(
            SubmittedClaim(f"M-{number}", claim_origin(*lines, claim_id=f"C-{number}"))
            for number in range(CLAIMS)
        )
    return ["--claims", str(claims), "--payer", str(payer), "--idle-seconds", "0.2"]


def answer(folder: Path, *options: str):
    return CliRunner().invoke(adjudicator, ["x12", "answers", str(folder), *options])


def answers_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name[:1] == "d"}


def endings(names) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in names:
        ending = name.partition(".")[2]
        found[ending] = found.get(ending, 0) + 1
    return found


def test_each_determination_is_answered_and_acknowledged(redis, options, tmp_path):
    result = answer(tmp_path / "out", *options)

    assert 0 == result.exit_code
    assert {
        "277": 4 * CLAIMS,
        "adjustments.json": 4 * CLAIMS,
        "request.277": CLAIMS,
        "835": CLAIMS,
    } == endings(answers_in(tmp_path / "out"))
    assert 0 == redis.xpending(STREAM, "x12")["pending"]
    assert 2 * CLAIMS == result.stderr.count("No file is known that brought its claim")


def test_answers_are_for_their_owner_alone(redis, options, tmp_path):
    answer(tmp_path / "out", *options)

    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "out").iterdir()}
    assert {0o600} == modes
    assert 0o700 == stat.S_IMODE((tmp_path / "out").stat().st_mode)


def test_determinations_that_come_again_change_nothing(redis, options, tmp_path):
    answer(tmp_path / "out", *options)
    first = answers_in(tmp_path / "out")
    for event in reversed(published()):
        redis.xadd(STREAM, {"event": event})

    again = answer(tmp_path / "out", *options)

    assert 0 == again.exit_code
    assert first == answers_in(tmp_path / "out")


def test_what_was_fetched_is_written_again_as_it_was(redis, options, tmp_path):
    answer(tmp_path / "out", *options)
    first = answers_in(tmp_path / "out")
    for path in (tmp_path / "out").glob("d-*"):
        path.unlink()
    for event in reversed(published()):
        redis.xadd(STREAM, {"event": event})

    answer(tmp_path / "out", *options)

    assert first == answers_in(tmp_path / "out")


def test_a_line_without_a_known_file_or_payer_is_answered_all_the_same(redis, tmp_path):
    result = answer(tmp_path / "out", "--idle-seconds", "0.2")

    assert {"277": 4 * CLAIMS, "adjustments.json": 4 * CLAIMS, "request.277": CLAIMS} == endings(
        answers_in(tmp_path / "out")
    )
    assert all(line[:2] == "d-" for line in result.stderr.splitlines())


def test_nobody_is_named_in_what_is_said(redis, tmp_path):
    result = answer(tmp_path / "out", "--idle-seconds", "0.2")

    assert not any(name in result.output for name in ("M-", "C-", "P-", "A-", "KILDARE", "SMITH"))


def test_a_payer_that_cannot_be_used_is_refused_before_anything_is_written(redis, tmp_path):
    payer = tmp_path / "payer.toml"
    payer.write_text("name = 1")

    result = answer(tmp_path / "out", "--payer", str(payer))

    assert 2 == result.exit_code
    assert "payer.toml: correct or add these fields: city, contact, id, " in result.stderr
    assert [] == list((tmp_path / "out").glob("d-*"))


def test_a_file_that_is_no_database_is_said_to_be_none(redis, tmp_path):
    claims = tmp_path / "claims.sqlite"
    claims.write_bytes(b"no database, but long enough to be taken for one" * 100)

    result = answer(tmp_path / "out", "--claims", str(claims))

    assert 3 == result.exit_code
    assert "Error: claims.sqlite cannot be used: file is not a database.\n" == result.stderr


def test_without_redis_it_says_so_at_once(monkeypatch, tmp_path):
    monkeypatch.setenv("MRS_REDIS_URL", f"unix://{tmp_path}/none.sock")

    result = answer(tmp_path / "out")

    assert 3 == result.exit_code
    assert "Redis at unix://" in result.stderr


def test_a_signal_ends_it_with_one_line_and_nothing_unfinished(redis, redis_url, tmp_path):
    folder = tmp_path / "out"
    process = subprocess.Popen(
        [sys.executable, "-m", "worker", "x12", "answers", str(folder)],
        env=uncounted_environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert eventually(partial(_has_answers, folder, 4 * CLAIMS), 60)
    process.terminate()
    said = process.communicate()[1]

    assert 143 == process.returncode
    assert "Traceback" not in said
    assert [] == list(folder.glob("*.part"))


def test_an_entry_that_is_no_determination_is_named(redis_client, redis_url, monkeypatch, tmp_path):
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    entry_id = redis_client.xadd(STREAM, {"event": b"{}"}).decode()

    result = answer(tmp_path / "out")

    assert 1 == result.exit_code
    assert f"Error: Entry {entry_id} is no determination.\n" == result.stderr


def test_killed_at_any_moment_it_leaves_what_one_run_without_a_kill_leaves(
    redis, options, tmp_path
):
    """Each run is killed once some more answers are there, in the middle of the next ones."""
    words = [sys.executable, "-m", "worker", "x12", "answers", "--consumer", "one"]
    killed = tmp_path / "killed"
    for done in range(4, 28, 9):
        process = subprocess.Popen(
            [*words, str(killed), *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        assert eventually(partial(_has_answers, killed, done), 60)
        process.kill()
        process.wait()

    last = answer(killed, *options, "--consumer", "one")
    whole = answer(tmp_path / "whole", *options, "--group", "other")

    assert (0, 0) == (last.exit_code, whole.exit_code)
    assert answers_in(tmp_path / "whole") == answers_in(killed)
    assert 0 == redis.xpending(STREAM, "x12")["pending"]
    assert (killed / DECIDED).exists()


def _has_answers(folder: Path, number: int) -> bool:
    return folder.exists() and len(list(folder.glob("d-*.277"))) >= number


def test_each_adjustment_names_its_determination(redis, options, tmp_path):
    answer(tmp_path / "out", *options)

    for path in (tmp_path / "out").glob("*.adjustments.json"):
        assert path.name.partition(".")[0] == json.loads(path.read_bytes())["determination"]
