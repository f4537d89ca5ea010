"""Writes one JSON object per line, in ASCII, so that no text can control a terminal."""

from __future__ import annotations

import json
import re

_NOT_PLAIN = re.compile(r"[^\x00-\x7e]")
"""What JSON leaves unescaped but may control a terminal: DEL and everything beyond ASCII."""


def json_line(value: object) -> str:
    """A value as JSON on one line, without its line end."""
    return _NOT_PLAIN.sub(_escaped, json.dumps(value, separators=(",", ":"), ensure_ascii=False))


def in_ascii(line: bytes) -> bytes:
    """The same JSON with everything but plain ASCII escaped."""
    if line.isascii() and b"\x7f" not in line:
        return line
    return _NOT_PLAIN.sub(_escaped, line.decode()).encode()


def _escaped(found: re.Match[str]) -> str:
    """A JSON escape, of one or two UTF-16 units; a lone surrogate stays as it is."""
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
