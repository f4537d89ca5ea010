"""Writes one JSON object a line, in ASCII: whatever a text holds, no terminal obeys it."""

from __future__ import annotations

import json
import re

_NOT_PLAIN = re.compile(r"[^\x00-\x7e]")
"""What JSON leaves as it is, and a terminal may obey: the delete sign and all beyond ASCII."""


def json_line(value: object) -> str:
    """A value as JSON on one line, without its line end."""
    return _NOT_PLAIN.sub(_escaped, json.dumps(value, separators=(",", ":"), ensure_ascii=False))


def in_ascii(line: bytes) -> bytes:
    """The same JSON with everything that is not plain ASCII written as an escape."""
    if line.isascii() and b"\x7f" not in line:
        return line
    return _NOT_PLAIN.sub(_escaped, line.decode()).encode()


def _escaped(found: re.Match[str]) -> str:
    """As JSON has it: in one or two units of UTF-16; half a letter stays what it is."""
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
