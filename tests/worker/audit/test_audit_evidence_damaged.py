"""What is done to a file of evidence is found and named."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rules.loading.files import SHIPPED, derive_library
from tests.worker.audit.evidence import export, run
from worker.audit.evidence_file import NotEvidence, open_evidence
from worker.audit.library_in_file import pack_library

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
    file = export(tmp_path / "file", "--events", sent)
    content = json.loads(file.read_bytes())
    change(content)
    file.write_text(json.dumps(content))

    said = run("verify", "--json", file)

    assert 1 == said.exit_code
    findings = json.loads(said.stdout)["findings"]
    assert [each for each in findings if (each["kind"], each["subject"]) == (kind, subject)], (
        findings
    )


def test_another_layout_of_the_same_content_is_no_difference(installation, sent, tmp_path):
    file = export(tmp_path / "file", "--events", sent)
    file.write_text(json.dumps(json.loads(file.read_bytes()), indent=7, sort_keys=True))

    assert 0 == run("verify", file).exit_code


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b'{"format": "something else"}', b'{"format": 1}', b"\xff"],
)
def test_a_file_that_is_something_else_is_misuse(tmp_path, content):
    file = tmp_path / "file"
    file.write_bytes(content)

    assert 2 == run("verify", file).exit_code
    with pytest.raises(NotEvidence):
        open_evidence(content)


def test_a_file_is_verified_whole(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"{}")

    said = run("verify", "--claim", "C-1", file)

    assert 2 == said.exit_code
    assert "verified as a whole" in said.stderr
