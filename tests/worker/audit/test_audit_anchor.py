"""What was anchored elsewhere is found to be changed, whoever wrote everything here anew."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rules.library_model import Library
from tests.support import ways_of_tampering as ways
from tests.support.tampering import Tampering
from tests.support.turns import work_off
from tests.support.worlds import RedisWorld
from tests.worker.audit.test_audit_tampering import MEMBER, sent_of
from worker.audit.anchors import NotAnAnchor, hash_of, read_anchor
from worker.cli import adjudicator


@pytest.fixture
def installation(redis_world, redis_url, library, monkeypatch) -> RedisWorld:
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    work_off(redis_world, library, *sent_of(MEMBER), *sent_of("M-2")[:6])
    return redis_world


@pytest.fixture
def anchor(installation, tmp_path) -> Path:
    """Of what there was of two members."""
    file = tmp_path / "anchor"
    said = _run("anchor", file)
    assert (0, "") == (said.exit_code, said.stderr)
    return file


@pytest.fixture
def within_reach(installation, anchor) -> Tampering:
    """A member of whom something was anchored before."""
    del anchor
    return Tampering(installation.client, installation.keys, MEMBER)


def _run(*words: object) -> Result:
    return CliRunner().invoke(adjudicator, ["audit", *map(str, words)])


def _said(*options: object) -> str:
    return _run("verify", *options).stdout


def _findings(*options: object) -> list[tuple[str, str, str]]:
    said = _run("verify", "--json", *options)
    found = json.loads(said.stdout)
    assert (1 if found["findings"] else 0) == said.exit_code
    return [(each["member_id"], each["kind"], each["subject"]) for each in found["findings"]]


def test_it_holds_the_ends_of_all_chains_and_no_id_of_a_member(installation, anchor):
    header, *lines = map(json.loads, anchor.read_bytes().splitlines())

    last = {
        json.loads(each)["data"]["member_id"]: json.loads(each)["data"]
        for each in installation.determinations()
    }
    assert ("mrs-adjudicator anchor 1", "mrs", 2) == (
        header["format"],
        header["prefix"],
        header["members"],
    )
    assert sorted(map(hash_of, ("M-2", MEMBER))) == [line["member"] for line in lines]
    by_member = {line["member"]: line for line in lines}
    assert (9, 8) == tuple(by_member[hash_of(MEMBER)][n] for n in ("events", "determinations"))
    assert last[MEMBER]["digests"]["record"] == by_member[hash_of(MEMBER)]["chain"]
    assert MEMBER.encode() not in anchor.read_bytes()
    assert 0o600 == anchor.stat().st_mode & 0o777


def test_what_nobody_has_touched_holds(anchor):
    assert [] == _findings("--anchor", anchor)


def test_it_is_said_how_much_was_held_against_how_many_anchors(anchor, tmp_path):
    assert 0 == _run("anchor", tmp_path / "later").exit_code
    both = ("--anchor", anchor, "--anchor", tmp_path / "later")

    assert "Anchors: 4 chains held against 1 file, all as they were anchored\n" in _said(*both[:2])
    assert "Anchors: 8 chains held against 2 files, all as they were anchored\n" in _said(*both)
    assert "Anchors" not in _said()


def test_what_came_later_is_no_fault(installation, library: Library, anchor):
    work_off(installation, library, *sent_of("M-2")[6:], *sent_of("M-3"))

    assert [] == _findings("--anchor", anchor)


def test_the_anchors_of_several_days_are_held_together(installation, library, anchor, tmp_path):
    work_off(installation, library, *sent_of("M-2")[6:], *sent_of("M-3"))
    assert 0 == _run("anchor", tmp_path / "later").exit_code

    assert [] == _findings("--anchor", anchor, "--anchor", tmp_path / "later")


def test_without_a_member_there_is_nothing_to_anchor(redis_world, redis_url, monkeypatch, tmp_path):
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)

    assert 0 == _run("anchor", tmp_path / "anchor").exit_code
    assert 0 == read_anchor(tmp_path / "anchor").header.members


@pytest.mark.parametrize(
    ("tamper", "expected"),
    [
        pytest.param(ways.last_event_taken, (MEMBER, "missing", "record"), id="the_last_event"),
        pytest.param(ways.digest, (MEMBER, "changed", "record"), id="the_digest_of_an_event"),
        pytest.param(ways.forgotten, (MEMBER, "missing", "record"), id="a_determination_forgotten"),
        pytest.param(ways.whole_chain, (MEMBER, "changed", "record"), id="all_links_anew"),
        pytest.param(ways.member_gone, ("", "missing", "record"), id="a_member_taken_whole"),
    ],
)
def test_what_was_anchored_and_is_not_so_now_is_named(within_reach, anchor, tamper, expected):
    before = _findings("--anchor", anchor)
    tamper(within_reach)

    assert [] == before
    assert expected in _findings("--anchor", anchor)
    held = "Anchors: 4 chains held against 1 file, those of 1 member not as anchored"
    assert held in _said("--anchor", anchor)


def test_members_that_were_anchored_and_are_gone_with_all_that_counts_them_are_missed(
    within_reach, anchor
):
    """Without the anchor nothing would tell of them."""
    ways.member_gone(within_reach)
    keys, redis = within_reach.keys, within_reach.redis
    others = [entry for entry in within_reach.stream() if MEMBER.encode() not in entry[1]]
    within_reach.write_stream(others)
    for field in redis.hgetall(keys.counters):
        if field.endswith(b"|applied"):
            redis.hincrby(keys.counters, field, -_applied_of(MEMBER, field))

    without = _findings()
    with_anchor = _findings("--anchor", anchor)

    assert [] == without
    assert [("", "missing", "record")] == with_anchor
    assert "not as anchored\n" in _said("--anchor", anchor)


def _applied_of(member_id: str, field: bytes) -> int:
    kind = field.split(b"|")[1].decode()
    return sum(json.loads(raw)["type"] == kind for raw in sent_of(member_id))


def test_of_some_members_only_their_own_ends_are_asked(within_reach, anchor):
    assert [] == _findings("--anchor", anchor, "--member", "M-2")


def test_an_evidence_file_is_held_against_an_anchor_too(within_reach, library, anchor, tmp_path):
    honest, forged = tmp_path / "honest", tmp_path / "forged"
    export = ("export", "C-1", "--member", MEMBER, "--out")
    assert 0 == _run(*export, honest).exit_code
    within_reach.write_everything_anew(library, lambda entries: entries.pop(0))
    assert 0 == _run(*export, forged).exit_code

    assert [] == _findings(honest, "--anchor", anchor)
    assert [] == _findings(forged)
    assert (MEMBER, "missing", "record") in _findings(forged, "--anchor", anchor)


def test_an_anchor_is_never_written_over(anchor):
    before = anchor.read_bytes()

    said = _run("anchor", anchor)

    assert (2, before) == (said.exit_code, anchor.read_bytes())
    assert "an anchor is never written over" in said.stderr


def test_a_record_that_cannot_be_read_is_not_in_it_and_is_said(within_reach, tmp_path):
    ways.record_unreadable(within_reach)

    said = _run("anchor", tmp_path / "second")

    assert 3 == said.exit_code
    assert "1 record cannot be read" in said.stderr
    assert {hash_of("M-2")} == set(read_anchor(tmp_path / "second").ends)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda raw: b"", id="empty"),
        pytest.param(lambda raw: b'{"format": "something else"}', id="something_else"),
        pytest.param(lambda raw: raw[:-20], id="cut_off"),
        pytest.param(lambda raw: raw[: raw[:-1].rfind(b"\n") + 1], id="a_line_taken"),
        pytest.param(lambda raw: raw + raw.splitlines(keepends=True)[-1], id="a_line_twice"),
        pytest.param(lambda raw: raw.replace(b"anchor 1", b"anchor 9"), id="another_form"),
        pytest.param(lambda raw: raw.replace(b'"chain"', b'"chein"'), id="another_field"),
        pytest.param(lambda raw: b"\xff" + raw, id="no_text"),
    ],
)
def test_a_file_that_is_damaged_is_no_anchor(anchor, damage):
    anchor.write_bytes(damage(anchor.read_bytes()))

    said = _run("verify", "--anchor", anchor)

    assert 2 == said.exit_code
    assert "file of `adjudicator audit anchor`" in said.stderr
    with pytest.raises(NotAnAnchor):
        read_anchor(anchor)


needs_ssh_keygen = pytest.mark.skipif(
    shutil.which("ssh-keygen") is None, reason="ssh-keygen is not on this machine"
)


def _keygen(*words: object, **how: object) -> subprocess.CompletedProcess[bytes]:
    command = ["ssh-keygen", *map(str, words)]
    return subprocess.run(command, check=False, capture_output=True, **how)  # type: ignore[call-overload]


@pytest.fixture
def key(tmp_path) -> Path:
    made = _keygen("-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key")
    assert 0 == made.returncode
    return tmp_path / "key"


@needs_ssh_keygen
@pytest.mark.usefixtures("installation")
def test_it_is_signed_so_that_anybody_with_the_public_key_can_tell(key, tmp_path):
    file = tmp_path / "anchor"

    said = _run("anchor", file, "--sign", key)

    signature = tmp_path / "anchor.sig"
    (tmp_path / "signers").write_text(f"us {key.with_suffix('.pub').read_text()}")
    verify = ("-Y", "verify", "-f", tmp_path / "signers", "-I", "us", "-n", "mrs-adjudicator")
    good = _keygen(*verify, "-s", signature, input=file.read_bytes())
    bad = _keygen(*verify, "-s", signature, input=file.read_bytes() + b" ")
    assert 0 == said.exit_code
    assert f"Its signature is in {signature}" in said.stdout
    assert (0, True) == (good.returncode, bad.returncode != 0)


@needs_ssh_keygen
@pytest.mark.usefixtures("installation")
def test_a_key_that_is_none_is_said_and_the_anchor_is_there_unsigned(tmp_path):
    (tmp_path / "key").write_text("no key")
    file = tmp_path / "anchor"

    said = _run("anchor", file, "--sign", tmp_path / "key")

    assert (3, True) == (said.exit_code, "ssh-keygen did not sign it" in said.stderr)
    assert 2 == read_anchor(file).header.members


@pytest.mark.usefixtures("installation")
def test_without_the_program_that_signs_nothing_is_written(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("untrusted comment: minisign encrypted secret key\n")
    monkeypatch.setenv("PATH", str(tmp_path))

    said = _run("anchor", tmp_path / "anchor", "--sign", tmp_path / "key")

    assert 2 == said.exit_code
    assert "minisign is not installed" in said.stderr
    assert not (tmp_path / "anchor").exists()


@pytest.mark.usefixtures("installation")
def test_a_key_of_minisigns_is_used_by_minisign(monkeypatch, tmp_path):
    """Stands for it: what it is called with is what its manual says."""
    program = tmp_path / "minisign"
    program.write_text('#!/bin/sh\necho "$@" >"$5.minisig"\n')
    program.chmod(0o755)
    (tmp_path / "key").write_text("untrusted comment: minisign encrypted secret key\n")
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    file = tmp_path / "anchor"

    said = _run("anchor", file, "--sign", tmp_path / "key")

    assert 0 == said.exit_code, said.stderr
    assert f"-S -s {tmp_path / 'key'} -m {file}\n" == (tmp_path / "anchor.minisig").read_text()
