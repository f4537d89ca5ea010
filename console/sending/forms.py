"""
From a form to one event: however often the form is sent, the event has the same id, time and body.

A form has an id that is used once. The first time that it is sent, the id of its event and the
event's time are kept with a digest of what was entered; whoever sends the same again gets the same
event, and a worker applies an event of one identity once.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, cast

import msgspec
from redis import Redis

from worker.client import send_in_batches
from worker.config.settings import Settings

SOURCE: Final = "/console"
"""The `source` of every event that a person enters here."""

KEPT_SECONDS: Final = 7 * 24 * 3600
"""How long a form that was sent is remembered; an older one is stale in any case."""

_FORM_ID = re.compile(r"[0-9A-Za-z_-]{22}")


class SentForm(msgspec.Struct, frozen=True):
    """A form that was sent, and the event that it is."""

    event_id: str
    digest: str
    """Of what was entered."""
    event: str
    """As it is sent at the door, to the byte: whoever sends the form again sends this."""


def new_form_id() -> str:
    """An id for a form that is about to be shown; nobody can guess it."""
    return secrets.token_urlsafe(16)


def is_form_id(given: str) -> bool:
    """Whether a text has the form of such an id."""
    return _FORM_ID.fullmatch(given) is not None


def digest_of(form_id: str, viewer_id: str, content: object) -> str:
    """A digest of who entered what in which form; equal for equal content, in any order."""
    return sha256(
        msgspec.json.encode([form_id, viewer_id, content], order="deterministic")
    ).hexdigest()


def sent_form(redis: Redis, prefix: str, form_id: str, viewer_id: str) -> SentForm | None:
    """What became of a form that this person has sent before. Raises `redis.RedisError`."""
    found = cast("bytes | None", redis.get(form_key(prefix, form_id, viewer_id)))
    return None if found is None else _decoded(found)


def event_of(redis: Redis, digest: str, event_type: str, data: Mapping[str, Any]) -> SentForm:
    """The event that a form is, at the present time of Redis. Raises `redis.RedisError`."""
    event_id = f"console-{digest[:40]}"
    event = {
        "specversion": "1.0",
        "id": event_id,
        "source": SOURCE,
        "type": event_type,
        "time": _now(redis),
        "data": data,
    }
    return SentForm(event_id, digest, msgspec.json.encode(event).decode())


def enter(redis: Redis, prefix: str, form_id: str, viewer_id: str, form: SentForm) -> SentForm:
    """
    Enters a form: the same event for everyone who sends it at the same time or again.

    Where the digest of what is returned is another, the form was sent before with other content,
    and nothing was entered. Raises `redis.RedisError`.
    """
    key = form_key(prefix, form_id, viewer_id)
    if redis.set(key, msgspec.json.encode(form), nx=True, ex=KEPT_SECONDS):
        return form
    kept = cast("bytes | None", redis.get(key))
    return form if kept is None else _decoded(kept)


def send(form: SentForm, settings: Settings) -> None:
    """
    Puts the event of a form that was entered at the door; again: it has one effect.

    Raises `redis.RedisError`.
    """
    for _ in send_in_batches([form.event], settings):
        pass


def form_key(prefix: str, form_id: str, viewer_id: str) -> str:
    """String with expiry: what a form became that was sent; only its sender can name it."""
    name = sha256(msgspec.json.encode([viewer_id, form_id])).hexdigest()
    return f"{prefix}:console:sent:{name}"


def _now(redis: Redis) -> str:
    seconds, microseconds = redis.time()
    now = datetime.fromtimestamp(seconds, UTC).replace(microsecond=microseconds)
    return now.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _decoded(kept: bytes) -> SentForm:
    return msgspec.json.decode(kept, type=SentForm)
