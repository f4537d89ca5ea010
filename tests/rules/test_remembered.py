"""What is remembered of a library, and its bound."""

from __future__ import annotations

import pytest

from rules.remembered import REMEMBERED_MAX, Memo, Remembered
from tests.rules.deciding import library


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        pytest.param(REMEMBERED_MAX - 1, REMEMBERED_MAX, id="room for one more"),
        pytest.param(REMEMBERED_MAX, 1, id="full: emptied first"),
    ],
)
def test_a_memo_that_is_full_is_emptied(kept: int, expected: int) -> None:
    memo: Remembered[int, int] = Remembered((n, n) for n in range(kept))

    answer = memo.keep(-1, 7)

    assert (7, expected, 7) == (answer, len(memo), memo[-1])


def test_each_kind_of_answer_has_a_memo_of_its_own_library() -> None:
    one, other = library(), library()
    squares: Memo[int, int] = Memo("squares of a test")

    one.remembered(squares).keep(3, 9)

    assert {3: 9} == one.remembered(squares)
    assert {} == other.remembered(squares)
    assert {} == one.remembered(Memo("cubes of a test"))
