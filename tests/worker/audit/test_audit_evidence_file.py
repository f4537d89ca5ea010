"""One claim's evidence in one file: written, verified elsewhere, and what is done to it found."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rules.loading.files import SHIPPED, derive_library, load_library
from tests.support.event_builders import encoded
from tests.support.remittance import CODES
from tests.support.sources import ROOT
from tests.support.turns import work_off
from tests.worker.audit.test_audit_tampering import MEMBER, sent_of
from worker.audit.evidence_file import NotEvidence, open_evidence
from worker.audit.library_in_file import pack_library
from worker.bench.plan import member_events, plan_events
from worker.cli import adjudicator
from worker.events.decode import Refusal, decode
from worker.events.encode import as_cloudevent


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


def _run(*words: object):
    return CliRunner().invoke(adjudicator, ["audit", *map(str, words)])


def _export(file: Path, *options: object) -> Path:
    said = _run("export", "C-1", "--member", MEMBER, "--out", file, *options)
    assert (0, "", "") == (said.exit_code, said.stdout, said.stderr)
    return file


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
    _export(elsewhere / "C-1.json")

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
    file = _export(tmp_path / "C-1.json")
    monkeypatch.delenv("MRS_LIBRARY")

    said = _run("verify", file)

    assert (0, True) == (said.exit_code, "Verdict: verified." in said.stdout)


def test_without_its_library_it_is_verified_by_one_that_is_given(installation, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    _export(elsewhere / "C-1.json", "--without-library")
    shutil.copytree(SHIPPED, elsewhere / "library")

    said = _verify_elsewhere(elsewhere, "--library", "library")

    assert (0, "") == (said.returncode, said.stderr)


def test_a_library_that_is_not_at_hand_is_named(installation, tmp_path):
    derive_library(SHIPPED, tmp_path / "another", {"pend_due_days": 31}, [])

    said = _run("export", "C-1", "--member", MEMBER, "--library", tmp_path / "another")

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

    said = _run("verify", _export(tmp_path / "file")).stdout

    assert f"sha256:{sha256(last).hexdigest()}" in said
    assert json.loads(last)["data"]["digests"]["record"] in said


@pytest.mark.usefixtures("before_bytes_were_kept")
def test_a_file_that_cannot_prove_its_facts_says_so_and_is_never_verified(sent, tmp_path):
    file = tmp_path / "file"

    made = _run("export", "C-1", "--member", MEMBER, "--out", file)
    alone, with_them = _run("verify", file), _run("verify", file, "--events", sent)

    assert (3, 3, 0) == (made.exit_code, alone.exit_code, with_them.exit_code)
    assert "The bytes of 9 of 9 events as they were received are not kept" in made.stderr
    assert "derivation holds, facts not proved" in made.stderr
    assert "the facts of 0 of 9" in alone.stdout
    assert "Verdict: derivation holds, facts not proved." in alone.stdout
    assert "verified" not in alone.stdout
    assert "Verdict: verified." in with_them.stdout


@pytest.mark.usefixtures("before_bytes_were_kept")
def test_events_as_sent_are_put_in_where_they_are_not_kept(sent, tmp_path):
    file = _export(tmp_path / "file", "--events", sent)

    assert 0 == _run("verify", file).exit_code


def test_with_another_library_alone_nothing_of_it_passes(installation, tmp_path):
    derive_library(SHIPPED, tmp_path / "another", {"pend_due_days": 31}, [])
    file = _export(tmp_path / "file", "--without-library")

    said = _run("verify", file, "--library", tmp_path / "another")

    assert 3 == said.exit_code
    assert "NOT CHECKED  8" in said.stdout
    assert "Verdict: incomplete." in said.stdout


def test_plans_that_stood_in_the_place_of_the_librarys_own_are_tried_too(installation, tmp_path):
    plans, library = tmp_path / "plans", tmp_path / "library"
    shutil.copytree(SHIPPED, library)
    shutil.move(library / "plans", plans)
    (library / "plans").mkdir()
    shutil.copy(plans / "sample-medicaid.toml", library / "plans")
    bare = _export(tmp_path / "bare", "--without-library")
    whole = _export(tmp_path / "whole", "--library", library, "--plans", plans)

    without, with_plans = (
        _run("verify", bare, "--library", library, *options) for options in ((), ("--plans", plans))
    )

    assert (3, 0) == (without.exit_code, with_plans.exit_code)
    assert 0 == _run("verify", whole).exit_code


def test_a_file_of_before_it_carried_a_library_is_still_read(installation, tmp_path):
    file = _export(tmp_path / "file", "--without-library")
    content = json.loads(file.read_bytes())
    del content["packed_libraries"]
    file.write_text(json.dumps(content | {"format": "mrs-adjudicator evidence 1"}))

    assert 0 == _run("verify", file).exit_code


def test_it_is_for_its_owner_only(installation, tmp_path):
    assert 0o600 == _export(tmp_path / "file").stat().st_mode & 0o777


def test_it_goes_to_standard_output_unless_a_file_is_named(installation, tmp_path):
    said = _run("export", "C-1", "--member", MEMBER)

    assert said.stdout_bytes == _export(tmp_path / "file").read_bytes()


@pytest.mark.usefixtures("before_bytes_were_kept")
def test_events_that_neither_are_kept_nor_in_the_files_given_are_counted(tmp_path):
    few = tmp_path / "few.jsonl"
    few.write_bytes(b"\n".join(sent_of(MEMBER)[:3]))

    said = _run("export", "C-1", "--member", MEMBER, "--events", few)

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
    said = _run("export", *words)

    assert (exit_code, "") == (said.exit_code, said.stdout)
    assert words[-1] in said.stderr


# --------------------------------------------------------------------------- what is done to a file

Content = dict[str, Any]


def _of_event(number: int, change: Callable[[Content], None]) -> Callable[[Content], None]:
    return lambda content: change(content["events"][number])


def _said(number: int, old: str, new: str) -> Callable[[Content], None]:
    def change(content: Content) -> None:
        each = content["determinations"][number]
        assert old in each["event"]
        each["event"] = each["event"].replace(old, new)

    return change


def _exchange(name: str) -> Callable[[Content], None]:
    def change(content: Content) -> None:
        content[name][1], content[name][2] = content[name][2], content[name][1]

    return change


def _exchange_numbers(content: Content) -> None:
    one, other = content["events"][1], content["events"][3]
    one["sequence"], other["sequence"] = other["sequence"], one["sequence"]


def _of_library(change: Callable[[str], str]) -> Callable[[Content], None]:
    def changed(content: Content) -> None:
        libraries = content["packed_libraries"]
        libraries.update({digest: change(packed) for digest, packed in libraries.items()})

    return changed


def _another_library() -> str:
    with tempfile.TemporaryDirectory() as folder:
        derive_library(SHIPPED, Path(folder) / "another", {"pend_due_days": 31}, [])
        return pack_library(Path(folder) / "another", None)


ANOTHER_DIGEST = f"sha256:{'1' * 64}"


@pytest.mark.parametrize(
    ("change", "kind", "subject"),
    [
        pytest.param(_said(1, '"outcome":"denied"', '"outcome":"approved"'), "changed",
                     "determination", id="an_outcome"),
        pytest.param(_said(0, '"revision":1', '"revision": 1'), "changed", "determination",
                     id="a_blank"),
        pytest.param(lambda c: c["determinations"].pop(1), "missing", "determination",
                     id="a_determination_taken"),
        pytest.param(lambda c: c["determinations"].pop(), "changed", "determination",
                     id="the_last_determination_taken"),
        pytest.param(lambda c: c["determinations"].append(c["determinations"][0]), "added",
                     "determination", id="a_determination_put_in"),
        pytest.param(_exchange("determinations"), "reordered", "determination",
                     id="two_determinations_exchanged"),
        pytest.param(_of_event(2, lambda e: e["facts"]["data"].update(diagnoses=["F32.9"])),
                     "changed", "event", id="a_fact"),
        pytest.param(_of_event(2, lambda e: e["facts"]["data"].update(lines=[])), "changed",
                     "event", id="a_fact_that_no_event_can_state"),
        pytest.param(_of_event(2, lambda e: e["facts"]["data"].update(note="seen")), "changed",
                     "event", id="a_word_beside_the_facts"),
        pytest.param(_of_event(2, lambda e: e["facts"]["data"].update(member_id="M-2")), "changed",
                     "event", id="whose_event_it_is"),
        pytest.param(_of_event(2, lambda e: e.update(original=e["original"] + " ")), "changed",
                     "event", id="the_text_as_received"),
        pytest.param(_of_event(2, lambda e: e.update(digest=ANOTHER_DIGEST)), "changed", "event",
                     id="a_digest"),
        pytest.param(_of_event(2, lambda e: e.update(digest="none")), "changed", "event",
                     id="no_digest"),
        pytest.param(_of_event(2, lambda e: e.update(sequence=2)), "added", "event",
                     id="a_number_twice"),
        pytest.param(_of_event(8, lambda e: e.update(sequence=10)), "missing", "event",
                     id="a_number_left_out"),
        pytest.param(lambda c: c["events"].pop(3), "missing", "event", id="an_event_taken"),
        pytest.param(_exchange_numbers, "reordered", "event", id="two_events_exchanged"),
        pytest.param(lambda c: c.update(chain=ANOTHER_DIGEST), "changed", "record",
                     id="the_end_of_the_chain"),
        pytest.param(lambda c: c.update(last=ANOTHER_DIGEST), "changed", "determination",
                     id="the_last_link"),
        pytest.param(lambda c: c.update(last=None), "changed", "record", id="no_last_link"),
        pytest.param(lambda c: c["libraries"].append("sha256:x"), "changed", "file",
                     id="its_libraries"),
        pytest.param(lambda c: c.update(packed_libraries={}) or c["libraries"].clear(), "changed",
                     "file", id="no_library_named"),
        pytest.param(_of_library(lambda packed: packed[:-8]), "changed", "file",
                     id="its_library_damaged"),
        pytest.param(_of_library(lambda packed: packed + "!"), "changed", "file",
                     id="its_library_no_text"),
        pytest.param(_of_library(lambda _: _another_library()), "changed", "file",
                     id="another_library_under_its_digest"),
        pytest.param(lambda c: c["packed_libraries"].update({ANOTHER_DIGEST: "eA=="}), "added",
                     "file", id="a_library_more"),
        pytest.param(lambda c: c["about"].update(claim_id="C-77"), "missing", "file",
                     id="the_claim_it_is_about"),
        pytest.param(lambda c: c.update(note="approved by phone"), "changed", "file",
                     id="something_more"),
        pytest.param(lambda c: c.pop("events"), "changed", "file", id="no_events"),
    ],
)  # fmt: skip
def test_what_is_done_to_a_file_is_found_and_named(
    installation, sent, tmp_path, change, kind, subject
):
    file = _export(tmp_path / "file", "--events", sent)
    content = json.loads(file.read_bytes())
    change(content)
    file.write_text(json.dumps(content))

    said = _run("verify", "--json", file)

    assert 1 == said.exit_code
    findings = json.loads(said.stdout)["findings"]
    assert [each for each in findings if (each["kind"], each["subject"]) == (kind, subject)], (
        findings
    )


def test_another_layout_of_the_same_content_is_no_difference(installation, sent, tmp_path):
    file = _export(tmp_path / "file", "--events", sent)
    file.write_text(json.dumps(json.loads(file.read_bytes()), indent=7, sort_keys=True))

    assert 0 == _run("verify", file).exit_code


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b'{"format": "something else"}', b'{"format": 1}', b"\xff"],
)
def test_a_file_that_is_something_else_is_misuse(tmp_path, content):
    file = tmp_path / "file"
    file.write_bytes(content)

    assert 2 == _run("verify", file).exit_code
    with pytest.raises(NotEvidence):
        open_evidence(content)


def test_a_file_is_verified_whole(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"{}")

    said = _run("verify", "--claim", "C-1", file)

    assert 2 == said.exit_code
    assert "verified as a whole" in said.stderr


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
