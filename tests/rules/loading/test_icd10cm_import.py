"""A yearly release put into the table of diagnoses: what changes, and what that touches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import pytest

from rules.loading.faults import Faults, LibraryRefused
from rules.loading.files import load_changed, load_library
from rules.loading.icd10cm import Icd10cmTable
from rules.loading.icd10cm_import import Imported, OrderFile, import_release
from rules.loading.icd10cm_release import with_release
from tests.rules.library_folders import BIG, copy_small_library
from tests.rules.loading.test_next_version import write_next_version

SINCE, UNTIL = date(2026, 10, 1), date(2027, 10, 1)
NAME = "icd10cm_order_2027.txt"


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    """The shipped library with a small part of its big table, so that it is read fast."""
    return Year(copy_small_library(tmp_path_factory.mktemp("library") / "library"))


@dataclass(frozen=True)
class Year:
    """A library before the release of a new year is put in."""

    folder: Path

    @cached_property
    def present(self) -> dict[str, bool]:
        """What the table says of its last day: the release of the year before."""
        table = load_library(self.folder).icd10cm
        assert isinstance(table, Icd10cmTable)
        return {
            code: row.is_billable
            for code in table.codes()
            for row in table.rows(code)
            if row.holds(date(2026, 9, 30))
        }

    def imported(self, begun: dict[str, bool] | None = None, ended: Iterable[str] = ()) -> Imported:
        """The release of the year before with codes put in and taken out."""
        codes = {code: held for code, held in self.present.items() if code not in ended}
        file = order_file({**codes, **(begun or {})})
        return import_release(self.folder, file, SINCE, UNTIL)

    def refusal(self, file: OrderFile, since: date = SINCE, until: date = UNTIL) -> str:
        """What is said of a release that is not taken."""
        with pytest.raises(LibraryRefused) as caught:
            import_release(self.folder, file, since, until)
        return str(caught.value)


def order_file(codes: dict[str, bool]) -> OrderFile:
    """As the official one is laid out, with descriptors of nobody."""
    rows = enumerate(sorted(codes.items()), 1)
    return OrderFile(
        NAME,
        "".join(
            f"{number % 100_000:05} {code.replace('.', ''):<7} {billable:d} {'x':<60} x\n"
            for number, (code, billable) in rows
        ),
    )


def touched(found: Imported) -> list[tuple[str, str]]:
    return [(one.code, one.what) for one in found.touched]


def test_a_release_that_changes_nothing_prolongs_the_table(year: Year) -> None:
    found = year.imported()

    assert found.change[1:] == ((), (), ())
    assert found.contents[BIG] == (year.folder / BIG).read_bytes()
    assert found.touched == ()
    library = load_changed(year.folder, found.contents)
    assert [
        library.icd10cm.validity("Z99.99", on) for on in (date(2027, 9, 30), date(2027, 10, 1))
    ] == ["invalid", "unverified"]


def test_codes_begin_end_and_turn_on_the_first_day(year: Year) -> None:
    found = year.imported({"C71.9": False, "C71.91": True}, ["C61"])

    validity = load_changed(year.folder, found.contents).icd10cm.validity
    before, first = date(2026, 9, 30), SINCE
    assert (found.change.begun, found.change.ended) == (("C71.91",), ("C61",))
    assert found.change.turned == ("C71.9",)
    assert ("invalid", "billable") == (validity("C71.91", before), validity("C71.91", first))
    assert ("billable", "invalid") == (validity("C61", before), validity("C61", first))
    assert ("billable", "heading") == (validity("C71.9", before), validity("C71.9", first))


def test_the_same_release_again_changes_nothing(year: Year) -> None:
    first = year.imported({"C71.9": False, "C71.91": True}, ["C61"])
    codes = {code: held for code, held in year.present.items() if code != "C61"}
    text = first.contents[BIG].decode()
    again = with_release(text, {**codes, "C71.9": False, "C71.91": True}, SINCE, Faults())

    assert again.text == text


def test_a_listed_code_that_ends_is_named(year: Year) -> None:
    found = year.imported(ended=["R56.9"])

    assert touched(found) == [("R56.9", "ends: listed in indications.csv, purposes 6")]


def test_a_version_that_ended_before_the_release_is_touched_by_nothing(tmp_path: Path) -> None:
    folder = copy_small_library(tmp_path / "library")
    write_next_version(folder)

    found = Year(folder).imported(ended=["R56.9"])

    assert ["R56.9"] == [code for code, _ in touched(found)]
    assert {"2026-07-01"} == {one.version for one in found.touched}


def test_a_listed_code_that_becomes_a_heading_is_named_with_what_is_under_it(year: Year) -> None:
    found = year.imported({"C71.9": False, "C71.91": True})

    assert ("C71.9", "changes its kind: listed in indications.csv, purposes 1, 3, 4") in touched(
        found
    )
    assert ("C71.91", "new: a brain tumour by its heading") in touched(found)


def test_a_new_code_that_a_heading_would_deny_is_named(year: Year) -> None:
    found = year.imported({"I10": False, "I10.1": True})

    assert ("I10.1", "new: unrelated under I10, so it would be denied") in touched(found)


def test_a_new_code_beside_a_purpose_is_named(year: Year) -> None:
    found = year.imported({"G40.B2": False, "G40.B21": True})

    assert ("G40.B21", "new: beside purposes in G40") in touched(found)


def test_a_new_code_that_no_set_has_touches_nothing(year: Year) -> None:
    assert touched(year.imported({"R51.8": True})) == []


def test_the_source_of_the_table_tells_its_new_days(year: Year) -> None:
    old = (year.folder / "sources.csv").read_text()

    new = year.imported().contents["sources.csv"].decode()

    days = ",2026-04-01,2024-10-01,2026-10-01,", ",2026-10-01,2024-10-01,2027-10-01,"
    last = "a few changes may be of April 2026"
    assert new == old.replace(*days).replace(last, f"{last}; release of 2026-10-01 put in")


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        pytest.param(date(2026, 10, 2), UNTIL, "without a gap", id="a_gap_of_a_day"),
        pytest.param(date(2024, 10, 1), UNTIL, "without a gap", id="before_the_table"),
        pytest.param(
            date(2025, 9, 30), UNTIL, "already changes after 2025-09-30", id="out_of_turn"
        ),
        pytest.param(SINCE, SINCE, "would end on 2026-10-01", id="no_day_at_all"),
    ],
)
def test_days_that_do_not_follow_the_table_s_are_refused(
    year: Year, since: date, until: date, words: str
) -> None:
    assert words in year.refusal(order_file(year.present), since, until)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(lambda text: text[: len(text) // 2], "has ", id="half_a_file"),
        pytest.param(
            lambda text: text + "A00,Cholera\n", "is not a row of an order file", id="a_csv"
        ),
        pytest.param(
            lambda text: text + "99999 C7191   2 x\n",
            "is not a row of an order file",
            id="a_third_kind",
        ),
        pytest.param(
            lambda text: text + "99999 Z9999   0 x\n",
            "Z99.99: is a heading with no code under it",
            id="a_heading_of_nothing",
        ),
        pytest.param(lambda _: "", "the release has 0 codes", id="nothing"),
    ],
)
def test_what_is_no_release_is_refused(year: Year, change, words: str) -> None:
    file = order_file(year.present)

    assert words in year.refusal(file._replace(text=change(file.text)))
