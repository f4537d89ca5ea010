"""
Finds out what went wrong with a Redis, and says it without any data.

An answer of Redis may repeat arguments, and thus a member's data: only its first word and the name
of a command are taken from it. redis-py is not imported, because `decide` does without it;
exceptions are told apart by the names of their classes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from worker.config import redis_sentences as sentences
from worker.config.redis_sentences import ANSWERS, RedisFailure

_BY_CLASS: Final = {
    "OutOfMemoryError": "OOM",
    "NoPermissionError": "NOPERM",
    "ReadOnlyError": "READONLY",
    "BusyLoadingError": "LOADING",
    "MasterDownError": "MASTERDOWN",
    "ClusterDownError": "CLUSTERDOWN",
    "AuthenticationError": "WRONGPASS",
    "ResponseError": "ERR",
}
"""The first word of an answer, where redis-py has cut it off."""

_FIRST_WORD = re.compile(r"-?([A-Z][A-Z0-9]+)\b(?![^ ])")
_IN_A_SCRIPT = re.compile(r"-(OOM|READONLY|MISCONF|NOREPLICAS|MASTERDOWN|NOPERM|WRONGTYPE)\b")
_OF_A_PIPELINE = " of pipeline caused error: "

_PHRASES: Final = (
    (re.compile(r"DB index|SELECT is not allowed"), sentences.NO_DATABASE),
    (re.compile(r"without any password configured|no password is set"), sentences.NO_PASSWORD),
    (re.compile(r"max number of clients"), sentences.NO_ROOM),
    (re.compile(r"Authentication required"), ANSWERS["NOAUTH"]),
    (re.compile(r"access (?:(?:at least )?one of the|a) keys?\b"), sentences.NO_KEY),
    (re.compile(r"(?:run the '(?P<command>[\w|-]+)'|can't run this) command"), ANSWERS["NOPERM"]),
    (re.compile(r"unknown command ['`]SENTINEL['`]"), sentences.NOT_A_SENTINEL),
    (re.compile(r"unknown command ['`](?P<command>[\w|-]+)['`]"), sentences.NO_COMMAND),
)
"""What says more than the first word does."""

_ON_THE_WAY: Final = (
    ("gaierror", sentences.NO_NAME),
    ("MasterNotFoundError", sentences.NO_MASTER),
    ("InvalidResponse", sentences.NOT_A_REDIS),
    ("SSLCertVerificationError", sentences.CERTIFICATE),
    ("SSLEOFError", sentences.WANTS_CERTIFICATE),
    ("SSLError", sentences.TLS_FILE),
    ("ConnectionRefusedError", sentences.NOTHING_LISTENS),
    ("FileNotFoundError", sentences.NO_FILE),
    ("PermissionError", sentences.NOT_OURS),
    ("TimeoutError", sentences.NO_ANSWER),
    ("ConnectionResetError", sentences.CUT_OFF),
    ("BrokenPipeError", sentences.CUT_OFF),
)
"""By the class of an exception, the most telling first."""

_IN_THE_TEXT: Final = (
    (re.compile(r"WRONG_VERSION_NUMBER|RECORD_LAYER|HTTP_REQUEST|handshake"), sentences.NO_TLS),
    (re.compile(r"CERTIFICATE_REQUIRED"), sentences.WANTS_CERTIFICATE),
    (re.compile(r"closed by server"), sentences.CUT_OFF),
)
_SOME_COMMAND: Final = "one of our commands"
_CHAIN_MAX: Final = 6


class _Meaning(NamedTuple):
    """A template, and what to fill in."""

    template: RedisFailure
    word: str = ""
    command: str = ""
    why: str = ""


def failure_in_words(
    error: BaseException, address: str, setting: str = "MRS_REDIS_URL"
) -> RedisFailure:
    """
    What a failure of Redis means, and what to do.

    `error` is redis-py's or the system's, or was caused by one of these. `address` has no password;
    `setting` is the one that holds it.
    """
    chain = list(_chain(error))
    redis_errors = (each for each in chain if type(each).__module__.startswith("redis."))
    origin = next(redis_errors, error)
    answered = first_word_of(origin)
    template, *found = _of_an_answer(origin, answered) if answered else _of_the_way_there(chain)
    where = {"redis": f"Redis at {address}", "address": address, "setting": setting}
    filled = where | dict(zip(_Meaning._fields[1:], found, strict=True))
    return RedisFailure(*(sentence.format_map(filled) for sentence in template))


def first_word_of(error: BaseException) -> str:
    """The word that Redis's answer begins with (OOM, NOPERM, ERR ...); "" if it did not answer."""
    names = _names(error)
    word = getattr(error, "status_code", None) or next(filter(None, map(_BY_CLASS.get, names)), "")
    if word != "ERR":
        return str(word)
    text = _answer_of(error)
    found = _IN_A_SCRIPT.search(text) or _FIRST_WORD.match(text)
    return found[1] if found else "ERR"


def _of_an_answer(error: BaseException, word: str) -> _Meaning:
    text = _answer_of(error)
    for phrase, template in _PHRASES:
        if found := phrase.search(text):
            command = found.groupdict().get("command")
            return _Meaning(template, word, command.upper() if command else _SOME_COMMAND)
    return _Meaning(ANSWERS.get(word, sentences.REFUSED), word, _SOME_COMMAND)


def _of_the_way_there(chain: list[BaseException]) -> _Meaning:
    text = " ".join(map(str, chain))
    names = {name for each in chain for name in _names(each)}
    for phrase, template in _IN_THE_TEXT:
        if phrase.search(text):
            return _Meaning(template)
    for name, template in _ON_THE_WAY:
        if name in names:
            return _Meaning(template, why=next(filter(None, map(_reason, chain)), name))
    return _Meaning(sentences.UNNAMED, type(chain[0]).__name__)


def _answer_of(error: BaseException) -> str:
    """Redis's own text: redis-py puts the command, with its arguments, before it."""
    text = str(error)
    return text.rpartition(_OF_A_PIPELINE)[2] if text.startswith("Command #") else text


def _reason(error: BaseException) -> str:
    """OpenSSL's words: they come from its own tables and name at most our host."""
    verdict = getattr(error, "verify_message", "") or getattr(error, "reason", "") or ""
    return str(verdict).rstrip(".")


def _names(error: BaseException) -> list[str]:
    return [kind.__name__ for kind in type(error).__mro__]


def _chain(error: BaseException) -> Iterator[BaseException]:
    current: BaseException | None = error
    for _ in range(_CHAIN_MAX):
        if current is None:
            return
        yield current
        current = current.__cause__ or current.__context__
