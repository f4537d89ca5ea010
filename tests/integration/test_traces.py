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
from collections.abc import Iterator
from datetime import datetime
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from redis import Redis

from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.processes import eventually
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


@pytest.fixture
def collector(monkeypatch) -> Iterator[list[bytes]]:
    """What workers send to OpenTelemetry, over HTTP as they would anywhere."""
    received: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # http.server's name
            received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
        Thread(target=server.serve_forever, daemon=True).start()
        yield received
        server.shutdown()


def test_a_trace_is_followed_from_a_producer_through_two_workers_to_a_consumer(tmp_path, collector):
    settings = {"log_level": "debug", "traces": "otlp"}
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
    _assert_spans_were_sent(collector, sent)
    picture = Path(os.environ.get("MRS_TESTS_TRACE_PICTURE", tmp_path / "trace.svg"))
    picture.write_text(trace_picture(traces), encoding="utf-8")


def _assert_spans_were_sent(received: list[bytes], sent: dict[str, bytes]) -> None:
    """Each trace is linked to; nothing of a member is sent."""

    def linked() -> bool:
        spans = b"".join(received)
        return all(bytes.fromhex(trace_id) in spans for trace_id in sent)

    assert eventually(linked)
    spans = b"".join(received)
    assert all(name in spans for name in (b"route", b"decode", b"load", b"decide", b"commit"))
    assert not [word for word in (b"M-0-", b"C-1001", b"C71") if word in spans]


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
