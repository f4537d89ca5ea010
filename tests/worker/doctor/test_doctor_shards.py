"""`doctor` looks at every shard, and accepts what each holds when it is told to."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from worker.cli import adjudicator
from worker.config.settings import load_settings
from worker.failures import InstallationMismatch
from worker.intake.runtime import Runtimes


@pytest.fixture
def shards(redis_url, monkeypatch, tmp_path):
    """The runtimes of a worker that has worked in both shards."""
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    monkeypatch.setenv("MRS_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("MRS_SHARDS", "2")
    both = Runtimes(load_settings()).all
    for each in both:
        each.agree()
    return both


def test_a_shard_that_was_lost_is_accepted_and_the_other_stays(shards, redis_client):
    first, second = shards
    before = [each.installation.id for each in shards]
    redis_client.delete("{mrs-1}:meta")
    with pytest.raises(InstallationMismatch):
        second.agree()

    said = CliRunner().invoke(adjudicator, ["doctor", "--accept-new-installation"]).stderr
    after = Runtimes(load_settings()).all
    for each in after:
        each.agree()

    assert f"Accepted: shard 0, installation {before[0]}." in said
    assert f"in place of {before[1]}." in said
    assert before[0] == after[0].installation.id != after[1].installation.id
    first.agree()


def test_another_number_of_shards_is_told_at_once(shards, monkeypatch):
    del shards
    monkeypatch.setenv("MRS_SHARDS", "3")

    result = CliRunner().invoke(adjudicator, ["doctor"])

    assert 1 == result.exit_code
    assert "This installation has 2 shards; set MRS_SHARDS to that." in result.output


def test_each_shard_is_examined(shards):
    del shards

    result = CliRunner().invoke(adjudicator, ["doctor"])

    assert "Shard 0: " in result.output
    assert "Shard 1: " in result.output
