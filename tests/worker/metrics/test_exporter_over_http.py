"""The exporter answers over HTTP: on a port of its own, GET and HEAD and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.support.scrapes import Scrape, scrape
from worker.config.connections import impatient_client
from worker.config.settings import load_settings
from worker.metrics.exporter import Exporter, ExporterRefused, serve
from worker.sandbox.redis_server import embedded_redis
from worker.store.keys import Keys


@pytest.fixture
def served(exporter: Exporter) -> Iterator[Any]:
    server = serve(exporter, "127.0.0.1", 0)
    yield server
    server.shutdown()
    server.server_close()


def test_it_answers_over_http_with_a_port_of_its_own(served, exporter):
    with urlopen(f"http://127.0.0.1:{served.server_port}/metrics", timeout=10) as answer:
        kind, text = answer.headers["Content-Type"], answer.read().decode()

    assert kind.startswith("text/plain; version=")
    assert Scrape(text).values.keys() == scrape(exporter).values.keys()


def test_a_port_that_is_taken_is_named(served, exporter):
    with pytest.raises(ExporterRefused, match=f"port {served.server_port}"):
        serve(exporter, "127.0.0.1", served.server_port)


@pytest.mark.parametrize("is_up", [True, False], ids=["redis_is_there", "redis_is_away"])
def test_head_is_answered_as_get_is_but_for_the_body(is_up, library):
    with embedded_redis(tcp=True) as redis:
        client = impatient_client(load_settings(redis_url=redis.url))
        server = serve(Exporter([(client, Keys("mrs"))], library), "127.0.0.1", 0)
        if not is_up:
            redis.kill()
        address = f"http://127.0.0.1:{server.server_port}/metrics"

        with urlopen(Request(address, method="HEAD"), timeout=5) as head:
            said = head.read()
        with urlopen(address, timeout=5) as get:
            shown = get.read()
        server.shutdown()
        server.server_close()

    assert (200, b"") == (head.status, said)
    assert head.headers["Content-Type"].split(";")[0] == get.headers["Content-Type"].split(";")[0]
    assert f"mrs_redis_up {float(is_up)}".encode() in shown


def test_no_other_way_of_asking_is_answered(library, redis_world):
    server = serve(Exporter([(redis_world.client, redis_world.keys)], library), "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.server_port}/metrics"

    with pytest.raises(HTTPError) as refused:
        urlopen(Request(address, method="DELETE"), timeout=5)
    server.shutdown()
    server.server_close()

    assert 405 == refused.value.code
    refused.value.close()
