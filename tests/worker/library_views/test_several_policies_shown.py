"""Each policy of a library can be shown and looked up, by its own words and sets."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rules.loading.files import load_library
from tests.support.libraries import EXAMPLES, SHIPPED_POLICY, with_examples
from worker.cli import adjudicator
from worker.library_views.code_answers import code_answer
from worker.library_views.code_book import read_code_book
from worker.library_views.library_body import codes_body

NAMES = tuple(sorted(folder.name for folder in (EXAMPLES / "policies").iterdir()))
SECOND = "example-brain-pet"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped policy with all examples."""
    return with_examples(tmp_path_factory.mktemp("shown") / "library", *NAMES)


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(adjudicator, ["library", *words, "--library", str(folder)])


@pytest.mark.parametrize("name", [SHIPPED_POLICY, *NAMES])
def test_the_code_book_of_each_has_what_it_decides_and_watches(name: str, folder: Path) -> None:
    library = load_library(folder)
    (version,) = next(one for one in library.policies if one.policy_id == name).versions

    book = read_code_book(folder, name, version)

    assert {*version.codes.decided} == {*book.sets[version.service]}
    assert {*version.codes.watched} == {*book.sets.get(version.watched_service or "", {})}
    assert {*version.codes.named} <= {*book.sets}
    decided = next(iter(version.codes.decided))
    answer = code_answer(decided, book, library)
    assert answer is not None
    assert answer.says.endswith(("asked every criterion.", "flags: investigational."))
    assert decided in codes_body(book)


def test_a_set_is_told_in_the_words_of_its_policy(folder: Path) -> None:
    library = load_library(folder)
    version = library.version_named(SECOND, "2025-03-01")

    made = codes_body(read_code_book(folder, SECOND, version))

    assert "Procedures: brain pet" in made
    assert "Procedures: spectroscopy" in made
    assert "MR spectroscopy</h3>" not in made


@pytest.mark.parametrize("name", [SHIPPED_POLICY, *NAMES])
def test_each_policy_is_shown_beside_its_reading(name: str, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "page.html"

    written = run(folder, "show", "--policy", name, "--html", str(file))

    assert 0 == written.exit_code
    assert f"Policy {name}, version" in file.read_text()
    assert name in run(folder, "show", "--policy", name, "--markdown").stdout


def test_the_first_policy_is_shown_where_none_is_named(folder: Path) -> None:
    assert SHIPPED_POLICY in run(folder, "show", "--markdown").stdout.splitlines()[0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["--policy", "example-brain"], f"Did you mean {SECOND}?", id="policy"),
        pytest.param(["--policy", SECOND, "--version", "2025-03-17"], "no version", id="version"),
    ],
)
def test_what_there_is_not_is_said_with_what_there_is(
    words: list[str], said: str, folder: Path
) -> None:
    result = run(folder, "show", *words)

    assert 0 != result.exit_code
    assert said in result.stderr


def test_the_document_of_any_policy_is_compared_with_what_was_read(folder: Path) -> None:
    text = EXAMPLES / "documents" / f"{SECOND}.txt"

    traced = run(folder, "trace", "--policy", SECOND, "--text", str(text))

    assert 0 == traced.exit_code, traced.output
    assert "0 of" in traced.stdout
