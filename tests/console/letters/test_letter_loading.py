"""The folder of letters is refused as a whole, with every fault, its file and its row."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from console.letters.case import Lettering, LetterRefused, case_of
from console.letters.content import letter_of
from console.letters.loading import letters_of, load_letters
from console.letters.model import LetterTemplate
from rules.library_model import Library
from rules.loading.faults import LibraryRefused
from rules.loading.files import SHIPPED, load_library
from rules.loading.folder import LETTERS
from rules.plans import Plan
from tests.console.letters.cases import ON, claim_under, determination, with_plans

SHIPPED_LETTERS = SHIPPED / LETTERS


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(SHIPPED)


def _contents() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in SHIPPED_LETTERS.iterdir()}


def _refused(library: Library, contents: dict[str, bytes]) -> str:
    with pytest.raises(LibraryRefused) as refused:
        letters_of(contents, SHIPPED_LETTERS, library)
    return "\n".join(map(str, refused.value.faults))


def _replaced(file: str, old: str, new: str) -> dict[str, bytes]:
    contents = _contents()
    text = contents[file].decode()
    assert old in text
    return contents | {file: text.replace(old, new, 1).encode()}


FAULTS = [
    pytest.param(
        "texas-commercial.toml",
        "{appeal_deadline}",
        "{appeal_dedline}",
        r"row \d+ \(block \d+\.text\): names \{appeal_dedline\}, which is not a slot. "
        r"Did you mean appeal_deadline\?",
        id="a slot that there is not",
    ),
    pytest.param(
        "texas-commercial.toml",
        "Name claim {claim_id}",
        "Name claim {claim_id",
        "has a brace that is no slot's",
        id="a brace left open",
    ),
    pytest.param(
        "medicaid.toml",
        'id = "appeal"',
        'id = "apeal"',
        r"row \d+ \(block 1\.id\): is 'apeal', which is not in the order. Did you mean appeal\?",
        id="a block that is not in the order",
    ),
    pytest.param(
        "medicaid.toml",
        'to = ["member"]',
        'to = ["membr"]',
        r"has 'membr', which is not allowed. Did you mean member\?",
        id="an addressee that there is not",
    ),
    pytest.param(
        "medicaid.toml",
        'states = ["*"]',
        'states = ["ZZ"]',
        "'ZZ', which is not a state",
        id="a state that there is not",
    ),
    pytest.param(
        "medicaid.toml", "appeal_days = 60", "appeal_days = 0", "is 0", id="no days for an appeal"
    ),
    pytest.param(
        "medicaid.toml",
        'lines_of_business = ["medicaid"]',
        'lines_of_business = ["medicare"]',
        r"speaks for a state and line of business that medicaid\.toml speaks for",
        id="two files for one law",
    ),
    pytest.param(
        "medicaid.toml",
        'lines_of_business = ["medicaid"]',
        "lines_of_business = []",
        "plan sample-medicaid: no letters for medicaid in NY",
        id="a plan whose law has no file",
    ),
    pytest.param(
        "common.toml",
        'list = "findings"',
        'list = "finding"',
        "Did you mean findings",
        id="a list that there is not",
    ),
    pytest.param(
        "common.toml",
        'list = "findings"',
        "",
        "has neither text, rows nor a list",
        id="a block that says nothing",
    ),
    pytest.param(
        "contents.csv",
        "appeals_to;appeal_days",
        "appeal_to;appeal_days",
        r"contents\.csv, row \d+ .*'appeal_to', which is not a slot. Did you mean appeals_to\?",
        id="an item of a slot that there is not",
    ),
    pytest.param(
        "contents.csv",
        ",contact,",
        ",contct,",
        r"'contct', which is not in the order. Did you mean contact\?",
        id="an item of a block that there is not",
    ),
    pytest.param(
        "reasons.csv",
        "\nPET_EXCLUSIVE,",
        "\nPET_EXCLUSIV,",
        "'PET_EXCLUSIV', which the library does not have. Did you mean PET_EXCLUSIVE",
        id="words for no reason",
    ),
    pytest.param(
        "reasons.csv",
        "\nPET_EXCLUSIVE,",
        "\nPET_EXCLUSIV,",
        "PET_EXCLUSIVE: is missing",
        id="a reason without words",
    ),
    pytest.param(
        "services.csv", "\n76390,", "\n76391,", "76390: is missing", id="a service without a label"
    ),
    pytest.param(
        "sensitive.csv",
        "B20,HIV,NY,",
        "B20,HIV,,",
        "states is empty",
        id="a protected code of no state",
    ),
    pytest.param(
        "sensitive.csv", "B20,HIV,NY", "20,HIV,NY", "not in the form of a code", id="no code"
    ),
    pytest.param(
        "criteria.csv",
        "\nbenefit,",
        "\nbenefits,",
        "'benefits', which the library does not have. Did you mean benefit",
        id="a question of no criterion",
    ),
    pytest.param("senders.csv", "[TTY]", "", "tty is empty", id="a sender without a number"),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), FAULTS)
def test_a_fault_is_named_with_its_place(
    library: Library, file: str, old: str, new: str, said: str
):
    found = _refused(library, _replaced(file, old, new))

    assert re.search(said, found), found
    assert file in found or "jurisdiction" in found


def test_a_block_that_stands_twice_for_one_letter_is_a_fault(library: Library):
    contents = _contents()
    text = contents["medicare.toml"].decode()
    appeal = text[text.index("[[block]]") : text.index("[[block]]", text.index("[[block]]") + 1)]

    found = _refused(library, contents | {"medicare.toml": (text + "\n" + appeal).encode()})

    assert "'appeal' appears twice for the same letter" in found


def test_all_faults_are_told_at_once(library: Library):
    contents = _replaced("medicaid.toml", "{appeal_deadline}", "{deadline}")
    contents["needs.csv"] = b"code,member\n"

    found = _refused(library, contents)

    assert "medicaid.toml" in found
    assert "needs.csv" in found


WANTING: list[tuple[str, Callable[[dict[str, bytes]], object], str]] = [
    ("contents.csv", lambda found: found.pop("contents.csv"), "contents.csv: is missing"),
    ("common.toml", lambda found: found.pop("common.toml"), "common.toml: is missing"),
    (
        "reason.csv",
        lambda found: found.update({"reason.csv": b""}),
        "reason.csv: does not belong among letters.*Did you mean reasons.csv",
    ),
    (
        "new.toml",
        lambda found: found.update({"new.toml": b"states = ["}),
        "new.toml, row 1: is not valid TOML",
    ),
]


@pytest.mark.parametrize(("name", "change", "said"), WANTING, ids=[row[0] for row in WANTING])
def test_a_file_that_is_missing_unknown_or_damaged_is_named(
    library: Library, name: str, change: Callable[[dict[str, bytes]], object], said: str
):
    contents = _contents()
    change(contents)

    assert re.search(said, _refused(library, contents))


def test_a_library_without_letters_says_where_to_get_them(library: Library, tmp_path: Path):
    with pytest.raises(LibraryRefused, match=r"letters/: cannot be read .* Copy letters/"):
        load_letters(tmp_path, library)


def test_a_change_of_a_letter_changes_the_letters_digest_and_not_the_librarys(
    library: Library, tmp_path: Path
):
    folder = tmp_path / "library"
    shutil.copytree(SHIPPED, folder)
    changed = folder / LETTERS / "medicaid.toml"
    changed.write_text(changed.read_text().replace("appeal_days = 60", "appeal_days = 61"))

    again = load_library(folder)

    assert again.digest == library.digest
    assert load_letters(folder, again).digest != load_letters(SHIPPED, library).digest


def test_a_fault_in_a_letter_keeps_no_worker_from_its_library(tmp_path: Path):
    folder = tmp_path / "library"
    shutil.copytree(SHIPPED, folder)
    (folder / LETTERS / "common.toml").write_text("order = [")

    library = load_library(folder)

    with pytest.raises(LibraryRefused, match="not valid TOML"):
        load_letters(folder, library)


@pytest.mark.parametrize("state", ["TX", "CA", "MD", "AZ", "NY"])
def test_each_state_with_a_law_of_its_own_has_letters_of_its_own(library: Library, state: str):
    letters = load_letters(SHIPPED, library)

    of_state = letters.template_for(state, "commercial")
    elsewhere = letters.template_for("PA", "commercial")

    assert of_state is not None
    assert elsewhere is not None
    assert of_state.name != elsewhere.name


def test_each_row_of_the_jurisdictions_has_letters(library: Library):
    letters = load_letters(SHIPPED, library)

    for row in library.jurisdictions:
        state = None if row.state == "*" else row.state
        assert letters.template_for(state, row.line_of_business) is not None, row


JURISDICTIONS = sorted(
    path.name for path in SHIPPED_LETTERS.glob("*.toml") if path.name != "common.toml"
)


@pytest.mark.parametrize("file", JURISDICTIONS)
def test_without_the_last_day_of_an_appeal_no_denial_is_written(library: Library, file: str):
    contents = _contents()
    words = contents[file].decode().replace("{appeal_deadline}", "the last day")
    of = with_plans(
        library, letters_of(contents | {file: words.encode()}, SHIPPED_LETTERS, library)
    )
    plan = next(
        plan
        for plan in of.library.plans.values()
        if _template_of(of, plan).name == file.removesuffix(".toml")
    )
    data = determination("DUPLICATE", "denied")

    with pytest.raises(LetterRefused, match="appeal says nothing of appeal_deadline; "):
        letter_of(case_of(data, claim_under(plan.plan_id), of, "member", ON), of)


def _template_of(of: Lettering, plan: Plan) -> LetterTemplate:
    found = of.letters.template_for(plan.state, plan.line_of_business)
    assert found is not None
    return found
