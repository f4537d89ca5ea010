"""No identifier, reason, date or number of a table is broken, whatever the width."""

from __future__ import annotations

import io

import pytest
from rich.text import Text

from worker.terminal.console import UnbrokenConsole, console
from worker.terminal.indent import Indented
from worker.terminal.table import FittingTable
from worker.terminal.wrap import wrapped

CLAIM, REASON, DAY = "CLM-2025-0403-OF-A-LONG-KIND", "CONVENTIONAL_IMAGING_UNKNOWN", "2025-06-01"
MEMBER, NEEDS = "M-000000000000003", "an MRI or CT report, an attestation, or a review by a person"
HEADINGS = ("due on", "reason", "claim", "line", "member", "what would resolve it")


def table(**changes: object) -> FittingTable:
    settings = {"title": "Pends", "prose": (HEADINGS[-1],), "right": ("line",)} | changes
    made = FittingTable(*HEADINGS, **settings)
    for line in ("1", "12"):
        made.add_row(DAY, Text(REASON, style="red"), CLAIM, line, MEMBER, NEEDS)
    return made


def shown(content: object, columns: int | None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    if columns is not None:
        monkeypatch.setenv("COLUMNS", str(columns))
    out = io.StringIO()
    made = UnbrokenConsole(file=out, markup=False, width=columns or 120)
    made.print(content)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("columns", [20, 39, 40, 60, 80, 100, 120, 200, None])
def test_nothing_is_broken_and_nothing_is_left_out(columns, monkeypatch):
    text = "\n".join(shown(table(), columns, monkeypatch))

    for value in (DAY, REASON, CLAIM, MEMBER):
        assert 2 == text.count(value)
    for word in NEEDS.split():
        assert word in text.split()


@pytest.mark.parametrize("columns", [40, 60, 80, 100, 120, 200])
def test_no_line_is_wider_than_the_screen_or_ends_in_blanks(columns, monkeypatch):
    lines = shown(table(), columns, monkeypatch)

    assert [] == [line for line in lines if len(line) > columns or line != line.rstrip()]


def test_what_does_not_fit_stands_in_a_second_line_with_its_name(monkeypatch):
    _, heading, first, second, third, *_ = shown(table(), 75, monkeypatch)

    assert ["due on", "reason", "claim"] == [cell.strip() for cell in heading.split("  ") if cell]
    assert first.split() == [DAY, REASON, CLAIM]
    assert second == f"    line: 1  member: {MEMBER}"
    assert third.startswith("    what would resolve it: an MRI or CT report,")


def test_it_is_said_which_columns_leave_first(monkeypatch):
    _, heading, *_ = shown(table(later=("reason", "claim")), 80, monkeypatch)

    assert "due on" in heading
    assert "member" in heading
    assert not {"reason", "claim"} & set(heading.split())


def test_below_40_columns_it_is_a_list(monkeypatch):
    title, *lines = shown(table(), 39, monkeypatch)

    assert "Pends" == title
    assert [f"due on: {DAY}", f"reason: {REASON}", f"claim: {CLAIM}", "line: 1"] == lines[:4]
    assert lines[5].startswith("what would resolve it: ")
    assert "" in lines


def test_in_a_file_a_row_is_one_line_without_padding(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)

    _, heading, first, second = shown(table(), None, monkeypatch)

    assert "  ".join(HEADINGS) == heading
    assert f"{DAY}  {REASON}  {CLAIM}  1  {MEMBER}  {NEEDS}" == first
    assert second.split("  ")[3] == "12"


def test_numbers_stand_to_the_right(monkeypatch):
    _, heading, *rows = shown(table(), 200, monkeypatch)

    ends = heading.index("line") + len("line")
    assert ["1", "2"] == [row[ends - 1] for row in rows]


def test_prose_is_wrapped_below_its_heading(monkeypatch):
    _, heading, first, wrapped_line, *_ = shown(table(), 140, monkeypatch)

    begins = heading.index(HEADINGS[-1])
    assert first[begins:].startswith("an MRI or CT")
    assert not wrapped_line[:begins].strip()
    assert wrapped_line[begins:].strip()


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        pytest.param(9, ["one two", "three"], id="between_words"),
        pytest.param(7, ["one two", "three"], id="exactly_as_wide"),
        pytest.param(6, ["one", "two", "three"], id="one_less"),
        pytest.param(2, ["one", "two", "three"], id="longer_words_stay_whole"),
    ],
)
def test_a_text_is_wrapped_between_words_alone(width, expected):
    assert expected == [line.plain for line in wrapped(Text("one two three"), width)]


def test_lines_of_a_text_stay_lines():
    assert ["one", "", "two"] == [line.plain for line in wrapped(Text("one\n\ntwo"), 80)]


def test_what_is_indented_is_not_cut_off_or_filled_up(monkeypatch):
    words = f"{'x' * 50} and more"

    lines = shown(Indented(Text(words), 4, "- "), 40, monkeypatch)

    assert [f"    - {'x' * 50}", "      and more"] == lines


def test_the_consoles_of_commands_break_nothing():
    assert isinstance(console(), UnbrokenConsole)
