"""The worker's login of `deploy/users.acl`, whole and without one right after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tests.support.sources import text_of

_RULES = re.search(r"^user mrs-worker on (.+)$", text_of("deploy/users.acl"), re.MULTILINE)
assert _RULES is not None
_ROOT, *_SELECTORS = re.sub(r"\)", "", _RULES[1]).split(" (")
PARTS: tuple[tuple[str, ...], ...] = tuple(
    tuple(part.split()) for part in (_ROOT, *_SELECTORS) if "~mrs:celery:" not in part
)
"""What the login has of its own, and the selectors; those of Celery are not the store's."""


class Crippled(NamedTuple):
    """A login without one right."""

    without: str
    rules: str
    """For a prefix of its own: `{prefix}` stands where the file has `mrs`."""


def whole(*, has_selectors: bool) -> str:
    """The rules of the whole login; before Redis 7 each command is granted on each key."""
    return _rules(PARTS if has_selectors else _flat())


def crippled(*, has_selectors: bool) -> Iterator[Crippled]:
    """The login without each of its rights in turn."""
    parts = PARTS if has_selectors else _flat()
    for at, part in enumerate(parts):
        for right in part:
            rest = tuple(other for other in part if other != right)
            yield Crippled(f"{right} of {part[0]}", _rules((*parts[:at], rest, *parts[at + 1 :])))


def _flat() -> tuple[tuple[str, ...], ...]:
    return (tuple(dict.fromkeys(right for part in PARTS for right in part)),)


def _rules(parts: Sequence[Sequence[str]]) -> str:
    root, *selectors = (" ".join(part) for part in parts)
    joined = " ".join((root, *(f"({selector})" for selector in selectors)))
    return joined.replace("~mrs:", "~{prefix}:")
