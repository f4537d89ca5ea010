"""The sample producers and consumers do what they say, in each language that is on the machine."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from rules.loading.files import SHIPPED, load_library
from tests.support.cutting_relay import CuttingRelay
from tests.support.programs import REQUIRED, needed_program
from tests.support.sources import ROOT
from tests.support.turns import work_off
from tests.support.worlds import MemoryWorld
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis

SAMPLES = ROOT / "docs/samples"
EVENTS = (ROOT / "worker/samples/day.jsonl").read_bytes().splitlines()
SENT = EVENTS[:5]
LINES_MAX = 60
LANGUAGES = ["python", "shell", "node", "java", "go"]

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedRedis]:
    with embedded_redis(
        {"appendfsync": "no"}, tcp=True, binary=needed_program("redis-server")
    ) as it:
        yield it


@pytest.fixture
def client(server) -> Iterator[Redis]:
    with Redis.from_url(server.url) as client:
        client.flushall()
        yield client


@pytest.fixture(scope="module")
def published() -> list[bytes]:
    """Some determinations of the sample day."""
    world = MemoryWorld()
    work_off(world, load_library(SHIPPED), *EVENTS)
    return world.determinations()[:9]


def _python(_: Path) -> dict[str, list[str]]:
    return {name: [sys.executable, f"{SAMPLES}/python/{name}.py"] for name in NAMES}


def _shell(_: Path) -> dict[str, list[str]]:
    needed_program("redis-cli")
    needed_program("jq")
    return {name: ["sh", f"{SAMPLES}/shell/{name}.sh"] for name in NAMES}


def _node(folder: Path) -> dict[str, list[str]]:
    needed_program("npm")
    shutil.copytree(SAMPLES / "node", folder, dirs_exist_ok=True)
    words = ["npm", "ci", "--silent", "--no-audit", "--no-fund", "--prefer-offline"]
    if subprocess.run(words, cwd=folder, check=False, timeout=90).returncode:
        missing = pytest.fail if "npm" in os.environ.get(REQUIRED, "").split(",") else pytest.skip
        missing("npm could not install the Redis client")
    return {name: ["node", f"{folder}/{name}.js"] for name in NAMES}


def _java(folder: Path) -> dict[str, list[str]]:
    files = sorted(map(str, (SAMPLES / "java").glob("*.java")))
    subprocess.run([needed_program("javac"), "-d", folder, *files], check=True)
    return {name: ["java", "-cp", str(folder), name.capitalize()] for name in NAMES}


def _go(folder: Path) -> dict[str, list[str]]:
    for name in NAMES:
        words = [needed_program("go"), "build", "-o", folder / name, f"{name}.go", "redis.go"]
        environment = os.environ | {"GOCACHE": str(folder / "cache"), "GOFLAGS": "-mod=mod"}
        subprocess.run(words, cwd=SAMPLES / "go", env=environment, check=True)
    return {name: [str(folder / name)] for name in NAMES}


NAMES = ("producer", "consumer")
MADE = {"python": _python, "shell": _shell, "node": _node, "java": _java, "go": _go}


@pytest.fixture(scope="module", params=LANGUAGES)
def sample(request, tmp_path_factory) -> Run:
    """Runs the producer or the consumer of a language."""
    programs = MADE[request.param](tmp_path_factory.mktemp(request.param))

    def run(name: str, url: str, *words: object, lines: list[bytes] = []) -> Run:  # noqa: B006
        return subprocess.run(
            [*programs[name], *map(str, words)],
            input=b"".join(line + b"\n" for line in lines),
            env=os.environ | {"REDIS_URL": url, "PAUSE": "0.05", "IDLE_MS": "50"},
            capture_output=True,
            check=False,
            timeout=60,
        )

    return run


def test_a_producer_sends_an_event_again_when_it_cannot_know_that_it_arrived(
    sample, server, client
):
    with CuttingRelay(server.port, b"XADD").running() as relay:
        result = sample("producer", relay.url, lines=SENT)

    found = [fields[b"event"] for _, fields in client.xrange("mrs:events")]
    assert (0, 5) == (result.returncode, len(result.stdout.split())), result.stderr
    assert [SENT[0], *SENT] == found


def test_a_consumer_takes_each_determination_once_and_acknowledges_it(
    sample, server, client, published, tmp_path
):
    for event in (*published, published[0]):
        client.xadd("mrs:determinations", {"event": event})
    client.xgroup_create("mrs:determinations", "payer", id="0")
    client.xreadgroup("payer", "one", {"mrs:determinations": ">"}, count=3)
    out = tmp_path / "out"

    runs = [sample("consumer", server.url, out) for _ in range(2)]

    written = [line.split(" ", 1) for line in out.read_text("utf-8").splitlines()]
    assert [0, 0] == [run.returncode for run in runs], runs[0].stderr
    assert [json.loads(raw)["id"] for raw in published] == [each for each, _ in written]
    assert all(json.loads(data) for _, data in written)
    assert 0 == client.xpending("mrs:determinations", "payer")["pending"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sample_has_fewer_than_60_lines(language):
    files = [path for path in (SAMPLES / language).iterdir() if path.stem.lower() in NAMES]

    assert 2 == len(files)
    assert [] == [path.name for path in files if len(path.read_text().splitlines()) >= LINES_MAX]


def test_the_page_about_sending_names_every_sample():
    page = (ROOT / "docs/sending.md").read_text("utf-8")

    assert set(LANGUAGES) <= set(re.findall(r"\(samples/(\w+)\)", page))
