"""`adjudicator library new`: a folder is laid out once, then what is missing in it is listed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rules.criteria.kinds import KINDS
from rules.loading.files import SHIPPED
from tests.rules.library_folders import copy_small_library, edit, refused
from tests.support.libraries import EXAMPLES
from worker.cli import adjudicator
from worker.policy_drafts.kind_text import USUAL, criterion_text, parameters_text

NEW = "sleep-study"
HERE = f"policies/{NEW}/2026-03-01/"
POLICY = f"{HERE}policy.toml"
DOCUMENT = """\
POLICY ON SLEEP STUDIES
In force from March 2026.

FOR WHOM
1. Adults.

CODES
2. Procedure 95810.
"""
AT_ITS_PLACE = "# Here: a [[criterion]]"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_small_library(tmp_path / "library")


@pytest.fixture
def document(tmp_path: Path) -> Path:
    (tmp_path / "document.txt").write_text(DOCUMENT)
    return tmp_path / "document.txt"


def new(*words: object) -> Result:
    return CliRunner().invoke(adjudicator, ["library", "new", *map(str, words)])


def laid_out(folder: Path, document: Path) -> Result:
    return new(NEW, "--document", document, "--from", "2026-03-01", "--library", folder)


def again(folder: Path, *words: object) -> str:
    result = new(NEW, "--library", folder, *words)
    assert 1 == result.exit_code, result.output
    return " ".join(result.stdout.split())


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_what_is_laid_out_is_said_and_all_of_it_is_to_be_filled(folder, document):
    result = laid_out(folder, document)

    assert 1 == result.exit_code
    assert [
        f"Written: {POLICY}",
        f"Written: {HERE}code_sets/sleep_study.csv",
        f"Written: {HERE}reasons.csv",
        f"Written: {HERE}sources.csv",
        f"Written: policies/{NEW}/scenarios/sleep_study.toml",
    ] == result.stdout.splitlines()[:5]
    assert {
        "the policy",
        "sections",
        "criteria",
        "parameters",
        "open questions",
        "reasons.csv",
        "sources.csv",
    } <= set(result.stdout.splitlines())


def test_every_fault_of_a_new_folder_is_something_empty(folder, document):
    laid_out(folder, document)

    faults = refused(folder).faults

    assert all(fault.file.startswith(HERE) for fault in faults)
    assert {"is empty", "is missing", "''"} >= {
        next(word for word in ("is empty", "''", "is missing", str(fault)) if word in fault.wrong)
        for fault in faults
    }


def test_a_criterion_of_each_kind_is_to_be_filled_and_no_more(folder, document):
    laid_out(folder, document)
    kinds = [kind for kind in KINDS if kind not in (*USUAL, "exclusivity")]
    text = "\n\n".join(map(criterion_text, (*kinds, "exclusivity")))
    edit(folder, POLICY, AT_ITS_PLACE, f"{text}\n\n{AT_ITS_PLACE}")
    edit(
        folder,
        POLICY,
        "\n[[open_question]]",
        "\n" + "\n\n".join(map(parameters_text, KINDS)) + "\n\n[[open_question]]",
    )

    said = [str(fault) for fault in refused(folder).faults]

    for word in ("lacks", "does not have", "is not a known key", "is no reason", "has no"):
        assert [] == [fault for fault in said if f" {word}" in fault]


def test_typed_again_it_changes_nothing(folder, document):
    laid_out(folder, document)
    (folder / HERE / "code_sets/sleep_study.csv").write_text("mine")
    before = contents(folder)

    result = laid_out(folder, document)

    assert "Written" not in result.stdout
    assert before == contents(folder)


def test_it_adds_the_code_sets_that_the_policy_asks_for_since(folder, document):
    laid_out(folder, document)
    asked = criterion_text("purpose") + "\n\n" + criterion_text("evaluated")
    asked = asked.replace('evaluations = ""', 'evaluations = "visits"')
    edit(folder, POLICY, AT_ITS_PLACE, f"{asked}\n\n{AT_ITS_PLACE}")
    edit(folder, POLICY, '# watched_service = ""', 'watched_service = "oximetry"')

    said = again(folder)

    for name in ("indications", "unrelated", "symptom_chapters", "visits", "oximetry"):
        assert f"Written: {HERE}code_sets/{name}.csv" in said
    assert "code,label,source\n" == (folder / HERE / "code_sets/visits.csv").read_text()
    assert "has no source" in said


def test_no_file_is_written_outside_of_the_folder(folder, document, tmp_path):
    laid_out(folder, document)
    edit(folder, POLICY, 'service = "sleep_study"', 'service = "../../../../../outside"')

    again(folder)

    assert not (tmp_path / "outside.csv").exists()


def test_a_library_elsewhere_at_fault_is_said_last(folder, document):
    laid_out(folder, document)
    (folder / "needs.csv").write_text("code\n")

    said = again(folder)

    assert "elsewhere in the library needs.csv, row 1: has no column text" in said


@pytest.fixture
def example(tmp_path: Path) -> tuple[Path, Path]:
    """The shipped library with one example, and the text of its document."""
    folder = copy_small_library(tmp_path / "library")
    shutil.copytree(EXAMPLES / "policies/example-count", folder / "policies/example-count")
    (folder / "code_sets/icd10cm.csv").unlink()
    (folder / "code_sets/icd10cm.csv").symlink_to(SHIPPED / "code_sets/icd10cm.csv")
    plan = EXAMPLES / "plans/example-count.toml"
    shutil.copyfile(plan, folder / "plans/example-count.toml")
    document = tmp_path / "document.txt"
    shutil.copyfile(EXAMPLES / "documents/example-count.txt", document)
    return folder, document


COUNT = "policies/example-count/2025-03-01"


def of_example(example: tuple[Path, Path]) -> str:
    folder, document = example
    result = new("example-count", "--document", document, "--library", folder)
    return result.stdout


def test_of_a_policy_whose_scenarios_reach_its_own_criteria_nothing_is_missing(example):
    folder, document = example

    result = new("example-count", "--document", document, "--library", folder)

    assert (0, "0 things missing in policy example-count.\n") == (result.exit_code, result.stdout)


def test_what_no_scenario_reaches_is_missing(example):
    folder, _document = example
    scenarios = folder / "policies/example-count/scenarios/counts.toml"
    scenarios.write_text("".join(scenarios.read_text().partition('[[scenario]]\nname = "a sec')[0]))

    said = of_example(example)

    assert "scenarios" == said.splitlines()[0]
    assert "in none of them: initial_pet is never not met." in said
    assert "benefit" not in said


def test_a_section_that_is_not_as_in_the_document_is_named_with_its_digest(example):
    _folder, document = example
    document.write_text(document.read_text().replace("Three more", "Four more"))

    assert "section 2: in the document its digest is sha256:" in of_example(example)


def test_a_section_that_the_document_does_not_have_is_named(example):
    _folder, document = example
    document.write_text(document.read_text().replace("5. A rule", "A rule"))

    said = of_example(example)

    assert "section 5: no line of the document begins with its markers." in said


def test_without_the_document_its_text_is_not_looked_at(example):
    folder, _document = example

    assert "section" not in new("example-count", "--library", folder).stdout


def test_a_policy_without_procedures_and_without_a_plan_is_told_so(example):
    folder, _ = example
    for plan in (folder / "plans").iterdir():
        text = plan.read_text().replace('policies = ["example-count"]\n', "")
        plan.write_text(f'policies = ["6.01.03"]\n{text}')
    codes = folder / COUNT / "code_sets/oncologic_pet.csv"
    codes.write_text(codes.read_text().splitlines(keepends=True)[0])

    said = of_example(example)

    assert "code_sets/oncologic_pet.csv of version 2025-03-01 has no procedure." in said
    assert "no plan names example-count in its `policies`." in said


def test_scenarios_that_cannot_be_read_or_come_otherwise_are_told(example):
    folder, _ = example
    scenarios = folder / "policies/example-count/scenarios/counts.toml"
    text = scenarios.read_text().replace('outcome = "approved"', 'outcome = "denied"', 1)
    scenarios.write_text(f"{text}\n[[scenario]]\nname = 'empty'\n")

    said = of_example(example)

    assert "comes otherwise: " in said
    assert "expects nothing" in said


@pytest.mark.parametrize("kind", ["measured", "referred", "benefit"])
def test_a_criterion_of_a_kind_is_printed(kind):
    result = new("any", "--kind", kind)

    assert 0 == result.exit_code
    assert result.stdout.startswith("[[criterion]]\n")
    assert (kind != "benefit") is ("# reasons.csv:" in result.stdout)


def test_a_kind_that_there_is_not_is_refused_with_the_nearest():
    assert "Did you mean measured?" in new("any", "--kind", "mesured").stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param([NEW], "The shipped library is not written to", id="the shipped library"),
        pytest.param([NEW, "--library", "."], "is not a rule library", id="no library"),
        pytest.param(["../x", "--library", "l"], "An id has letters", id="an id that is a path"),
        pytest.param([NEW, "--library", "l"], "with --from", id="no first day"),
        pytest.param(
            [NEW, "--library", "l", "--from", "2026-03-01"], "with --document", id="no document"
        ),
        pytest.param(
            ["6.01.03", "--library", "l", "--from", "2030-01-01"],
            "Policy 6.01.03 has version 2025-03-17: a further version is a copy",
            id="a further version",
        ),
        pytest.param(
            [NEW, "--library", "l", "--from", "2026-03-01", "--document", "l/no_text"],
            "is not UTF-8 text",
            id="a document that is no text",
        ),
    ],
)
def test_what_cannot_be_laid_out_is_said_and_nothing_is_written(words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = copy_small_library(tmp_path / "l")
    (folder / "no_text").write_bytes(b"\xff\xfe\xff")
    before = contents(folder)

    result = new(*words)

    assert (2, True) == (result.exit_code, said in " ".join(result.stderr.split()))
    assert before == contents(folder)
