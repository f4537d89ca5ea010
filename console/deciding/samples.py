"""
The quality sample: some decided lines are judged again by another person, who sees no decision.

Which lines are in it follows from a hash of the determination that was decided, so that nobody
picks them. What the second person says changes nothing about the line; whether both agree is what
a senior reads.
"""

from __future__ import annotations

from hashlib import sha256
from typing import cast

import msgspec
from redis import Redis

from console.deciding.cases import Case
from rules.facts import ReviewDecision


class SampledLine(msgspec.Struct, frozen=True):
    """A line that was decided by persons and is to be judged again."""

    case: tuple[str, str, int]
    determination: str
    """The id of the determination that the persons had before them."""
    decision: ReviewDecision
    deciders: tuple[str, ...]
    time: str
    """When it was decided, as the event has it."""

    @property
    def as_case(self) -> Case:
        """The case."""
        return Case(*self.case)


class SecondJudgement(msgspec.Struct, frozen=True):
    """What the person who saw no decision says."""

    decision: ReviewDecision
    reason: str
    by: str
    role: str


class JudgedTwice(msgspec.Struct, frozen=True):
    """A line of the sample with what the second person said of it."""

    line: SampledLine
    judgement: SecondJudgement

    @property
    def agrees(self) -> bool:
        """Whether both decided alike."""
        return self.line.decision == self.judgement.decision


def is_sampled(determination: str, one_in: int | None) -> bool:
    """Whether a decided line is in the sample of a plan; the same for everyone who asks."""
    if one_in is None:
        return False
    drawn = sha256(b"quality sample " + determination.encode()).digest()
    return int.from_bytes(drawn[:8], "big") % one_in == 0


def draw(redis: Redis, prefix: str, line: SampledLine) -> None:
    """Puts a line into the sample; again: nothing changes. Raises `redis.RedisError`."""
    redis.hsetnx(sample_key(prefix), line.determination, msgspec.json.encode(line).decode())


def sampled(redis: Redis, prefix: str, determination: str) -> SampledLine | None:
    """A line of the sample. Raises `redis.RedisError`."""
    found = cast("bytes | None", redis.hget(sample_key(prefix), determination))
    return None if found is None else msgspec.json.decode(found, type=SampledLine)


def judge(redis: Redis, prefix: str, determination: str, judgement: SecondJudgement) -> bool:
    """Records a judgement; False: there is one already, which stands. Raises `RedisError`."""
    said = msgspec.json.encode(judgement).decode()
    return bool(redis.hsetnx(judged_key(prefix), determination, said))


def read_sample(redis: Redis, prefix: str) -> tuple[list[SampledLine], list[JudgedTwice]]:
    """The lines that wait to be judged, and those that were; each in the order of time."""
    pipeline = redis.pipeline(transaction=False)
    pipeline.hgetall(sample_key(prefix))
    pipeline.hgetall(judged_key(prefix))
    lines, said = cast("list[dict[bytes, bytes]]", pipeline.execute())
    waiting, judged = [], []
    for name, found in lines.items():
        line = msgspec.json.decode(found, type=SampledLine)
        if name in said:
            judged.append(JudgedTwice(line, msgspec.json.decode(said[name], type=SecondJudgement)))
        else:
            waiting.append(line)
    return sorted(waiting, key=_by_time), sorted(judged, key=lambda each: _by_time(each.line))


def _by_time(line: SampledLine) -> tuple[str, str]:
    return (line.time, line.determination)


def sample_key(prefix: str) -> str:
    """Hash: determination -> the line of the sample."""
    return f"{prefix}:console:sample"


def judged_key(prefix: str) -> str:
    """Hash: determination -> what the second person said."""
    return f"{prefix}:console:sample-judged"
