"""
The exceptions of `worker/`, in one tree.

    AdjudicatorError
    ├── RetryableError              no event is at fault: try again later
    │   ├── StoreUnavailable        Redis did not answer, or would not write
    │   ├── WrongKeyType            another program uses one of our keys
    │   ├── LeaseLost               the lease expired and another worker may have it
    │   ├── NotReplicated           too few replicas have what Redis has
    │   ├── StaleRead               the data changed since it was read: read again
    │   ├── ClockMoved              the store's clock moved on: stamp the commit anew
    │   ├── InstallationMismatch    this worker's settings, library or memory differ from Redis
    │   ├── RightsMissing           this login lacks a right that the scripts need
    │   ├── UnsafeRedis             Redis may lose what it holds, or is not the one that counts
    │   ├── StoreNearlyFull         Redis has no room for more work
    │   ├── BrokerUnavailable       the broker is away, refuses, or sends this worker no dispatches
    │   ├── WorkerStarting          the worker has not tried to reach its broker yet
    │   ├── MainLoopStands          the worker's main thread is blocked
    │   ├── ArchiveInUse, ArchiveNeeded, ParquetMissing, WorkersReady
    │   ├── CommandsPending, QueueStands
    │   ├── ViewNotNoted            who looks at a page could not be recorded
    │   ├── ExtraMissing            a command needs packages that are not installed
    │   └── ExporterRefused, FolderWatched, PortTaken, NotStarted (Stands), EmbeddedRedisFailed,
    │       PangoMissing, BridgeStopped, KafkaRefused, ShardsAway
    ├── RefusedError                the input cannot be used: correct it
    │   ├── SettingsRefused, SecretFileRefused, RedisUrlRefused
    │   ├── NotAScenario, NotEventLines, NotASweep, MemberIdTooLong, NotEncodable, NotADetermination
    │   ├── NotEvidence, NotAnAnchor, NotTheLibrary, NotPacked, NotALine, ArchiveUnfit, NotAWheel,
    │   │   NotParquet, NoDetermination, LetterRefused, PackExists, NotShort
    │   └── TooLargeForStore        an event's result is larger than the store accepts
    └── MissingError                the thing asked for does not exist
        ├── NotFound, NotKnown, NoLetter
        ├── NoSuchClaim (NoneFound, SeveralMembers)
        └── NoServerBinary

A retryable failure never counts as an attempt of an event. Any other exception that an event causes
does: after `MRS_MAX_ATTEMPTS` attempts the event becomes a dead letter. Programming errors are
Python's own (`TypeError`, `AssertionError`, ...), and only the loops that must go on catch them.
No message contains any part of an event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal


class AdjudicatorError(Exception):
    """Anything that `worker/` raises on purpose."""


class RetryableError(AdjudicatorError):
    """It cannot be done at present. No event is at fault, so this never counts as an attempt."""

    forbids_work = False
    """Whether a worker that is not ready for this reason must also stop taking dispatches."""


class RefusedError(AdjudicatorError, ValueError):
    """The input cannot be used; the message says what to correct."""


class MissingError(AdjudicatorError, LookupError):
    """The thing asked for does not exist; the message names it."""


class StoreUnavailable(RetryableError):
    """The store did not answer or would not write; the request may or may not have been done."""

    def __init__(self, said: str = "", to_do: str = "") -> None:
        self.said = said
        """What the store said, and where it is; without any data."""
        self.to_do = to_do
        super().__init__(f"{said} {to_do}".rstrip())


class WrongKeyType(RetryableError):
    """A key has the wrong type. Nothing was written; an operator must repair it."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(
            f"A key of kind {kind!r} does not hold what this worker writes there. Nothing was "
            "written. Look which program shares this Redis and prefix, and mend or remove the key."
        )


class LeaseLost(RetryableError):
    """The lease expired and another worker may have it. Nothing was written; the work is void."""


class NotReplicated(RetryableError):
    """Too few replicas have what was written; send an event again, with its `source` and `id`."""

    def __init__(self, replicas: int) -> None:
        which = "one replica has" if replicas == 1 else f"{replicas} replicas have"
        super().__init__(
            f"It is not known that {which} what was written last. It stands in Redis, and is lost "
            "if a replica without it takes over now."
        )


