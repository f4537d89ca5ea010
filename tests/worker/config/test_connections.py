"""redis-py and Celery are given the settings' addresses in the form that each understands."""

from __future__ import annotations

import ssl

import pytest
from kombu import Connection
from redis.connection import SSLConnection
from redis.sentinel import SentinelConnectionPool

from tests.support.sentinel import running_sentinel
from worker.config.connections import celery_broker_options, celery_broker_url, redis_client
from worker.config.settings import load_settings
from worker.sandbox.redis_server import embedded_redis


def test_a_client_over_a_socket_answers_with_bytes(redis_url):
    with redis_client(load_settings(redis_url=redis_url)) as client:
        client.set("key", "value")

        value = client.get("key")

    assert b"value" == value


def test_a_client_over_tcp_logs_in_and_chooses_the_database():
    with (
        embedded_redis({"requirepass": "p@ss/word"}, tcp=True) as server,
        redis_client(
            load_settings(redis_url=f"redis://:p%40ss%2Fword@127.0.0.1:{server.port}/3")
        ) as client,
    ):
        said = client.client_info()

    assert 3 == said["db"]


def test_a_client_goes_on_after_redis_was_restarted(redis_server):
    with redis_client(load_settings(redis_url=redis_server.url)) as client:
        client.set("key", "value")
        redis_server.restart()

        value = client.get("key")

    assert b"value" == value


def test_a_client_over_tls_verifies_the_certificate_and_the_host():
    settings = load_settings(redis_url="rediss://u:p@example:1/2?ssl_ca_certs=/ca.pem")

    with redis_client(settings) as client:
        connection = client.connection_pool.make_connection()

    assert isinstance(connection, SSLConnection)
    assert ssl.CERT_REQUIRED == connection.cert_reqs
    assert connection.check_hostname
    assert "/ca.pem" == connection.ca_certs


def test_a_client_finds_its_redis_by_asking_a_sentinel():
    with (
        embedded_redis(tcp=True) as server,
        running_sentinel(server, service="main") as port,
        redis_client(load_settings(redis_url=f"sentinel://127.0.0.1:{port}/main/2")) as client,
    ):
        said = client.client_info()
        pool = client.connection_pool

    assert 2 == said["db"]
    assert isinstance(pool, SentinelConnectionPool)
    assert ("127.0.0.1", server.port) == pool.master_address


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("redis://u:p%40@h:1/2", "redis://u:p%40@h:1/2", id="tcp"),
        pytest.param("redis://[::1]", "redis://[::1]:6379/0", id="ipv6"),
        pytest.param(
            "rediss://h", "rediss://h:6379/0?ssl_cert_reqs=required", id="tls_is_always_verified"
        ),
        pytest.param(
            "rediss://h?ssl_ca_certs=/c a",
            "rediss://h:6379/0?ssl_cert_reqs=required&ssl_ca_certs=%2Fc+a",
            id="tls_with_authority",
        ),
        pytest.param(
            "unix:///run/a%20b?db=3", "redis+socket:///run/a%20b?virtual_host=3", id="socket"
        ),
        pytest.param(
            "unix://u:p@/run/s", "redis+socket://u:p@/run/s?virtual_host=0", id="socket_with_login"
        ),
        pytest.param(
            "sentinel://u:p@a:1,b:2/main/3",
            "sentinel://u:p@a:1/3;sentinel://u:p@b:2/3",
            id="sentinels",
        ),
    ],
)
def test_the_brokers_address_is_written_as_celery_reads_it(address, expected):
    url = celery_broker_url(load_settings(broker_url=address))

    assert expected == url


def test_celery_verifies_the_brokers_certificate():
    url = celery_broker_url(load_settings(broker_url="rediss://h?ssl_ca_certs=/ca.pem"))

    options = Connection(url).ssl

    assert {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_ca_certs": "/ca.pem"} == options


def test_what_celery_needs_of_a_sentinel_beyond_the_url_are_transport_options():
    settings = load_settings(broker_url="sentinel://a/main?sentinel_username=u&sentinel_password=p")

    options = celery_broker_options(settings)

    assert {
        "master_name": "main",
        "sentinel_kwargs": {"username": "u", "password": "p"},
    } == options


def test_other_brokers_need_no_options():
    options = celery_broker_options(load_settings(broker_url="redis://h"))

    assert {} == options


@pytest.mark.parametrize("tcp", [False, True], ids=["socket", "tcp"])
def test_celerys_transport_reaches_the_broker(tcp):
    with embedded_redis({"requirepass": "p@ss"}, tcp=tcp) as server:
        place = f"redis://:p%40ss@127.0.0.1:{server.port}/1"
        socket = f"unix://:p%40ss@{server.socket_path}?db=1"
        settings = load_settings(broker_url=place if tcp else socket)

        order = _sent_and_received({"lane": 3}, settings)

    assert {"lane": 3} == order


def test_celerys_transport_reaches_the_broker_by_asking_a_sentinel():
    with (
        embedded_redis({"requirepass": "p@ss"}, tcp=True) as server,
        running_sentinel(server, service="main", password="p@ss") as port,
    ):
        settings = load_settings(broker_url=f"sentinel://:p%40ss@127.0.0.1:{port}/main/1")

        order = _sent_and_received({"lane": 3}, settings)

    assert {"lane": 3} == order


def _sent_and_received(order, settings):
    broker = Connection(
        celery_broker_url(settings), transport_options=dict(celery_broker_options(settings))
    )
    with broker, broker.SimpleQueue("orders") as queue:
        queue.put(order)
        received = queue.get(timeout=5)
        received.ack()
        return received.payload
