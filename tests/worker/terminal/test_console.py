"""Texts from claims cannot steer a person's terminal."""

from __future__ import annotations

import pytest

from worker.terminal.console import console, printable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("CLM-2025 / 0412", "CLM-2025 / 0412", id="plain"),
        pytest.param("\x1b[2Jgone", r"\x1b[2Jgone", id="escape"),
        pytest.param("a\x9b31mb", r"a\x9b31mb", id="eight_bit_escape"),
        pytest.param("two\r\nlines\t", r"two\r\nlines\t", id="line_ends"),
        pytest.param("\u202ederever", r"\u202ederever", id="direction_mark"),
        pytest.param("a\u200bb", r"a\u200bb", id="invisible"),
        pytest.param("\ud800", r"\ud800", id="half_a_letter"),
        pytest.param("\u2028", r"\u2028", id="line_separator"),
        pytest.param("病院 Ключ ليلى", "病院 Ключ ليلى", id="other_scripts"),
        pytest.param(12, "12", id="number"),
    ],
)
def test_what_could_steer_a_terminal_is_written_out(text, expected):
    assert expected == printable(text)


def test_a_console_reads_no_markup_in_texts(capsys):
    console().print("[red]C-1[/red] :warning:")

    assert "[red]C-1[/red] :warning:\n" == capsys.readouterr().out


@pytest.mark.parametrize(
    ("columns", "expected"), [(None, 120), ("40", 40)], ids=["a_file", "as_the_environment_says"]
)
def test_what_goes_to_a_file_is_wide_unless_the_environment_says_otherwise(
    columns, expected, monkeypatch
):
    monkeypatch.delenv("COLUMNS", raising=False)
    if columns is not None:
        monkeypatch.setenv("COLUMNS", columns)

    assert expected == console().width
