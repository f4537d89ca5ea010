"""Which service a determination is of, by the shipped library: it has one version."""

from __future__ import annotations

from typing import Any

from rules.determination import Service
from rules.library_model import Library


def service_of(library: Library, data: dict[str, Any]) -> Service:
    """That of its procedure; a line without one is of no service of ours."""
    (version,) = library.versions
    return version.service_of(data["procedure"] or "")
