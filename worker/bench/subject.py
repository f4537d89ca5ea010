"""Measures the release that is on the path, whichever it is: the names it may go by are tried.

It is run alone, `python -P subject.py`, also by releases that have no such file, so it imports
nothing of theirs but by those names. Requests come in on standard input, answers go out on
standard output, one JSON value a line each.
"""

from __future__ import annotations

import inspect
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from time import process_time
from typing import Any, Final

_VOLATILE: Final = {"appendonly": "no"}
_MEMBERS: Final = 200

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "adjudicate": ("rules.adjudicate:adjudicate",),
    "append": ("rules.history.record:append", "rules.record:append"),
    "apply": ("rules.member.open_member:apply", "rules.member:apply"),
    "decode": ("worker.events.decode:decode", "worker.events:decode"),
    "latency_at": ("worker.bench.latency:latency_at",),
    "library_folder": ("rules.loading.files:SHIPPED", "rules.library_files:SHIPPED"),
    "load_library": ("rules.loading.files:load_library", "rules.library_files:load_library"),
    "member": ("rules.member.member:Member", "rules.member:Member"),
    "member_parts": ("worker.bench.memory:member_parts",),
    "open_member": ("rules.member.open_member:OpenMember",),
    "ours": ("worker.bench.contenders:ours",),
    "peer": ("worker.bench.contenders:peer",),
    "set_up_logs": ("worker.logs.logs:set_up_logs", "worker.logs:set_up_logs"),
    "record": ("rules.history.record:Record", "rules.record:Record"),
}
"""What is measured, and where releases have it: the newest first."""


def named(what: str) -> Any:  # noqa: ANN401  # whatever the release has there
    """Returns what a release calls so; raises `LookupError`."""
    for place in _NAMES[what]:
        module, _, name = place.partition(":")
        try:
            return getattr(import_module(module), name)
        except (ImportError, AttributeError):
            continue
    raise LookupError(f"{what} has no name that is known")


class MeasuredRelease:
    """The release on the path, with its library loaded."""

    def __init__(self) -> None:
        self._library = named("load_library")(named("library_folder"))
        decode = named("decode")
        # Since there are codes that a library may not have, decoding is told of them.
        more = () if len(inspect.signature(decode).parameters) == 1 else (self._library.remittance,)
        self._decode: Callable[[bytes], Any] = lambda raw: decode(raw, *more)
        self._records: dict[str, list[Any]] = {}

    def about(self) -> dict[str, str]:
        """Returns its version, and in which form its deciding code runs."""
        is_python = str(import_module("rules.adjudicate").__file__).endswith(".py")
        return {
            "version": version("mrs-adjudicator"),
            "rules": "pure Python" if is_python else "compiled",
        }

    def lines_a_second(self, members: str, seconds: float) -> float:
        """
        Decides whole members for a time; returns the lines in a second of the processor.

        Each line of the file is a list of one member's events.
        """
        if members not in self._records:
            told = Path(members).read_text("utf-8").splitlines()
            self._records[members] = [self._record(json.loads(line)) for line in told]
        adjudicate, records = named("adjudicate"), self._records[members]
        lines, began_at = 0, process_time()
        while (spent := process_time() - began_at) < seconds:
            lines += sum(len(adjudicate(record, self._library)) for record in records)
        return lines / spent

    def seconds_of_events(self, events: str) -> float:
        """Applies a member's events one by one; returns the processor's time."""
        told = [
            (self._decode(raw), sha256(raw).digest())
            for raw in Path(events).read_bytes().splitlines()
        ]
        apply = self._applying()
        began_at = process_time()
        for event, digest in told:
            apply(event, digest)
        return process_time() - began_at

    def events_a_second(
        self, contender: str, warm_up: str, events: str, *, volatile: bool
    ) -> float:
        """Works events off with two processes on a Redis of its own."""
        first, measured = (Path(file).read_bytes().splitlines() for file in (warm_up, events))
        config = _VOLATILE if volatile else None
        starting = named("ours")(2, config) if contender == "ours" else named("peer")(config)
        with starting as running:
            running.work_off(first)
            return len(measured) / float(running.work_off(measured))

    def p99(self, rate: float, seconds: float) -> float:
        """Returns the seconds within which 99 of 100 events are determined at a rate."""
        with named("ours")(2) as running:
            return float(named("latency_at")(running, rate, seconds).p99)

    def member_bytes(self) -> int:
        """Returns the bytes of Redis that a member takes."""
        return sum(named("member_parts")(self._library, _MEMBERS).values())

    def _record(self, events: Iterable[str]) -> Any:  # noqa: ANN401  # the release's own record
        append, record = named("append"), named("record")()
        for event in events:
            raw = event.encode()
            record = append(record, self._decode(raw), sha256(raw).digest())
        return record

    def _applying(self) -> Callable[[Any, bytes], object]:
        """Returns what applies one event after another to a member."""
        member = named("member")()
        try:
            opened = named("open_member")(member, self._library)
        except LookupError:
            return _Folding(member, self._library)
        applied: Callable[[Any, bytes], object] = opened.apply
        return applied


class _Folding:
    """Applies events where a release keeps no member open between them."""

    def __init__(self, member: Any, library: Any) -> None:  # noqa: ANN401  # the release's own
        self._apply, self._member, self._library = named("apply"), member, library

    def __call__(self, event: Any, digest: bytes) -> None:  # noqa: ANN401
        self._member = self._apply(self._member, event, digest, self._library).member


def main() -> None:
    """Answers requests until there are no more: `[method, keyword arguments]`."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # nothing but answers goes to whoever asks
    named("set_up_logs")("console", "warning")
    release = MeasuredRelease()
    for line in sys.stdin:
        asked, given = json.loads(line)
        try:
            answer = {"measured": getattr(release, asked)(**given)}
        except LookupError as missing:
            answer = {"missing": str(missing)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
