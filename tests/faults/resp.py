"""Tells where a command and where an answer ends in what a client and Redis say (RESP2, RESP3)."""

from __future__ import annotations

from typing import Final

_LINE_END: Final = b"\r\n"
_ONE_LINE: Final = b"+-:_#,("
_BYTES: Final = b"$!="
_PARTS: Final = {b"*": 1, b"~": 1, b">": 1, b"%": 2, b"$": 0}
"""How many answers make up one of an aggregate; an absent text has none."""


def take_command(said: bytearray) -> list[bytes] | None:
    """The words of the first command, taken away from what was said; None if it is not whole."""
    header = _line(said, 0)
    if header is None:
        return None
    line, at = header
    assert line[:1] == b"*", "a client of ours sends arrays only"
    words = []
    for _ in range(int(line[1:])):
        header = _line(said, at)
        if header is None:
            return None
        line, at = header
        end = at + int(line[1:])
        if len(said) < end + len(_LINE_END):
            return None
        words.append(bytes(said[at:end]))
        at = end + len(_LINE_END)
    del said[:at]
    return words


def command_bytes(words: list[bytes]) -> bytes:
    """A command as it is said to Redis."""
    parts = [b"*%d\r\n" % len(words)]
    for word in words:
        parts += (b"$%d\r\n" % len(word), word, _LINE_END)
    return b"".join(parts)


def take_answer(said: bytearray) -> bytes | None:
    """The first answer, taken away from what was said; None if it is not whole."""
    end = _answer_end(said, 0)
    if end is None:
        return None
    answer = bytes(said[:end])
    del said[:end]
    return answer


def _answer_end(said: bytearray, at: int) -> int | None:
    header = _line(said, at)
    if header is None:
        return None
    line, at = header
    kind = line[:1]
    if kind in _ONE_LINE:
        return at
    size = int(line[1:])
    if kind in _BYTES and size >= 0:
        end = at + size + len(_LINE_END)
        return end if len(said) >= end else None
    for _ in range(size * _PARTS[kind] if size > 0 else 0):
        end_of_part = _answer_end(said, at)
        if end_of_part is None:
            return None
        at = end_of_part
    return at


def _line(said: bytearray, at: int) -> tuple[bytes, int] | None:
    end = said.find(_LINE_END, at)
    return None if end < 0 else (bytes(said[at:end]), end + len(_LINE_END))
