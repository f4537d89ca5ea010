"""
What to say of each kind of failure of a Redis, and what to do about it.

`{redis}` is `Redis at <address>`, `{address}` has no password, `{setting}` names the setting that
holds the address.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class RedisFailure(NamedTuple):
    """A failure in two sentences; neither has a password or an event in it."""

    said: str
    """What happened, and at which address."""
    to_do: str

    @property
    def text(self) -> str:
        """Both sentences."""
        return f"{self.said} {self.to_do}"


_TO_THE_MASTER = "Set {setting} to the master, or to its Sentinels: sentinel://host:port/service."
_OF_THE_ROLE = "Use the login of the role, or give it the right: deploy/users.acl has them all."
_CLUSTERED = RedisFailure(
    "{redis} is one node of a cluster, and one of our keys belongs on another ({word}).",
    "Give MRS_PREFIX a hash tag: {{mrs-0}}, {{mrs-1}} ..., one for each shard.",
)

ANSWERS: Final[Mapping[str, RedisFailure]] = {
    "NOAUTH": RedisFailure(
        "{redis} asks for a login, and {setting} has none (NOAUTH).",
        "Write user:password@ before the host in {setting}.",
    ),
    "WRONGPASS": RedisFailure(
        "{redis} refused the login: user or password is wrong, or the user is off (WRONGPASS).",
        "Correct user and password in {setting}.",
    ),
    "NOPERM": RedisFailure("{redis} does not let this login run {command} (NOPERM).", _OF_THE_ROLE),
    "OOM": RedisFailure(
        "{redis} is full and takes no more data (OOM).",
        "Give it more memory, or archive determinations. See ops/runbooks/MrsRedisMemory.md.",
    ),
    "READONLY": RedisFailure(
        "{redis} is a replica and takes no writes (READONLY).", _TO_THE_MASTER
    ),
    "MASTERDOWN": RedisFailure(
        "{redis} is a replica that has lost its master (MASTERDOWN).", _TO_THE_MASTER
    ),
    "MISCONF": RedisFailure(
        "{redis} takes no writes, because it cannot save its data (MISCONF).",
        "Look at its log and its disk. See ops/runbooks/MrsRedisPersistence.md.",
    ),
    "NOREPLICAS": RedisFailure(
        "{redis} takes no writes, because too few replicas follow it (NOREPLICAS).",
        "Bring the replicas back, or lower min-replicas-to-write.",
    ),
    "LOADING": RedisFailure(
        "{redis} is still loading its data (LOADING).", "Wait until it is done."
    ),
    "BUSY": RedisFailure(
        "{redis} has been busy with one script for too long (BUSY).",
        "Wait, or find out whose script it is. SCRIPT KILL ends one that has written nothing.",
    ),
    "WRONGTYPE": RedisFailure(
        "{redis} holds something else under one of our keys (WRONGTYPE).",
        "Find the program that shares it. See ops/runbooks/MrsQueueUnreadable.md.",
    ),
    "DENIED": RedisFailure(
        "{redis} is in protected mode and refuses other machines (DENIED).",
        "Give it users with passwords, and put a login into {setting}.",
    ),
    "CLUSTERDOWN": RedisFailure(
        "{redis} is part of a cluster that is down (CLUSTERDOWN).",
        "Repair the cluster. See ops/runbooks/MrsRedisDown.md.",
    ),
    **dict.fromkeys(("MOVED", "ASK", "CROSSSLOT"), _CLUSTERED),
    "TRYAGAIN": RedisFailure(
        "A slot of {redis} is on its way to another node, and its keys are on both (TRYAGAIN).",
        "It is tried again until the slot has arrived.",
    ),
}
"""By the first word of Redis's answer."""

NO_KEY: Final = RedisFailure(
    "{redis} does not let this login use one of the keys (NOPERM).",
    "Correct MRS_PREFIX, or give the login the keys of its role: deploy/users.acl has them all.",
)
NO_DATABASE: Final = RedisFailure(
    "{redis} does not have that database.",
    "Choose a lower number in {setting}, or raise `databases` there. A cluster has only 0.",
)
NO_PASSWORD: Final = RedisFailure(
    "{redis} has no password for the default user, and {setting} has one.",
    "Name the user as well, or take the password out.",
)
NO_ROOM: Final = RedisFailure(
    "{redis} has no room for another client.",
    "Raise `maxclients` there, or end clients that are left over.",
)
NO_COMMAND: Final = RedisFailure(
    "{redis} does not know the command {command}.",
    "Use Redis 6.2 or later, or Valkey, with no command renamed.",
)
REFUSED: Final = RedisFailure(
    "{redis} refused the request ({word}).",
    "Its log may say why. See ops/runbooks/MrsRedisDown.md.",
)

NO_NAME: Final = RedisFailure(
    "{redis} cannot be found: the name of its host has no address.",
    "Correct the host in {setting}, or this machine's name service.",
)
NOTHING_LISTENS: Final = RedisFailure(
    "{redis} refused the connection: nothing listens there.",
    "Start it, or correct host and port in {setting}.",
)
NO_FILE: Final = RedisFailure(
    "{redis} cannot be reached: there is no such file.",
    "Start it, or correct in {setting} the path of its socket, or those of the files for TLS.",
)
NOT_OURS: Final = RedisFailure(
    "{redis} cannot be reached: this user may not open its socket.",
    "Give this user the socket's group, and the socket `unixsocketperm 770`.",
)
NO_ANSWER: Final = RedisFailure(
    "{redis} did not answer in time.",
    "See whether it runs, is stopped, or is behind a firewall: ops/runbooks/MrsRedisDown.md.",
)
CUT_OFF: Final = RedisFailure(
    "{redis} closed the connection without an answer.",
    "See whether it still runs. If it takes only TLS, write rediss:// in {setting}.",
)
NOT_A_REDIS: Final = RedisFailure(
    "What answers at {address} is not a Redis.", "Correct host and port in {setting}."
)
NOT_A_SENTINEL: Final = RedisFailure(
    "What answers at {address} is not a Sentinel.",
    "Name the Sentinels in {setting}, or write redis:// for the Redis itself.",
)
NO_MASTER: Final = RedisFailure(
    "The Sentinels at {address} name no master of that service, or do not answer.",
    "Start them, or correct hosts and service in {setting}.",
)
NO_TLS: Final = RedisFailure(
    "{redis} does not speak TLS.",
    "Write redis:// in place of rediss:// in {setting}, or use its port for TLS.",
)
CERTIFICATE: Final = RedisFailure(
    "{redis} showed a certificate that cannot be trusted ({why}).",
    "Name its authority in {setting} (?ssl_ca_certs=FILE), and the host as the certificate does.",
)
WANTS_CERTIFICATE: Final = RedisFailure(
    "{redis} broke off the TLS handshake.",
    "It may ask for a certificate: ?ssl_certfile=FILE&ssl_keyfile=FILE in {setting}.",
)
TLS_FILE: Final = RedisFailure(
    "TLS with {redis} cannot be set up ({why}).",
    "Look at the files that {setting} names: ssl_ca_certs, ssl_certfile, ssl_keyfile.",
)
UNNAMED: Final = RedisFailure(
    "{redis} cannot be used ({word}).", "See ops/runbooks/MrsRedisDown.md."
)
