"""
The exceptions of `worker/`, in one tree.

    AdjudicatorError
    ├── RetryableError              nothing is wrong with any event: try again later
    │   ├── StoreUnavailable        Redis did not answer, or would not write
    │   ├── WrongKeyType            another program's key stands where ours should
    │   ├── LeaseLost               the lease ran out and another worker has it
    │   ├── StaleRead               what was read has changed: read again
    │   ├── ClockMoved              the store's clock moved on: stamp the commit anew
    │   ├── InstallationMismatch    this worker's settings or library differ from the installation's
    │   ├── ArchiveInUse, ArchiveNeeded
    │   ├── CommandsPending, QueueStands
    │   └── ExporterRefused, NotStarted (Stands), EmbeddedRedisFailed, NotReplicated
    ├── RefusedError                what was given cannot be used: correct it
    │   ├── SettingsRefused, SecretFileRefused, RedisUrlRefused
    │   ├── NotAScenario, NotASweep, MemberIdTooLong
    │   ├── NotEvidence, NotALine, ArchiveUnfit
    │   └── TooLargeForStore        an event leads to more than the store takes at once
    └── MissingError                what was asked for is not there
        ├── NotFound
        ├── NoSuchClaim (NoneFound, SeveralMembers)
        └── NoServerBinary

A retryable failure is never counted as an attempt of an event. Any other exception that an event
leads to is: after `MRS_MAX_ATTEMPTS` attempts the event is a dead letter. Programming errors are
Python's own (`TypeError`, `AssertionError`, ...) and nobody catches them but the loops that must
go on. No message holds anything of an event.
"""

from __future__ import annotations

from typing import Literal


class AdjudicatorError(Exception):
    """Anything that `worker/` raises on purpose."""


class RetryableError(AdjudicatorError):
    """It cannot be done at present. Nothing is wrong with any event: this is never an attempt."""


class RefusedError(AdjudicatorError, ValueError):
    """What was given cannot be used; the message says what to correct."""


class MissingError(AdjudicatorError, LookupError):
    """What was asked for is not there; the message says what."""


class StoreUnavailable(RetryableError):
    """The store did not answer, or would not write; what was asked may or may not be done."""


class WrongKeyType(RetryableError):
    """A key is of a type that we do not write. Nothing was written; an operator must mend it."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(
            f"A key of kind {kind!r} does not hold what this worker writes there. Nothing was "
            "written. Look which program shares this Redis and prefix, and mend or remove the key."
        )


class LeaseLost(RetryableError):
    """The lease ran out and another worker has it. Nothing was written; the work is void."""


class StaleRead(RetryableError):
    """An entry or a record has changed since it was read. Nothing was written: read again."""


class ClockMoved(RetryableError):
    """The determinations carry another time than the store's. Nothing was written."""

    def __init__(self, now: int) -> None:
        self.now = now
        super().__init__("The store's time is not that of the determinations.")


Mismatch = Literal["lanes", "digest", "generation"]
"""What a worker and its installation can differ in."""


class InstallationMismatch(RetryableError):
    """The worker differs from its installation in settings or library: it must not work."""

    def __init__(self, matter: Mismatch, found: str) -> None:
        self.matter: Mismatch = matter
        self.found = found
        super().__init__(_MISMATCHES[matter].format(found=found))


_MISMATCHES: dict[Mismatch, str] = {
    "lanes": "This installation has {found} lanes; set MRS_LANES to that. To change the number, "
    "let the queue run empty, stop all workers and remove the field `lanes` of the meta key.",
    "digest": "Another library ({found}) has the generation of this worker's library. Give the "
    "changed library a higher `generation` in library.toml.",
    "generation": "The installation works with generation {found} of the library, which is newer "
    "than this worker's. Update this worker's library.",
}


class TooLargeForStore(RefusedError):
    """Something that an event leads to is larger than one argument of the store may be."""
