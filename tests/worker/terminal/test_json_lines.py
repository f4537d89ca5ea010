"""JSON on a line says the same as any JSON, in letters that steer nothing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.terminal.json_lines import in_ascii, json_line

ANY_TEXT = st.text(st.characters())


@given(st.dictionaries(ANY_TEXT, ANY_TEXT | st.none() | st.integers()))
def test_a_value_is_read_back_as_it_was_and_stands_in_plain_letters(value):
    line = json_line(value)

    assert value == json.loads(line)
    assert all(" " <= letter <= "~" for letter in line)


@given(st.lists(st.text()))
def test_json_of_another_writer_means_the_same_after_it(value):
    raw = json.dumps(value, ensure_ascii=False).encode()

    line = in_ascii(raw)

    assert value == json.loads(line)
    assert all(0x20 <= byte < 0x7F for byte in line)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("~", '"~"', id="the_last_plain_letter"),
        pytest.param("\x7f", '"\\u007f"', id="the_delete_sign"),
        pytest.param("\x9b", '"\\u009b"', id="an_eight_bit_escape"),
        pytest.param("\U0001f9ff", '"\\ud83e\\uddff"', id="a_letter_of_two_units"),
        pytest.param("\ud800", '"\\ud800"', id="half_a_letter"),
    ],
)
def test_what_a_terminal_may_obey_is_escaped(text, expected):
    assert expected == json_line(text)
