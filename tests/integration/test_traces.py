"""
A trace is followed from a sample producer through two workers to a sample consumer.

`MRS_TESTS_TRACE_PICTURE=docs/pictures/trace.svg` keeps the picture that the test draws.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import datetime
from hashlib import md5
from pathlib import Path

from redis import Redis

from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.sources import ROOT
from tests.support.trace_picture import FollowedTrace, Seen, trace_picture
from worker.replay.queue_watch import QueueWatch
from worker.sandbox.installation import Installation, installation
from worker.store.keys import Keys

SAMPLES = ROOT / "docs/samples/python"
ROUND = 12
ROUNDS_MAX = 8


def parent_of(member: str) -> str:
    digest = md5(member.encode(), usedforsecurity=False).hexdigest()
    return f"00-{digest}-{digest[:16]}-01"


def claims(round_: int) -> dict[str, bytes]:
    """Claims of some members, by their trace ids."""
    members = [f"M-{round_}-{number}" for number in range(ROUND)]
    return {
        parent_of(member)[3:35]: encoded(
            event_of(CLAIM, member_id=member) | {"traceparent": parent_of(member)}
        )
        for member in members
    }


def sample(name: str, url: str, *words: str) -> list[str]:
    environment = [f"REDIS_URL={url}", "IDLE_MS=1000", "PAUSE=0.1"]
    return ["env", *environment, sys.executable, f"{SAMPLES}/{name}.py", *words]


def test_a_trace_is_followed_from_a_producer_through_two_workers_to_a_consumer(tmp_path):
    settings = {"log_level": "debug"}
    with (
        installation(workers=2, tcp=True, settings=settings) as own,
        Redis.from_url(own.redis.url) as redis,
    ):
        own.wait_until_ready()
        for round_ in range(ROUNDS_MAX):
            sent = claims(round_)
            traces = _follow(own, redis, sent, tmp_path / f"out-{round_}")
            if {"worker-1", "worker-2"} <= {seen.place for each in traces for seen in each.seen}:
                break

    assert set(sent) == {trace.trace_id for trace in traces}
    for trace in traces:
        places = [seen.place for seen in trace.seen]
        assert ["producer", "lane", "published", "consumer"] == [
            place for place in places if not place.startswith("worker-")
        ]
        assert 1 == sum(place.startswith("worker-") for place in places)
    assert {"worker-1", "worker-2"} <= {seen.place for each in traces for seen in each.seen}
    picture = Path(os.environ.get("MRS_TESTS_TRACE_PICTURE", tmp_path / "trace.svg"))
    picture.write_text(trace_picture(traces), encoding="utf-8")


def _follow(
    own: Installation, redis: Redis, sent: dict[str, bytes], out: Path
) -> list[FollowedTrace]:
    """Sends events, waits until they have been read, and says where each trace was seen."""
    began = time.time()
    with subprocess.Popen(sample("consumer", own.redis.url, str(out))) as consumer:
        lines = b"".join(raw + b"\n" for raw in sent.values())
        produced = subprocess.run(
            sample("producer", own.redis.url), input=lines, capture_output=True, check=True
        )
        QueueWatch(redis, Keys("mrs"), 16).wait_until_drained(lambda _: None)
        read_at = _read_at(out, len(sent), consumer)
    seen: dict[str, list[Seen]] = {
        trace_id: [Seen(_milliseconds(entry), "producer")]
        for trace_id, entry in zip(sent, produced.stdout.decode().split(), strict=True)
    }
    for worker in own.workers:
        for line in _log_of(worker.folder / "log", began):
            if line["event"] == "event" and line.get("trace_id") in seen:
                at = datetime.fromisoformat(line["timestamp"]).timestamp() * 1000
                seen[line["trace_id"]] += [
                    Seen(_milliseconds(line["entry"]), "lane"),
                    Seen(at, worker.name),
                ]
    for entry, fields in redis.xrange("mrs:determinations", min=str(int(began * 1000))):
        event = json.loads(fields[b"event"])
        seen[event["traceparent"][3:35]] += [
            Seen(_milliseconds(entry.decode()), "published"),
            Seen(read_at[event["id"]], "consumer"),
        ]
    return [FollowedTrace(trace_id, sorted(each)) for trace_id, each in seen.items()]


def _read_at(out: Path, count: int, consumer: subprocess.Popen[bytes]) -> dict[str, float]:
    """When the consumer had written each determination, to ten milliseconds."""
    found: dict[str, float] = {}
    while len(found) < count and (consumer.poll() is None or out.exists()):
        text = out.read_text("utf-8") if out.exists() else ""
        for line in text.splitlines():
            found.setdefault(line.split(" ", 1)[0], time.time() * 1000)
        if consumer.poll() is not None:
            break
        time.sleep(0.01)
    return found


def _log_of(file: Path, since: float) -> list[dict]:
    lines = (json.loads(line) for line in file.read_text("utf-8").splitlines())
    return [
        line for line in lines if datetime.fromisoformat(line["timestamp"]).timestamp() >= since
    ]


def _milliseconds(entry_id: str) -> float:
    return float(entry_id.partition("-")[0])
