"""The letters of lines that another policy decides: its own words, and all that a notice holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from console.letters.loading import load_letters
from rules.loading.faults import LibraryRefused
from rules.loading.files import load_library
from tests.support.example_claims import OPEN_CLAIMS, OpenClaim, written
from tests.support.libraries import EXAMPLES, with_examples
from worker.cli import adjudicator

NAMES = sorted(each.parent.name for each in EXAMPLES.glob("policies/*/letters"))
SAID = {
    "a PET without an MRI before it": (
        "We found no MRI of your head in our records",
        "The report of an MRI of your head that was made before the PET scan.",
    ),
    "a PET for dementia of a member whose age is not known": (
        "We do not have your birth date.",
        "Your birth date, as the plan has it.",
    ),
    "a second initial PET": (
        "The policy pays for one first PET scan to plan the treatment.",
        "The approval (prior authorization) for this service",
    ),
    "an initial PET where another is pending": (
        "A first PET scan to plan the treatment may have been done before.",
        "The approval (prior authorization) for this service",
    ),
    "a spectroscopy for none of the purposes": (
        "The policy names two questions that this study is for.",
        "The notes of the doctor who asked for the study",
    ),
    "a spectroscopy after an MRI whose result is not known": (
        "We know that you had an MRI or CT, but not clearly what it showed.",
        "The report of an MRI or CT of your head that was made before this study.",
    ),
    "a spectroscopy that is never covered": (
        "The policy calls MR spectroscopy investigational.",
        "The approval (prior authorization) for this service",
    ),
    "exercise for the heart without a plan of it": (
        "The policy asks for a plan of exercise. None was sent.",
        "A statement from the office that sent the claim: there is a plan of exercise for you",
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_examples(tmp_path_factory.mktemp("examples") / "library", *NAMES)


@pytest.mark.parametrize("name", OPEN_CLAIMS)
def test_a_letter_says_why_and_what_would_help(name: str, folder: Path, tmp_path: Path) -> None:
    why, helps = SAID[name]

    said = letter(OPEN_CLAIMS[name], folder, tmp_path, "member")

    assert why in said
    assert helps in said


DENIED = {name: known for name, known in OPEN_CLAIMS.items() if known.outcome == "denied"}


@pytest.mark.parametrize("known", DENIED.values(), ids=DENIED)
@pytest.mark.parametrize("to", ["member", "provider"])
def test_a_denial_names_policy_section_and_reason_and_the_judgement_behind_it(
    known: OpenClaim, to: str, folder: Path, tmp_path: Path
) -> None:
    said = letter(known, folder, tmp_path, to)

    cited = f"Medical policy {known.policy}, version {known.version}, section: {known.section}."
    assert cited in said
    assert known.reason in said
    assert "THE MEDICAL JUDGEMENT BEHIND IT" in said


def test_a_provider_reads_each_criterion_and_what_is_asked_for_in_the_policy_s_words(
    folder: Path, tmp_path: Path
) -> None:
    known = OPEN_CLAIMS["a PET without an MRI before it"]

    said = letter(known, folder, tmp_path, "provider")

    assert "Did an MRI come first, and leave the question open?" in said
    assert "The report of an MRI of the brain made before the PET" in said


@pytest.mark.parametrize("name", NAMES)
def test_each_example_brings_all_the_words_of_its_letters(name: str, tmp_path: Path) -> None:
    folder = with_examples(tmp_path / "library", name)
    library = load_library(folder)

    words = load_letters(folder, library).words_of(name)

    (policy,) = [each for each in library.policies if each.policy_id == name]
    assert set(policy.sections) <= words.criteria.keys()
    assert set(library.needs_of(policy)) - {"review"} <= words.needs.keys()


def _without(name: str) -> Callable[[Path], object]:
    return lambda letters: (letters / name).unlink()


def _another(name: str, row: str) -> Callable[[Path], object]:
    def change(letters: Path) -> None:
        file = letters / name
        file.write_text(f"{file.read_text()}{row}\n")

    return change


def _less(name: str, row: str) -> Callable[[Path], object]:
    def change(letters: Path) -> None:
        rows = (letters / name).read_text().splitlines(keepends=True)
        (letters / name).write_text("".join(each for each in rows if not each.startswith(row)))

    return change


DAMAGE = {
    "no reasons": (_without("reasons.csv"), "reasons.csv", "is missing"),
    "a reason too few": (_less("reasons.csv", "PET_INITIAL_DONE"), "reasons.csv", "is missing"),
    "a criterion of another policy": (
        _another("criteria.csv", "age,How old?"),
        "criteria.csv",
        "does not have",
    ),
    "a table that no policy has": (
        lambda letters: (letters / "senders.csv").write_text(""),
        "senders.csv",
        "does not belong",
    ),
}


@pytest.mark.parametrize(("change", "file", "wrong"), DAMAGE.values(), ids=DAMAGE)
def test_words_that_are_damaged_are_refused_with_their_file(
    change: Callable[[Path], object], file: str, wrong: str, tmp_path: Path
) -> None:
    folder = with_examples(tmp_path / "library", "example-count")
    place = "policies/example-count/letters"
    change(folder / place)

    with pytest.raises(LibraryRefused) as refused:
        load_letters(folder, load_library(folder))

    (fault,) = refused.value.faults
    assert f"{place}/{file}" == fault.file
    assert wrong in fault.wrong


def test_a_procedure_that_the_library_has_no_label_for_has_one_in_the_policy_s_words(
    tmp_path: Path,
) -> None:
    folder = with_examples(tmp_path / "library", "example-count")
    place = folder / "policies/example-count"
    with (place / "2025-03-01/code_sets/oncologic_pet.csv").open("a") as codes:
        codes.write("78459,no,yes,,,heart PET,the test\n")
    library = load_library(folder)

    with pytest.raises(LibraryRefused) as refused:
        load_letters(folder, library)
    (place / "letters/services.csv").write_text(
        "procedure,member,provider\n78459,PET scan of the heart,heart PET\n"
    )

    assert "78459" in str(refused.value)
    found = load_letters(folder, library).services["78459"]
    assert ("PET scan of the heart", "heart PET") == found


def test_a_policy_without_letters_of_its_own_is_asked_for_in_those_of_the_library(
    tmp_path: Path,
) -> None:
    folder = with_examples(tmp_path / "library", "example-never")
    for file in (folder / "policies/example-never/letters").iterdir():
        file.unlink()

    with pytest.raises(LibraryRefused) as refused:
        load_letters(folder, load_library(folder))

    named = [(fault.file, fault.where) for fault in refused.value.faults]
    assert [("reasons.csv", "NEVER_COVERED"), ("criteria.csv", "never_covered")] == named


def letter(known: OpenClaim, folder: Path, tmp_path: Path, to: str) -> str:
    """The whole letter on one line."""
    events = str(written(known, tmp_path))
    words = ["letter", "C-1", "--to", to, "--events", events, "--library", str(folder)]
    result = CliRunner().invoke(adjudicator, words)
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())
