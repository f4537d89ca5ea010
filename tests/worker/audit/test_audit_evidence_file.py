"""One claim's evidence in one file: written, and verified elsewhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from rules.loading.files import SHIPPED, derive_library, load_library
from tests.support.event_builders import encoded
from tests.support.remittance import CODES
from tests.support.sources import ROOT
from tests.support.turns import work_off
from tests.worker.audit.evidence import export, run
from tests.worker.audit.test_audit_tampering import MEMBER, sent_of
from worker.bench.plan import member_events
from worker.events.decode import Refusal, decode
from worker.events.encode import as_cloudevent


def _verify_elsewhere(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"PYTHONPATH": str(ROOT), "MRS_REDIS_URL": f"unix://{folder}/none.sock"}
    return subprocess.run(
        [sys.executable, "-P", "-m", "worker.cli", "audit", "verify", "C-1.json", *options],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_is_verified_in_an_empty_folder_by_nothing_else(installation, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    export(elsewhere / "C-1.json")

    said = _verify_elsewhere(elsewhere)

    assert (0, "") == (said.returncode, said.stderr)
    assert "Determinations: 8 derived again" in said.stdout
    assert "the facts of 9 of 9 compared with the bytes that were received" in said.stdout
    assert "Verdict: verified." in said.stdout


def test_the_library_that_it_carries_is_the_one_that_decided_whatever_is_in_use(
    redis_world, redis_url, monkeypatch, tmp_path
):
    derive_library(SHIPPED, tmp_path / "own", {"pend_due_days": 31}, [])
    work_off(redis_world, load_library(tmp_path / "own"), *sent_of(MEMBER))
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    monkeypatch.setenv("MRS_LIBRARY", str(tmp_path / "own"))
    file = export(tmp_path / "C-1.json")
    monkeypatch.delenv("MRS_LIBRARY")

    said = run("verify", file)

    assert (0, True) == (said.exit_code, "Verdict: verified." in said.stdout)


def test_without_its_library_it_is_verified_by_one_that_is_given(installation, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    export(elsewhere / "C-1.json", "--without-library")
    shutil.copytree(SHIPPED, elsewhere / "library")

    said = _verify_elsewhere(elsewhere, "--library", "library")

    assert (0, "") == (said.returncode, said.stderr)


def test_a_library_that_is_not_at_hand_is_named(installation, tmp_path):
    derive_library(SHIPPED, tmp_path / "another", {"pend_due_days": 31}, [])

    said = run("export", "C-1", "--member", MEMBER, "--library", tmp_path / "another")

    assert 3 == said.exit_code
    assert f"The library {load_library(SHIPPED).digest} decided too" in said.stderr


def test_it_names_where_its_chains_end_so_that_other_copies_can_be_held_against_it(
    installation, redis_world, tmp_path
):
    last = [
        each
        for each in redis_world.determinations()
        if json.loads(each)["data"]["member_id"] == MEMBER
    ][-1]

    said = run("verify", export(tmp_path / "file")).stdout

    assert f"sha256:{sha256(last).hexdigest()}" in said
    assert json.loads(last)["data"]["digests"]["record"] in said


@pytest.mark.usefixtures("before_bytes_were_kept")
def test_a_file_that_cannot_prove_its_facts_says_so_and_is_never_verified(sent, tmp_path):
    file = tmp_path / "file"

    made = run("export", "C-1", "--member", MEMBER, "--out", file)
    alone, with_them = run("verify", file), run("verify", file, "--events", sent)

    assert (3, 3, 0) == (made.exit_code, alone.exit_code, with_them.exit_code)
    assert "The bytes of 9 of 9 events as they were received are not kept" in made.stderr
    assert "derivation holds, facts not proved" in made.stderr
    assert "the facts of 0 of 9" in alone.stdout
    assert "Verdict: derivation holds, facts not proved." in alone.stdout
    assert "verified" not in alone.stdout
    assert "Verdict: verified." in with_them.stdout


@pytest.mark.usefixtures("before_bytes_were_kept")
def test_events_as_sent_are_put_in_where_they_are_not_kept(sent, tmp_path):
    file = export(tmp_path / "file", "--events", sent)

    assert 0 == run("verify", file).exit_code


def test_with_another_library_alone_nothing_of_it_passes(installation, tmp_path):
    derive_library(SHIPPED, tmp_path / "another", {"pend_due_days": 31}, [])
    file = export(tmp_path / "file", "--without-library")

    said = run("verify", file, "--library", tmp_path / "another")

    assert 3 == said.exit_code
    assert "NOT CHECKED  8" in said.stdout
    assert "Verdict: incomplete." in said.stdout


def test_plans_that_stood_in_the_place_of_the_librarys_own_are_tried_too(installation, tmp_path):
    plans, library = tmp_path / "plans", tmp_path / "library"
    shutil.copytree(SHIPPED, library)
    shutil.move(library / "plans", plans)
    (library / "plans").mkdir()
    shutil.copy(plans / "sample-medicaid.toml", library / "plans")
    bare = export(tmp_path / "bare", "--without-library")
    whole = export(tmp_path / "whole", "--library", library, "--plans", plans)

    without, with_plans = (
        run("verify", bare, "--library", library, *options) for options in ((), ("--plans", plans))
    )

    assert (3, 0) == (without.exit_code, with_plans.exit_code)
    assert 0 == run("verify", whole).exit_code


def test_a_file_of_before_it_carried_a_library_is_still_read(installation, tmp_path):
    file = export(tmp_path / "file", "--without-library")
    content = json.loads(file.read_bytes())
    del content["packed_libraries"]
    file.write_text(json.dumps(content | {"format": "mrs-adjudicator evidence 1"}))

    assert 0 == run("verify", file).exit_code


def test_it_is_for_its_owner_only(installation, tmp_path):
    assert 0o600 == export(tmp_path / "file").stat().st_mode & 0o777


def test_it_goes_to_standard_output_unless_a_file_is_named(installation, tmp_path):
    said = run("export", "C-1", "--member", MEMBER)

    assert said.stdout_bytes == export(tmp_path / "file").read_bytes()


@pytest.mark.usefixtures("before_bytes_were_kept")
def test_events_that_neither_are_kept_nor_in_the_files_given_are_counted(tmp_path):
    few = tmp_path / "few.jsonl"
    few.write_bytes(b"\n".join(sent_of(MEMBER)[:3]))

    said = run("export", "C-1", "--member", MEMBER, "--events", few)

    assert 3 == said.exit_code
    assert "The bytes of 6 of 9 events as they were received are not kept" in said.stderr


@pytest.mark.parametrize(
    ("words", "exit_code"),
    [
        pytest.param(["C-1"], 2, id="a_claim_that_two_members_have"),
        pytest.param(["C-77"], 1, id="a_claim_that_nobody_has"),
        pytest.param(["C-77", "--member", MEMBER], 1, id="a_claim_that_this_member_has_not"),
        pytest.param(["C-1", "--member", "M-77"], 1, id="a_member_of_whom_nothing_is_recorded"),
    ],
)
def test_what_cannot_be_exported_is_said_so(installation, words, exit_code):
    said = run("export", *words)

    assert (exit_code, "") == (said.exit_code, said.stdout)
    assert words[-1] in said.stderr


def test_what_is_written_of_an_event_is_read_as_that_event():
    for number in range(300):
        for told in member_events("written", number):
            event = decode(encoded(told), CODES)
            assert not isinstance(event, Refusal)

            assert event == decode(encoded(as_cloudevent(event)), CODES)


def test_small_amounts_are_written_as_the_contract_has_them():
    raw = sent_of(MEMBER)[2].replace(b'"850.00"', b'"0.0000000001"')
    event = decode(raw, CODES)
    assert not isinstance(event, Refusal)

    assert event == decode(encoded(as_cloudevent(event)), CODES)
