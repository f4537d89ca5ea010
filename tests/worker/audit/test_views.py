"""The log of who saw what: each entry follows from the one before, and what is gone is noticed."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from redis import Redis

from worker.audit.view_chain import ViewChain
from worker.audit.views import View, ViewLog, digest_of
from worker.cli import adjudicator
from worker.failures import RetryableError, StoreUnavailable
from worker.store.keys import Keys

KEYS = Keys("mrs")
NOW = datetime(2026, 3, 1, 23, 59, 59, 999_000, tzinfo=UTC)


@pytest.fixture
def log(redis_client, redis_url, monkeypatch) -> ViewLog:
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    return ViewLog(redis_client, KEYS)


def fill(log: ViewLog, count: int = 4) -> None:
    for number in range(count):
        who = ("R-1", "reviewer") if number % 2 == 0 else ("A-1", "auditor")
        kind, page = ("view", "claim") if number % 2 == 0 else ("search", "worklist")
        log.note(NOW + timedelta(days=number), who, kind, page, {"claim": f"C-{number}"})


def views(*options: str) -> tuple[int, list[dict], str]:
    done = CliRunner().invoke(adjudicator, ["audit", "views", "--json", *options])
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def entries(client: Redis) -> list[tuple[bytes, dict[bytes, bytes]]]:
    return client.xrange(KEYS.views)


def test_each_entry_is_chained_to_the_one_before(log, redis_client):
    fill(log, 3)

    previous = ""
    for number, (_, fields) in enumerate(entries(redis_client), start=1):
        assert number == json.loads(fields[b"view"])["number"]
        previous = digest_of(previous, fields[b"view"])
        assert previous == fields[b"digest"].decode()


def test_a_whole_log_is_listed_and_said_to_be_whole(log):
    fill(log)

    code, listed, said = views()

    assert 0 == code
    assert [1, 2, 3, 4] == [each["number"] for each in listed]
    assert ("2026-03-01T23:59:59.999Z", "R-1", "reviewer", "view", "claim", {"claim": "C-0"}) == (
        tuple(listed[0][name] for name in ("time", "viewer", "role", "kind", "page", "subjects"))
    )
    assert "The log is whole: 4 entries, the last with " in said


def test_an_empty_log_is_whole(log):
    assert (0, []) == views()[:2]


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        (["--viewer", "A-1"], [2, 4]),
        (["--kind", "view"], [1, 3]),
        (["--page", "worklist"], [2, 4]),
        (["--about", "C-2"], [3]),
        (["--since", "2026-03-03"], [3, 4]),
        (["--since", "2026-03-04", "--viewer", "R-1"], []),
    ],
    ids=["of a person", "of a kind", "of a page", "about a claim", "from a day on", "of none"],
)
def test_views_are_filtered(log, options, numbers):
    fill(log)

    assert numbers == [each["number"] for each in views(*options)[1]]


def test_the_table_has_the_last_rows_only(log):
    fill(log)

    done = CliRunner().invoke(adjudicator, ["audit", "views", "--limit", "1"])

    assert 0 == done.exit_code
    assert "C-3" in done.stdout
    assert "C-2" not in done.stdout


def test_an_entry_that_was_changed_is_named(log, redis_client):
    fill(log)
    found = entries(redis_client)
    redis_client.delete(KEYS.views)
    for entry_id, fields in found:
        if b"C-1" in fields[b"view"]:
            fields[b"view"] = fields[b"view"].replace(b"C-1", b"C-9")
        redis_client.xadd(KEYS.views, fields, id=entry_id)

    code, _, said = views()

    assert 1 == code
    assert f"Entry {found[1][0].decode()}: it does not follow from the entry before." in said
    assert "The log is NOT whole: 1 fault in 4 entries." in said


def test_an_entry_that_was_taken_out_is_noticed_at_the_next(log, redis_client):
    fill(log)
    redis_client.xdel(KEYS.views, entries(redis_client)[1][0])

    code, _, said = views()

    assert 1 == code
    assert "number 2 was to come here" in said


def test_entries_that_were_taken_off_the_end_are_noticed(log, redis_client):
    fill(log)
    redis_client.xdel(KEYS.views, entries(redis_client)[-1][0])

    code, _, said = views()

    assert 1 == code
    assert "4 entries were added, and the last that is there has number 3." in said


def test_an_entry_of_another_program_cannot_be_read(log, redis_client):
    fill(log, 1)
    redis_client.xadd(KEYS.views, {"view": "x", "digest": "y"})

    code, listed, said = views()

    assert (1, 1) == (code, len(listed))
    assert "it cannot be read" in said


def test_a_log_that_was_written_anew_lacks_the_digest_that_was_kept(log, redis_client):
    fill(log, 2)
    kept = entries(redis_client)[1][1][b"digest"].decode()
    assert 0 == views("--must-hold", kept)[0]
    redis_client.delete(KEYS.views)
    fill(log, 3)
    assert 0 == views("--must-hold", kept)[0], "the same entries have the same digests"

    redis_client.delete(KEYS.views)
    log.note(NOW, ("R-2", "reviewer"), "view", "claim", {})
    code, _, said = views("--must-hold", kept)

    assert 1 == code
    assert "The digest that was kept is not in the log." in said


def test_many_at_once_make_one_chain(log, redis_url, redis_client):
    logs = [log, ViewLog(Redis(unix_socket_path=redis_url[7:].partition("?")[0]), KEYS)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: logs[n % 2].note(NOW, ("R", "r"), "view", "p", {}), range(60)))

    chain = ViewChain()
    assert [] == [read.fault for read in chain.follow(log.entries()) if read.fault]
    assert (60, "") == (chain.count, chain.missing_at_the_end(log.added()))


def test_a_view_that_cannot_be_recorded_is_a_failure(redis_server):
    with Redis(unix_socket_path=str(redis_server.socket_path)) as client:
        log = ViewLog(client, KEYS)
        redis_server.kill()
        with pytest.raises(StoreUnavailable):
            log.note(NOW, ("R", "r"), "view", "p", {})


def test_a_log_that_others_keep_writing_to_gives_up_without_an_entry(log, monkeypatch):
    """As if another process came first each time."""
    monkeypatch.setattr(log, "_script", lambda **_: None)

    with pytest.raises(RetryableError):
        log.note(NOW, ("R", "r"), "view", "p", {})


def test_a_view_is_read_back_as_it_was_noted(log):
    fill(log, 1)

    assert [
        View(
            number=1,
            time="2026-03-01T23:59:59.999Z",
            viewer="R-1",
            role="reviewer",
            kind="view",
            page="claim",
            subjects={"claim": "C-0"},
        )
    ] == [each.view for each in log.entries()]
