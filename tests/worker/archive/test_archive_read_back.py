"""What was archived is read back by `explain` and `audit`; what is wrong with it is named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.archives import DETERMINATIONS, PUBLISHED, PublishedDay, audit, run
from worker.archive.archive import Archive
from worker.archive.folder import Folder
from worker.archive.manifest import Manifest, manifest_bytes
from worker.config.settings import load_settings

CLAIM = ("CLM-2025-0403", "--member", "M-003")
FIRST = "determinations-000001.jsonl.gz"


@pytest.fixture
def day(redis_world, library, redis_url, tmp_path: Path, monkeypatch) -> PublishedDay:
    """All of the day that could be archived is."""
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    day = PublishedDay(redis_world, library, tmp_path / "archive")
    day.acknowledge()
    day.said = run("explain", *CLAIM).stdout
    assert 0 == day.archive().exit_code
    return day


def test_a_claim_is_explained_as_before(day):
    result = run("explain", *CLAIM, "--archive", str(day.folder))

    assert (0, day.said, "") == (result.exit_code, result.stdout, result.stderr)


def test_without_the_archive_a_claim_is_known_and_where_to_look_is_said(day):
    result = run("explain", *CLAIM)

    assert (1, "") == (result.exit_code, result.stdout)
    assert "is known, but its determinations are not in Redis" in result.stderr
    assert "--archive" in result.stderr


def test_what_is_still_in_redis_is_explained_and_what_is_not_is_counted(day):
    listed = run("pends", "--json", "--reason", "PET_EXCLUSIVITY_UNCLEAR").stdout
    waiting = json.loads(listed.splitlines()[0])

    result = run("explain", waiting["claim_id"], "--member", waiting["member_id"])

    assert 0 == result.exit_code
    assert "PENDED, PET_EXCLUSIVITY_UNCLEAR" in result.stdout


def test_a_claim_that_nobody_has_is_not_known_with_an_archive_either(day):
    result = run("explain", "CLM-0", "--archive", str(day.folder))

    assert 1 == result.exit_code
    assert "No claim CLM-0 is known." in result.stderr


def test_all_that_was_published_is_derived_again_from_stream_and_archive(day):
    exit_code, found = audit("--archive", str(day.folder))

    assert (0, "verified", []) == (exit_code, found["verdict"], found["findings"])
    assert PUBLISHED == found["determinations"]["derived_again"]


def test_some_members_are_verified_from_stream_and_archive(day):
    exit_code, found = audit("--claim", CLAIM[0], "--archive", str(day.folder))

    assert (0, 1, "verified") == (exit_code, found["members"], found["verdict"])
    assert 3 == found["determinations"]["derived_again"]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["audit", "verify"], id="of_all"),
        pytest.param(["audit", "verify", "--claim", CLAIM[0]], id="of_a_claim"),
        pytest.param(["audit", "export", *CLAIM], id="to_a_file"),
    ],
)
@pytest.mark.usefixtures("day")
def test_an_audit_without_the_archive_is_not_made_and_says_why(words):
    result = run(*words)

    assert (3, "") == (result.exit_code, result.stdout)
    assert "were archived: name the folder with --archive" in result.stderr


def test_evidence_from_the_archive_is_verified_without_either(day, tmp_path):
    file = tmp_path / "evidence.json"

    result = run("audit", "export", *CLAIM, "--archive", str(day.folder), "--out", str(file))

    exit_code, found = audit(str(file))
    assert (0, 0, "verified") == (result.exit_code, exit_code, found["verdict"])


def test_an_audit_waits_for_no_run_and_no_run_for_an_audit(day):
    with Folder(day.folder).locked():
        while_it_runs, _ = audit("--archive", str(day.folder))
    with Archive(day.folder).unchanged():
        while_it_is_read = day.archive()

    assert (3, 3) == (while_it_runs, while_it_is_read.exit_code)
    assert "Another command is using this archive" in while_it_is_read.stderr


# -------------------------------------------------------------------------- damage and misfits


def _missing(folder: Path) -> None:
    (folder / FIRST).unlink()


def _other_bytes(folder: Path) -> None:
    content = bytearray((folder / FIRST).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / FIRST).write_bytes(content)


def _cut_off(folder: Path) -> None:
    (folder / FIRST).write_bytes((folder / FIRST).read_bytes()[:-20])


def _exchanged(folder: Path) -> None:
    shutil.copy(folder / "determinations-000002.jsonl.gz", folder / FIRST)


FILE_DAMAGED = [
    pytest.param(_missing, "is missing", id="missing"),
    pytest.param(_other_bytes, "bytes differ", id="other_bytes"),
    pytest.param(_cut_off, "bytes differ", id="cut_off"),
    pytest.param(_exchanged, "bytes differ", id="exchanged"),
]


@pytest.mark.parametrize(("damage", "why"), FILE_DAMAGED)
def test_a_damaged_file_is_named(day, damage, why):
    told = json.loads(day.archived()[0][1])["data"]
    first = (told["claim_id"], "--member", told["member_id"])
    damage(day.folder)

    check = run("archive", str(day.folder), "--check")
    exit_code, found = audit("--archive", str(day.folder))
    explained = run("explain", *first, "--archive", str(day.folder))

    assert (1, True) == (check.exit_code, FIRST in check.stdout and why in check.stdout)
    (of_file,) = [each for each in found["findings"] if each["subject"] == "file"]
    assert (1, True) == (exit_code, FIRST in of_file["detail"] and why in of_file["detail"])
    assert (3, True) == (explained.exit_code, FIRST in explained.stderr)


def _change(change: Callable[[dict], object]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        said = json.loads((folder / "manifest.json").read_text())
        change(said)
        (folder / "manifest.json").write_text(json.dumps(said))

    return apply


MANIFEST_UNFIT = [
    pytest.param(lambda folder: (folder / "manifest.json").unlink(), "is missing", id="missing"),
    pytest.param(
        lambda folder: (folder / "manifest.json").write_bytes(b"{"), "cannot be read", id="torn"
    ),
    pytest.param(_change(lambda said: said.pop("files")), "is an older copy", id="without_files"),
    pytest.param(_change(lambda said: said.update(format=2)), "not 1", id="later_format"),
    pytest.param(_change(lambda said: said.update(archive="x")), "is not the one", id="another"),
    pytest.param(_change(lambda said: said.update(prefix="x")), "MRS_PREFIX differs", id="prefix"),
    pytest.param(_change(lambda said: said["files"].pop()), "is an older copy", id="last_gone"),
    pytest.param(_change(lambda said: said["files"].pop(0)), "is not named", id="first_gone"),
    pytest.param(
        _change(lambda said: said["files"][1].update(name="../x")), "is not named", id="path"
    ),
    pytest.param(
        _change(lambda said: said["files"][0].update(sha256="sha256:0")),
        "determinations-000002.jsonl.gz does not follow",
        id="other_digest",
    ),
    pytest.param(
        _change(lambda said: said["files"][0].update(entries=19)), "do not add up", id="number"
    ),
    pytest.param(
        _change(lambda said: said["files"][0].update(last="1-0")), "go backwards", id="ids"
    ),
]


@pytest.mark.parametrize(("damage", "why"), MANIFEST_UNFIT)
def test_a_manifest_that_does_not_fit_is_said_and_nothing_is_moved(day, damage, why):
    damage(day.folder)
    before = day.stream()

    exit_code, said = audit("--archive", str(day.folder))
    moved = day.archive()

    assert (3, 3, before) == (exit_code, moved.exit_code, day.stream())
    assert why in said or why in moved.stderr
    assert why in moved.stderr


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        pytest.param("last", "9999999999999-0", "the numbers differ", id="ids"),
        pytest.param("libraries", {"sha256:x": 20}, "the libraries differ", id="libraries"),
    ],
)
def test_what_a_manifest_says_of_a_file_is_held_against_the_file(day, field, value, why):
    _change(lambda said: said["files"][0].update({field: value}))(day.folder)

    result = run("archive", str(day.folder), "--check", "--json")

    (fault,) = json.loads(result.stdout)["faults"]
    assert 1 == result.exit_code
    assert fault.startswith(f"manifest.json does not match {FIRST}: {why}")


# ------------------------------------------------------------- Redis as it was, or another one


def test_a_redis_of_before_the_archive_is_cleared_of_what_is_in_files(day):
    everything = day.everything()
    day.redis.delete(DETERMINATIONS, "mrs:archived")
    for entry_id, event in everything:
        day.redis.xadd(DETERMINATIONS, {"event": event}, id=entry_id)

    result = day.archive()

    assert 0 == result.exit_code
    assert "Finished an interrupted run: 4 files" in result.stdout
    assert day.published == day.everything()


def test_what_stands_under_an_archived_id_with_other_bytes_is_not_removed(day):
    entry_id, event = day.archived()[0]
    day.redis.delete(DETERMINATIONS, "mrs:archived")
    day.redis.xadd(DETERMINATIONS, {"event": event + b" "}, id=entry_id)

    result = day.archive()

    assert (3, [(entry_id, event + b" ")]) == (result.exit_code, day.stream())
    assert "a different determination" in result.stderr


def test_the_archive_of_another_installation_is_not_gone_on_with(day):
    day.redis.flushall()
    day.redis.xadd(DETERMINATIONS, {"event": day.published[0][1]})
    day.acknowledge()

    result = day.archive()

    assert (3, 1) == (result.exit_code, len(day.stream()))
    assert "another installation's: its members are unknown" in result.stderr


def test_a_file_beside_the_manifest_is_kept_as_long_as_it_holds_what_redis_has_not(day):
    stranger = day.folder / "determinations-000005.jsonl.gz"
    shutil.copy(day.folder / FIRST, stranger)

    result = day.archive()

    assert (3, True) == (result.exit_code, stranger.exists())
    assert "determinations-000005.jsonl.gz is not in the manifest" in result.stderr


def test_a_copy_without_a_lock_is_read(day, tmp_path):
    copy = shutil.copytree(day.folder, tmp_path / "copy")
    (copy / ".lock").unlink()

    exit_code, found = audit("--archive", str(copy))

    assert (0, "verified") == (exit_code, found["verdict"])


def test_a_manifest_reads_back_as_it_was_written(day):
    manifest = Folder(day.folder).manifest()

    assert isinstance(manifest, Manifest)
    assert (day.folder / "manifest.json").read_bytes() == manifest_bytes(manifest)
    assert load_settings().prefix == manifest.prefix
    assert PUBLISHED - len(day.stream()) == manifest.entries
