"""Each command under the login that is meant for it, on a real Redis, and under all others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result
from redis import Redis
from redis.exceptions import RedisError

from doors.fhir.desk import WITH_HISTORY, WITHOUT_HISTORY
from rules.loading.files import SHIPPED, load_library
from tests.doors.x12.professional import SET, file_of
from tests.security.logins import (
    USERS,
    admin_of,
    guarded_redis,
    password_of,
    refusals,
    url_of,
)
from tests.support.archives import OPEN, PUBLISHED, PublishedDay
from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.exporters import running_exporter
from tests.support.fhir_messages import message_of
from tests.support.fhir_server import served_door
from tests.support.processes import eventually
from tests.support.scrapes import scrape_at
from tests.support.sources import ROOT, text_of
from tests.support.worlds import RedisWorld
from worker.cli import COMMANDS, adjudicator
from worker.client import EventDoor
from worker.config.console_settings import CONSOLE_LOGINS
from worker.config.settings import load_settings
from worker.failures import RetryableError
from worker.sandbox.installation import Installation
from worker.sandbox.redis_server import EmbeddedRedis
from worker.store.keys import Keys

DAY = ROOT / "worker" / "samples" / "day.jsonl"
KEYS = Keys("mrs")
WORKER, CELERY, PRODUCER = "mrs-worker", "mrs-celery", "mrs-producer"
CONSUMER, EXPORTER, OPERATOR = "mrs-consumer", "mrs-exporter", "mrs-operator"
ARCHIVIST, FHIR, BRIDGE = "mrs-archivist", "mrs-fhir", "mrs-bridge"
VIEW, DECIDE, EVIDENCE, LOG = (f"mrs-console-{each}" for each in CONSOLE_LOGINS)

MAY: dict[str, tuple[str, ...]] = {
    "submit": (PRODUCER, OPERATOR, FHIR, BRIDGE, DECIDE, EVIDENCE),
    "queue": (OPERATOR, VIEW, DECIDE),
    "replay": (),
    "explain": (OPERATOR, VIEW, DECIDE),
    "letter": (OPERATOR, VIEW, DECIDE),
    "dead-letters": (OPERATOR, VIEW, DECIDE),
    "pends": (OPERATOR, VIEW, DECIDE),
    "readjudicate": (OPERATOR,),
    "follow": (OPERATOR,),
    "audit": (OPERATOR, VIEW, DECIDE),
    "report": (OPERATOR, VIEW, DECIDE),
    "whatif": (OPERATOR, VIEW, DECIDE),
    "doctor": (OPERATOR, VIEW, DECIDE),
    "archive": (ARCHIVIST,),
    "console": (VIEW, DECIDE, EVIDENCE, LOG),
    "fhir": (FHIR, OPERATOR),
    "bridge": (BRIDGE, OPERATOR),
    "worker": (WORKER,),
    "exporter": (EXPORTER, OPERATOR),
}
"""Commands of contract.md 4 that reach Redis, and who may run them as shipped."""

NO_LOGIN = {"contract", "demo", "decide", "library", "health", "bench", "x12"}
"""Those that reach none, or one of their own."""

WORDS: dict[str, tuple[str, ...]] = {
    "submit": (str(DAY),),
    "queue": ("--wait",),
    "replay": ("--live", "mrs", str(DAY)),
    "explain": ("CLM-2025-0403", "--member", "M-003"),
    "letter": ("CLM-2025-0403", "--member", "M-003"),
    "dead-letters": ("list",),
    "pends": (),
    "readjudicate": ("--all", "--no-wait"),
    "follow": ("0" * 16,),
    "audit": ("verify",),
    "report": (),
    "whatif": ("--recorded", "--sweep", "exclusivity_window_days=90"),
}
"""What is typed after the command."""

TYPED = [name for name in WORDS if name in COMMANDS]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory) -> Iterator[EmbeddedRedis]:
    with guarded_redis(tmp_path_factory.mktemp("users")) as server:
        yield server


@pytest.fixture(scope="module")
def own(guarded: EmbeddedRedis) -> Iterator[Installation]:
    """A worker under its own login, which has worked off the sample day of a producer."""
    url = url_of(guarded, WORKER)
    own = Installation(guarded, {"redis_url": url, "broker_url": url}, 1)
    try:
        own.start_worker()
        own.wait_until_ready()
        _run(guarded, PRODUCER, "submit", str(DAY))
        assert eventually(lambda: _is_drained(guarded), 60)
        yield own
    finally:
        own.stop()


@pytest.fixture
def admin(guarded: EmbeddedRedis) -> Iterator[Redis]:
    with admin_of(guarded) as client:
        yield client


def test_every_command_has_a_login_that_is_meant_for_it():
    assert set(COMMANDS) == set(COMMANDS) & (set(MAY) | NO_LOGIN)


@pytest.mark.usefixtures("own")
def test_the_day_was_decided_and_the_worker_was_refused_nothing(admin):
    assert PUBLISHED == admin.xlen(KEYS.determinations)
    assert [] == refusals(admin, WORKER)


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("command", TYPED)
def test_a_command_works_for_its_own_users_and_for_no_other(guarded, command):
    for user in USERS:
        result = _run(guarded, user, command, *WORDS[command])

        was_refused = result.exit_code == 3 and "(NOPERM)" in result.output
        assert (user not in MAY[command]) is was_refused, (user, result.output)
        assert was_refused or result.exit_code in (0, 1), (user, result.output)


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("user", USERS)
def test_answers_are_written_by_the_consumer_and_by_nobody_else(guarded, tmp_path, user):
    result = _run(guarded, user, "x12", "answers", str(tmp_path / "out"), "--idle-seconds", "0.1")

    assert (0 if user == CONSUMER else 3) == result.exit_code, result.output
    assert (user == CONSUMER) is (PUBLISHED == len(list((tmp_path / "out").glob("*.json"))))


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("user", USERS)
def test_the_bridge_sends_and_sees_whether_there_is_room_under_its_own_users(guarded, user):
    door = EventDoor(load_settings(redis_url=url_of(guarded, user)))
    try:
        door.has_room(1)
        door.send([encoded(event_of(CLAIM, member_id="M-bridge"))])
        is_open = True
    except (RedisError, RetryableError):
        is_open = False
    finally:
        door.close()

    # Who decides in the console sends at the door too, and sees there whether Redis has room.
    assert (user in {*MAY["bridge"], DECIDE}) is is_open


def test_claims_of_files_are_sent_by_those_who_may_submit_and_by_nobody_else(tmp_path):
    with guarded_redis(tmp_path) as server:
        codes = {}
        for user in USERS:
            drop = tmp_path / user
            drop.mkdir()
            (drop / "claims.837").write_text(file_of(SET))
            read = _run(server, user, "x12", "read", str(drop / "claims.837"), "--submit")
            watch = _run(server, user, "x12", "watch", str(drop), "--once", "--settle", "0")
            codes[user] = (read.exit_code, watch.exit_code, (drop / "claims.837").exists())

    assert codes == {
        user: (0, 0, False) if user in MAY["submit"] else (3, 3, True) for user in USERS
    }


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("user", USERS)
def test_doctor_sees_everything_for_an_operator_and_says_what_another_may_not(guarded, user):
    result = _run(guarded, user, "doctor", "--json")

    findings = [json.loads(line) for line in result.stdout.splitlines()]
    looked_at = {finding["about"] for finding in findings if finding["level"] != "fault"}
    assert (user in MAY["doctor"]) is ({"queue", "lanes", "library", "clock"} <= looked_at)
    assert password_of(user) not in result.output


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("user", USERS)
def test_the_exporter_reads_for_its_own_users_and_says_up_0_for_others(guarded, user):
    with running_exporter(url_of(guarded, user)) as exporter:
        scraped = scrape_at(f"http://{exporter.address}/metrics")

    expected = (1.0, 0.0) if user in MAY["exporter"] else (0.0, None)
    assert expected == (scraped.value("mrs_redis_up"), scraped.value("mrs_conservation_difference"))


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("user", [FHIR, OPERATOR, PRODUCER, CONSUMER])
def test_the_fhir_endpoint_answers_under_its_own_users_and_is_away_for_others(guarded, user):
    event = event_of(CLAIM, member_id=f"M-{user}")
    message = message_of({**event, "data": {**event["data"], "attestations": []}})
    with served_door(url_of(guarded, user)) as door:
        claim = door.ask("/Claim?wait=30", message)
        message["entry"][0]["resource"]["use"] = "preauthorization"
        preview = door.ask("/Claim?preview=true", message)

    assert (200 if user in MAY["fhir"] else 503) == claim.status
    assert (WITH_HISTORY if user == OPERATOR else WITHOUT_HISTORY) in str(preview.resource)


def test_a_worker_under_another_login_does_not_get_ready_and_changes_nothing(guarded, admin):
    url = url_of(guarded, OPERATOR)
    stranger = Installation(guarded, {"redis_url": url, "broker_url": url}, 1)
    before = sorted(admin.scan_iter("mrs:[rdict]*"))

    worker = stranger.start_worker()
    try:
        is_over = eventually(lambda: not worker.is_running, 60)

        assert is_over
        assert before == sorted(admin.scan_iter("mrs:[rdict]*"))
    finally:
        stranger.stop()


def test_orders_can_go_by_a_login_of_their_own(guarded, admin):
    """As where MRS_BROKER_URL is another Redis."""
    admin.acl_log_reset()
    settings = {"redis_url": url_of(guarded, WORKER), "broker_url": url_of(guarded, CELERY)}
    own = Installation(guarded, settings, 1)
    try:
        own.start_worker()
        own.wait_until_ready()
        admin.xadd(KEYS.door, {"event": encoded(event_of(CLAIM, member_id="M-split"))})

        assert eventually(lambda: admin.exists(KEYS.record("M-split")), 60)
    finally:
        own.stop()
    assert [] == refusals(admin, CELERY)


def test_only_the_archivist_takes_determinations_out_of_their_stream(tmp_path):
    with guarded_redis(tmp_path) as server, admin_of(server) as admin:
        day = PublishedDay(RedisWorld(admin), load_library(SHIPPED), tmp_path / "archive")
        day.acknowledge()
        codes, lengths = {}, {}
        for user in sorted(USERS, key=lambda each: each == ARCHIVIST):
            codes[user] = _run(server, user, "archive", str(day.folder)).exit_code
            lengths[user] = admin.xlen(KEYS.determinations)
        everything = day.everything()

    assert {user: 0 if user == ARCHIVIST else 3 for user in USERS} == codes
    assert {user: OPEN if user == ARCHIVIST else PUBLISHED for user in USERS} == lengths
    assert day.published == everything


@pytest.mark.usefixtures("own")
def test_the_login_of_the_security_page_may_replay_live_and_leaves_nothing(guarded, admin):
    (rights,) = re.findall(r"^user mrs-replay on (.+)$", text_of("SECURITY.md"), re.MULTILINE)
    password = f">{password_of('mrs-replay')}"
    admin.execute_command("ACL", "SETUSER", "mrs-replay", "on", password, *rights.split())

    result = _run(guarded, "mrs-replay", "replay", "--live", "mrs", str(DAY))

    assert 0 == result.exit_code, result.output
    assert [] == list(admin.scan_iter("mrs:replay-*"))
    assert b"OK" != admin.execute_command("ACL", "DRYRUN", "mrs-replay", "GET", "mrs:record:M-1")


def _run(server: EmbeddedRedis, user: str, *words: str) -> Result:
    environment = {"MRS_REDIS_URL": url_of(server, user)}
    return CliRunner().invoke(adjudicator, list(words), env=environment)


def _is_drained(server: EmbeddedRedis) -> bool:
    with admin_of(server) as client:
        lanes = [KEYS.stream(f"{lane:02d}") for lane in range(16)]
        return not any(client.xlen(stream) for stream in (KEYS.door, *lanes))
