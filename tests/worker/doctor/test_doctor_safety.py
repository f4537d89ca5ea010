"""What the doctor finds that makes wrong decisions possible."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from rules.library_model import Library
from tests.support.patients import examined, found
from tests.support.worlds import TERMS, RedisWorld
from worker.cli import adjudicator
from worker.config.settings import load_settings
from worker.doctor.safety_checks import (
    examine_foreign_keys,
    examine_installation,
    examine_risks,
    examine_unfinished,
)
from worker.failures import InstallationMismatch
from worker.store.installation import KnownInstallation


@pytest.fixture
def folder(tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MRS_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    return tmp_path


def remembered() -> KnownInstallation:
    return KnownInstallation.of(load_settings())


@pytest.mark.usefixtures("folder")
class TestInstallation:
    def test_before_the_first_worker(self, redis_world: RedisWorld, library: Library):
        assert [("ok", "installation to be named by a worker")] == found(
            examine_installation, examined(redis_world, library)
        )

    def test_the_one_that_is_remembered(self, redis_world, library):
        remembered().learn(redis_world.store.agree(TERMS))

        assert [("ok", f"installation {remembered().id}")] == found(
            examine_installation, examined(redis_world, library)
        )

    def test_one_that_is_gone(self, redis_world, library):
        remembered().learn("0" * 32)

        ((level, said),) = found(examine_installation, examined(redis_world, library))

        assert "fault" == level
        assert f"Redis holds installation (none), and {'0' * 32} is remembered" in said

    def test_one_that_only_a_worker_remembers(self, redis_world, library):
        redis_world.store.agree(TERMS)
        with pytest.raises(InstallationMismatch):
            redis_world.store.agree(TERMS._replace(installation="0" * 32))

        ((level, said),) = found(examine_installation, examined(redis_world, library))

        assert ("fault", True) == (level, "another is remembered" in said)

    def test_it_is_accepted_by_an_operator(self, redis_world, library):
        remembered().learn("0" * 32)

        result = CliRunner().invoke(adjudicator, ["doctor", "--accept-new-installation"])

        accepted = redis_world.store.agree(TERMS)
        assert f"Accepted: installation {accepted} in place of {'0' * 32}." in result.stderr
        assert accepted == remembered().id
        assert accepted == redis_world.store.agree(TERMS._replace(installation="0" * 32))
        assert ["ok"] == [
            level for level, _ in found(examine_installation, examined(redis_world, library))
        ]

    def test_without_being_told_doctor_accepts_nothing(self, redis_world):
        before = redis_world.everything()

        CliRunner().invoke(adjudicator, ["doctor"])

        assert before == redis_world.everything()
        assert "" == remembered().id


SOUND = {"aof_enabled": 1, "maxmemory_policy": "noeviction", "role": "master"}


@pytest.mark.parametrize(
    ("facts", "risk"),
    [
        pytest.param({}, None, id="sound"),
        pytest.param({"aof_enabled": 0}, "persistence", id="keeps_nothing"),
        pytest.param({"maxmemory_policy": "allkeys-lru"}, "eviction", id="evicts"),
        pytest.param({"role": "slave"}, "replica", id="replica"),
    ],
)
def test_a_risk_is_a_fault_unless_it_is_taken(redis_world, library, facts, risk):
    patient = examined(redis_world, library, SOUND | facts)
    assert ["fault"] * bool(risk) == [level for level, _ in found(examine_risks, patient)]

    patient = examined(redis_world, library, SOUND | facts, accept_risks=risk or "")
    levels = [finding.level for finding in examine_risks(patient)]
    assert ["warning"] * bool(risk) == levels


@pytest.mark.parametrize("place", ["door", "00", "99"])
def test_a_commit_that_was_stopped_in_its_middle(redis_world, library, place):
    redis_world.client.hset(redis_world.keys.attempts("01"), "1-0", 2)
    assert [] == found(examine_unfinished, examined(redis_world, library))

    redis_world.client.hset(redis_world.keys.attempts(place), "unfinished", "…")

    ((level, said),) = found(examine_unfinished, examined(redis_world, library))
    assert ("fault", True) == (level, f"A commit at {place} was stopped" in said)


@pytest.mark.parametrize(
    ("key", "count"),
    [
        pytest.param("mrs:record:M-1", 0, id="a_record"),
        pytest.param("mrs:record:a:b", 0, id="an_id_with_a_colon"),
        pytest.param("mrs:celery:drain", 0, id="celerys"),
        pytest.param("mrs:meta", 0, id="ours"),
        pytest.param("mrs:replay-0a1b2c3d:record:M-1", 0, id="of_a_live_replay"),
        pytest.param("mrs:replay-0a1b2c3d:session:1", 1, id="another_kind_in_a_live_replay"),
        pytest.param("mrs:replay-0a1b2c3d", 1, id="no_key_of_a_live_replay"),
        pytest.param("mrs:meta:x", 1, id="more_than_ours"),
        pytest.param("mrs:session:1", 1, id="another_kind"),
        pytest.param("mrs:", 1, id="no_name"),
        pytest.param("mrs-1:session", 0, id="another_prefix"),
    ],
)
def test_keys_of_another_program_under_our_prefix(redis_world, library, key, count):
    redis_world.client.set(key, "x")

    findings = found(examine_foreign_keys, examined(redis_world, library))

    assert [f"{count} key under"] * bool(count) == [said[:11] for _, said in findings]