class StaleRead(RetryableError):
    """An entry or a record has changed since it was read. Nothing was written: read again."""


class ClockMoved(RetryableError):
    """The determinations' time differs from the store's. Nothing was written."""

    def __init__(self, now: int) -> None:
        self.now = now
        super().__init__("The determinations' time differs from the store's.")


class RightsMissing(RetryableError):
    """The login lacks rights that the scripts need. Nothing was written."""

    forbids_work = True

    def __init__(self, rights: Sequence[str]) -> None:
        self.rights = tuple(rights)
        super().__init__(
            f"This login lacks rights in Redis: {', '.join(rights)}. Nothing was written. Give it "
            "all rights of its role in deploy/users.acl (NOPERM)."
        )


Risk = Literal["eviction", "persistence", "replica", "foreign_keys"]
"""What makes wrong decisions possible in a Redis."""


class UnsafeRedis(RetryableError):
    """Redis may lose records or is not the one that counts, so decisions could be wrong."""

    forbids_work = True

    def __init__(self, risks: Sequence[Risk]) -> None:
        self.risks = tuple(risks)
        said = " ".join(RISKS[risk] for risk in risks)
        super().__init__(f"Nothing is decided, as decisions could be wrong. {said}")


RISKS: Mapping[Risk, str] = {
    "eviction": "Redis evicts keys when it is full: set `maxmemory-policy noeviction`.",
    "persistence": "Redis does not keep what it acknowledges: set `appendonly yes`.",
    "replica": "This Redis is a replica: set MRS_REDIS_URL to the master or its Sentinels.",
    "foreign_keys": "Another program writes under MRS_PREFIX: give it another prefix.",
}
"""Each with what to do."""

Mismatch = Literal["lanes", "digest", "generation", "installation", "shards", "unsaid"]
"""What a worker and its installation can differ in."""


class InstallationMismatch(RetryableError):
    """The worker differs from its installation in settings, library or memory: it must not work."""

    forbids_work = True

    def __init__(self, matter: Mismatch, found: str) -> None:
        self.matter: Mismatch = matter
        self.found = found
        super().__init__(_MISMATCHES[matter].format(found=found))


_MISMATCHES: dict[Mismatch, str] = {
    "lanes": "This installation has {found} lanes; set MRS_LANES to that. To change the number, "
    "let the queue run empty, stop all workers and remove the field `lanes` of the meta key.",
    "shards": "This installation has {found} shards; set MRS_SHARDS to that. The number never "
    "changes, as it says where each member is: to grow, move slots to more nodes.",
    "unsaid": "This shard is new. Nothing is decided in it until another has confirmed MRS_SHARDS: "
    "the first one does it.",
    "digest": "Another library ({found}) has the generation of this worker's library. Give the "
    "changed library a higher `generation` in library.toml.",
    "generation": "The installation works with generation {found} of the library, which is newer "
    "than this worker's. Update this worker's library.",
    "installation": "Redis does not hold the installation that is remembered here (it has: "
    "{found}): its data was lost, or it is another Redis. Nothing is decided until an operator has "
    "put the data back, or accepts what is there: `adjudicator doctor "
    "--accept-new-installation`. See ops/runbooks/MrsInstallationLost.md.",
}


def other_shards(found: int) -> str:
    """What to do where an installation has so many shards, and the settings say another number."""
    return _MISMATCHES["shards"].format(found=found)


class StoreNearlyFull(RetryableError):
    """Redis uses more of its memory than `MRS_MEMORY_HIGH` allows."""

    def __init__(self) -> None:
        super().__init__(
            "Redis is nearly full: routing and draining stop until there is room. Give it more "
            "memory, or archive determinations."
        )


class BrokerUnavailable(RetryableError):
    """This worker gets no dispatches from the broker, or cannot send any."""


class WorkerStarting(RetryableError):
    """The worker has not connected to its broker yet; nothing is wrong so far."""


class MainLoopStands(RetryableError):
    """The main thread of a worker has been blocked for longer than a lease."""

    def __init__(self) -> None:
        super().__init__(
            "The worker's main thread is blocked and takes no dispatches. If it stays so, "
            "restart the worker."
        )


class TooLargeForStore(RefusedError):
    """An event's record or determination is larger than one argument of the store may be."""
