"""
Makes a worker of the tests fall ill of some events, told by their ids; the product knows nothing.

An event whose id begins with `lane-` is met when it is decided, one with `door-` wherever it is
read. While the file named by MRS_TESTS_CURE exists, all are well.
"""

from __future__ import annotations

import ctypes
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal, get_args

from rules.member.open_member import OpenMembers
from worker.intake import lane_handler, route

CURE: Final = "MRS_TESTS_CURE"

Place = Literal["door", "lane"]
Kind = Literal["raises", "hangs", "dies", "hoards"]

_ID = re.compile(rb'"id": ?"(door|lane)-(%s)"' % "|".join(get_args(Kind)).encode())
_HOARD_BYTES = 4096
"""So small that next to nothing is left for those who must report it."""


def poison_id(place: Place, kind: Kind) -> str:
    """The id of an event of which a worker falls ill."""
    return f"{place}-{kind}"


def infect() -> None:
    """Has this process, and those that it forks, fall ill."""
    decide, read, decode = OpenMembers.apply, route.read_member_id, lane_handler.decode

    def ill_apply(opened: Any, member: Any, event: Any, *rest: Any) -> Any:
        _suffer("lane", b'"id": "%s"' % event.id.encode())
        return decide(opened, member, event, *rest)

    def ill_reader(reads: Callable[..., Any]) -> Callable[..., Any]:
        def ill(raw: bytes, *rest: Any) -> Any:
            _suffer("door", raw)
            return reads(raw, *rest)

        return ill

    OpenMembers.apply = ill_apply
    route.read_member_id = ill_reader(read)
    lane_handler.decode = ill_reader(decode)


def _suffer(place: str, raw: bytes) -> None:
    found = _ID.search(raw)
    if found is None or found[1].decode() != place or Path(os.environ[CURE]).exists():
        return
    match found[2].decode():
        case "raises":
            raise ZeroDivisionError
        case "hangs":
            while True:
                time.sleep(0.01)
        case "dies":
            ctypes.string_at(0)
        case "hoards":
            hoard = []
            while True:
                hoard.append(bytearray(_HOARD_BYTES))
