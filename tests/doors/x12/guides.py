"""What pyx12's own validator says of X12 that we wrote."""

from __future__ import annotations

import io
import logging

import pyx12.params
import pyx12.x12file
import pyx12.x12n_document


def faults_by_map(content: bytes) -> list[str]:
    """Each fault that the map of its guide finds; none where it is accepted."""
    heard = _Heard()
    logger = logging.getLogger("pyx12")
    logger.addHandler(heard)
    try:
        text = io.StringIO(content.decode("ascii"))
        is_valid = pyx12.x12n_document.x12n_document(pyx12.params.params(), text, None, None)
    finally:
        logger.removeHandler(heard)
    return heard.said if heard.said or is_valid else ["invalid"]


def segments_in(content: bytes) -> list[str]:
    """The segments, read by pyx12, without their separators' lines."""
    reader = pyx12.x12file.X12Reader(io.StringIO(content.decode("ascii")))
    segments = [each.format("", "*", ":") for each in reader]
    assert [] == reader.pop_errors()
    return segments


def named(content: bytes, *names: str) -> list[str]:
    """The segments with these names."""
    return [each for each in segments_in(content) if each.partition("*")[0] in names]


class _Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())
