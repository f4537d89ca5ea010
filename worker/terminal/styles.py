"""The styles of outcomes and answers on a terminal."""

from __future__ import annotations

from collections.abc import Mapping

STYLES: Mapping[str, str] = {
    "approved": "bold green",
    "denied": "bold red",
    "pended": "bold yellow",
    "not_applicable": "dim",
    "met": "green",
    "not_met": "red",
    "unknown": "yellow",
    "not_asked": "dim",
}
"""Style of each outcome and answer."""
