"""One claim's evidence in one file: written, verified elsewhere, and what is done to it found."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rules.loading.files import SHIPPED, derive_library
from tests.support.event_builders import encoded
from tests.support.remittance import CODES
from tests.support.sources import ROOT
from tests.support.turns import work_off
from tests.worker.audit.test_audit_tampering import MEMBER, sent_of
from worker.audit.evidence_file import NotEvidence, open_evidence
from worker.bench.plan import member_events, plan_events
from worker.cli import adjudicator
from worker.events.decode import Refusal, decode
from worker.events.encode import as_cloudevent


@pytest.fixture
def installation(redis_world, redis_url, library, monkeypatch):
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    work_off(redis_world, library, *sent_of(MEMBER), *sent_of("M-2"))


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


def test_it_is_verified_in_an_empty_folder_without_redis(installation, sent, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    _export(elsewhere / "C-1.json", "--events", sent)
    shutil.copytree(SHIPPED, elsewhere / "library")
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"PYTHONPATH": str(ROOT), "MRS_REDIS_URL": f"unix://{elsewhere}/none.sock"}

    command = ["audit", "verify", "C-1.json", "--library", "library"]

    said = subprocess.run(
        [sys.executable, "-P", "-m", "worker.cli", *command],
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, "") == (said.returncode, said.stderr)
    assert "Determinations: 8 derived again" in said.stdout
    assert "the facts of 9 of 9 compared with the bytes that were received" in said.stdout
    assert "Verdict: verified." in said.stdout


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


def test_without_what_was_sent_the_facts_are_said_to_be_unproved(installation, sent, tmp_path):
    file = _export(tmp_path / "file")

    alone, with_them = _run("verify", file), _run("verify", file, "--events", sent)

    assert (0, 0) == (alone.exit_code, with_them.exit_code)
    assert "the facts of 0 of 9" in alone.stdout
    assert "Only the events as they were sent" in alone.stdout
    assert "the facts of 9 of 9" in with_them.stdout
    assert "proved only" not in with_them.stdout


def test_without_its_library_nothing_of_it_passes(installation, tmp_path):
    derive_library(SHIPPED, tmp_path / "another", {"pend_due_days": 31}, [])

    said = _run("verify", _export(tmp_path / "file"), "--library", tmp_path / "another")

    assert 3 == said.exit_code
    assert "NOT CHECKED  8" in said.stdout
    assert "Verdict: incomplete." in said.stdout


def test_plans_that_stood_in_the_place_of_the_librarys_own_are_tried_too(installation, tmp_path):
    plans, library = tmp_path / "plans", tmp_path / "library"
    shutil.copytree(SHIPPED, library)
    shutil.move(library / "plans", plans)
    (library / "plans").mkdir()
    shutil.copy(plans / "sample-medicaid.toml", library / "plans")
    file = _export(tmp_path / "file")

    without, with_plans = (
        _run("verify", file, "--library", library, *options) for options in ((), ("--plans", plans))
    )

    assert (3, 0) == (without.exit_code, with_plans.exit_code)


def test_it_is_for_its_owner_only(installation, tmp_path):
    assert 0o600 == _export(tmp_path / "file").stat().st_mode & 0o777


def test_it_goes_to_standard_output_unless_a_file_is_named(installation, tmp_path):
    said = _run("export", "C-1", "--member", MEMBER)

    assert said.stdout_bytes == _export(tmp_path / "file").read_bytes()


def test_events_that_the_files_given_do_not_have_are_counted(installation, tmp_path):
    few = tmp_path / "few.jsonl"
    few.write_bytes(b"\n".join(sent_of(MEMBER)[:3]))

    said = _run("export", "C-1", "--member", MEMBER, "--events", few)

    assert (0, "6 events of the record are not in the files given.\n") == (
        said.exit_code,
        said.stderr,
    )


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
    assert "verified whole" in said.stderr


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
