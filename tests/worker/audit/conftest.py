"""An installation with two members, and the journal of who sent their events."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.turns import work_off
from tests.worker.audit.test_audit_tampering import MEMBER, sent_of
from worker.bench.plan import plan_events


@pytest.fixture
def installation(redis_world, redis_url, library, monkeypatch):
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    work_off(redis_world, library, *sent_of(MEMBER), *sent_of("M-2"))
    return redis_world


@pytest.fixture
def before_bytes_were_kept(installation) -> None:
    """As an older program left it: of no event the bytes are kept."""
    installation.client.delete(installation.keys.received(MEMBER))


@pytest.fixture
def sent(tmp_path) -> Path:
    """The sender's journal, with much else in it."""
    file = tmp_path / "sent.jsonl"
    others = list(plan_events(1, 50))
    file.write_bytes(b"\n".join([*others, *sent_of("M-2"), *sent_of(MEMBER), b"{"]))
    return file
