"""A stream of bytes as interchanges of segments, read piece by piece."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import IO, Final

from doors.x12.reading import Separators
from doors.x12.separators import ISA_LENGTH, NotAnInterchange, read_isa

_PIECE: Final = 1 << 17
SEGMENT_CHARACTERS_MAX: Final = 1 << 15
"""Longer ones are of no 837: the longest that a guide allows has some two thousand."""

_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NEWLINES: Final = "\r\n"


class Unreadable(ValueError):
    """The rest of the stream cannot be read; the message says why, in a sentence."""


class SegmentStream:
    """
    The segments of a stream, interchange by interchange.

    No more than a piece of it is held. Its characters are never guessed at: they are read in the
    encoding that is given, and what is not of it is refused.
    """

    def __init__(self, source: IO[bytes], encoding: str) -> None:
        self._source = source
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._rest = ""
        self._ended = False
        self._separators: Separators | None = None
        self._is_first = True

    def next_interchange(self) -> tuple[tuple[str, ...], Separators] | None:
        """
        The ISA of the next interchange and its separators; None: there is none.

        Raises `NotAnInterchange` and `Unreadable`.
        """
        self._rest = self._rest.lstrip()
        while len(self._rest) < ISA_LENGTH and not self._ended:
            self._read()
            self._rest = self._rest.lstrip()
        if not self._rest:
            if self._is_first:
                raise NotAnInterchange("It is empty.")
            return None
        self._is_first = False
        elements, self._separators = read_isa(self._rest)
        self._rest = self._rest[ISA_LENGTH:]
        return elements, self._separators

    def segments(self) -> Iterator[str]:
        """
        The segments of the interchange after its ISA, up to IEA, without what surrounds them.

        An ISA before that, or the end of the stream, ends them too. What stands after the last
        terminator comes as a segment only if it is an IEA. Raises `Unreadable`.
        """
        assert self._separators is not None  # an interchange was begun
        end, element = self._separators.segment, self._separators.element
        trailer, header = f"IEA{element}", f"ISA{element}"
        while True:
            pieces = self._rest.split(end)
            last = pieces.pop()
            consumed = 0
            for piece in pieces:
                segment = piece.strip()
                if segment[:4] == header:
                    self._rest = self._rest[consumed:].lstrip()
                    return
                consumed += len(piece) + 1
                yield segment
                if segment[:4] == trailer:
                    self._rest = self._rest[consumed:]
                    return
            if self._ended:
                self._rest = ""
                if last.strip().startswith(trailer):
                    yield last.strip()
                elif last.strip():
                    yield last.strip()[:0]
                return
            if len(last) > SEGMENT_CHARACTERS_MAX:
                raise Unreadable(
                    "A segment has more than 32,768 characters: its terminator is missing, or it "
                    "is none of a claim."
                )
            self._rest = last
            self._read()

    def _read(self) -> None:
        """Takes one more piece of the stream."""
        piece = self._source.read(_PIECE)
        if self._is_first and not self._rest:
            if piece.startswith(_WIDE):
                raise Unreadable("It is UTF-16: save it as UTF-8.")
            piece = piece.removeprefix(codecs.BOM_UTF8)
        self._ended = not piece
        try:
            self._rest += self._decoder.decode(piece, final=self._ended)
        except UnicodeDecodeError:
            pass
        else:
            return
        # Raised outside the handler: the error of Python holds the bytes.
        raise Unreadable(
            f"It has bytes that are not {self._encoding}: give its encoding with --encoding."
        )
