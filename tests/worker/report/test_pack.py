"""`adjudicator report --pack`: what a regulator gets, by its digests, the same every time."""

from __future__ import annotations

import json
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from rules.loading.files import SHIPPED, load_library
from rules.proof.check import Proof, ProofFault
from rules.proof.library_check import open_library
from rules.proof.tables import checks_of_tables
from tests.support.archives import DAY
from tests.support.sources import ROOT
from worker.cli import adjudicator
from worker.report.pack import FORMAT, MANIFEST, PackExists, digest_of_pack, write_pack
from worker.report.pack_proof import Proved, checks_data, proof_part

SCENARIOS = ROOT / "tests/scenarios/open.jsonl"
FOLDERS = (SHIPPED, None)


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("decided") / "day.jsonl"
    file.write_bytes(CliRunner().invoke(adjudicator, ["decide", str(DAY)]).stdout_bytes)
    return file


def some_of(scenarios: Path) -> bytes:
    """The first scenarios of a file: more would show nothing else."""
    return b"".join(scenarios.read_bytes().splitlines(keepends=True)[:5])


def run(decided: Path, target: Path, *words: object) -> Result:
    given = [decided, "--events", DAY, "--pack", target, "--as-of", "2026-11-28", "--no-proof"]
    return CliRunner().invoke(adjudicator, ["report", *map(str, [*given, *words])])


@pytest.fixture(scope="module")
def pack(decided: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    target = tmp_path_factory.mktemp("pack") / "pack"
    few = target.with_name("few.jsonl")
    few.write_bytes(some_of(SCENARIOS))
    result = run(decided, target, "--scenarios", few)
    assert result.exit_code == 0, result.output
    files = {
        str(file.relative_to(target)): file.read_bytes()
        for file in target.rglob("*")
        if file.is_file()
    }
    assert digest_of_pack(files) in result.output
    return files


def test_the_manifest_has_the_digest_of_every_file(pack: dict[str, bytes]) -> None:
    manifest = json.loads(pack[MANIFEST])

    assert manifest["format"] == FORMAT
    assert manifest["as_of"] == "2026-11-28"
    assert {each["name"]: each["sha256"] for each in manifest["files"]} == {
        name: sha256(data).hexdigest() for name, data in pack.items() if name != MANIFEST
    }


def test_the_inventory_names_versions_and_every_file_of_the_library(
    pack: dict[str, bytes],
) -> None:
    inventory = json.loads(pack["rules/inventory.json"])

    assert inventory["library"] == load_library(SHIPPED).digest
    assert [each["version"] for each in inventory["versions"]] == ["2025-03-17"]
    assert len(inventory["criteria"]) == 9
    for each in inventory["files"]:
        assert each["sha256"] == sha256((SHIPPED / each["name"]).read_bytes()).hexdigest()
    assert "authorities.csv" in {each["name"] for each in inventory["files"]}


def test_the_policy_is_in_it_beside_its_reading_and_the_change_log(pack: dict[str, bytes]) -> None:
    assert pack["rules/policy-6.01.03-2025-03-17.html"].startswith(b"<!doctype html>")
    assert pack["rules/policy-6.01.03-2025-03-17.md"].startswith(b"# Policy 6.01.03")
    assert pack["rules/change-log.csv"].startswith(b"generation,date,approved_by,why\n1,")


def test_scenarios_are_decided_now(pack: dict[str, bytes]) -> None:
    said = json.loads(pack["tests/scenarios.json"])

    assert said["differences"] == 0
    assert said["scenarios"] == len(said["results"]) == 5


def test_the_seeded_defects_are_those_of_the_source(pack: dict[str, bytes]) -> None:
    defects = json.loads(pack["tests/seeded-defects.json"])

    assert len(defects) > 100
    assert {"name", "file", "by", "caught"} == set(defects[0])


def test_it_says_what_is_not_in_it(pack: dict[str, bytes]) -> None:
    page, manifest = pack["README.txt"].decode(), json.loads(pack[MANIFEST])

    assert "What is not in it:" in page
    assert "The proof of the library: --no-proof was given." in manifest["not_in_it"]
    assert all(f"- {each}" in page for each in manifest["not_in_it"])


def test_no_small_count_and_no_member_is_in_it(pack: dict[str, bytes]) -> None:
    view = json.loads(pack["figures/report.json"])

    counts = [view["total"], *(row for rows in view["by"].values() for row in rows)]
    assert not [row for row in counts if row["pended"] in range(1, 11)]
    members = {json.loads(line)["data"]["member_id"] for line in DAY.read_text().splitlines()}
    assert not [name for name, data in pack.items() for m in members if m.encode() in data]


def test_the_same_input_gives_the_same_bytes(decided: Path, tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip"):
        assert run(decided, tmp_path / name).exit_code == 0

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_zip_holds_what_a_folder_holds(tmp_path: Path) -> None:
    files = {"a/b.txt": b"1", MANIFEST: b"2"}

    write_pack(files, tmp_path / "pack.zip")
    write_pack(files, tmp_path / "pack")

    with zipfile.ZipFile(tmp_path / "pack.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
    assert (tmp_path / "pack/a/b.txt").read_bytes() == b"1"


@pytest.mark.parametrize("name", ["pack.zip", "pack"])
def test_nothing_is_written_over(decided: Path, tmp_path: Path, name: str) -> None:
    write_pack({MANIFEST: b"mine"}, tmp_path / name)

    result = run(decided, tmp_path / name)

    assert result.exit_code == 2
    assert f"{name} exists already" in result.output


def test_an_empty_folder_may_be_filled_and_a_file_may_not(tmp_path: Path) -> None:
    write_pack({MANIFEST: b"2"}, tmp_path)
    assert (tmp_path / MANIFEST).read_bytes() == b"2"
    with pytest.raises(PackExists):
        write_pack({MANIFEST: b"2"}, tmp_path / MANIFEST)


def test_a_fault_of_the_proof_is_told() -> None:
    proofs = [
        Proof("one", "is it?", "all"),
        Proof("two", "is it?", "all", (ProofFault("a gap"),), ("stale",)),
    ]

    said: dict[str, Any] = checks_data(proofs)

    assert (said["faults"], said["warnings"]) == (1, 1)
    assert said["checks"][1]["faults"] == ["a gap"]


def test_the_smallest_situations_are_decided_once_more() -> None:
    opened = open_library(*FOLDERS)
    quick = checks_of_tables(opened, opened.library.versions[0].effective_from)
    witnesses = some_of(ROOT / "tests/scenarios/witnesses.jsonl")

    part = proof_part(Proved([make() for make in quick.values()], witnesses), FOLDERS)

    checks = json.loads(part.files["proof/checks.json"])
    decided = json.loads(part.files["proof/witnesses-decided.json"])
    assert (checks["faults"], decided["differences"]) == (0, 0)
    assert decided["scenarios"] == 5
    assert "0 faults" in part.said
    assert "0 decided otherwise" in part.said
