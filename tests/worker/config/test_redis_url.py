"""Addresses of a Redis are read as documented, refused with what to do, and shown masked."""

from __future__ import annotations

import pytest

from worker.config.redis_url import Host, RedisAddress, RedisUrlRefused, masked_url, parse_redis_url


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "redis://localhost",
            RedisAddress(scheme="redis", hosts=(Host("localhost", 6379),)),
            id="port_and_database_have_defaults",
        ),
        pytest.param(
            "redis://example:1/15",
            RedisAddress(scheme="redis", hosts=(Host("example", 1),), database=15),
            id="port_and_database",
        ),
        pytest.param(
            "rediss://user:p%40ss@[::1]:65535/0?ssl_ca_certs=/etc/ca.pem",
            RedisAddress(
                scheme="rediss",
                hosts=(Host("::1", 65535),),
                username="user",
                password="p@ss",
                options={"ssl_ca_certs": "/etc/ca.pem"},
            ),
            id="tls_with_login_and_authority",
        ),
        pytest.param(
            "redis://:only@h",
            RedisAddress(scheme="redis", hosts=(Host("h", 6379),), password="only"),
            id="password_without_user",
        ),
        pytest.param(
            "unix:///run/a%20socket?db=3",
            RedisAddress(scheme="unix", path="/run/a socket", database=3),
            id="socket",
        ),
        pytest.param(
            "unix://u:p@/run/s",
            RedisAddress(scheme="unix", path="/run/s", username="u", password="p"),
            id="socket_with_login",
        ),
        pytest.param(
            "sentinel://u:p@a:1,b/main/2?sentinel_password=q",
            RedisAddress(
                scheme="sentinel",
                hosts=(Host("a", 1), Host("b", 26379)),
                service="main",
                database=2,
                username="u",
                password="p",
                options={"sentinel_password": "q"},
            ),
            id="sentinels",
        ),
    ],
)
def test_an_address_is_read(text, expected):
    address = parse_redis_url(text)

    assert expected == address


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", "it must begin with", id="nothing"),
        pytest.param("localhost:6379", "it must begin with", id="no_scheme"),
        pytest.param("http://CANARY", "it must begin with", id="another_scheme"),
        pytest.param("redis://[CANARY", "it is not a URL", id="broken_brackets"),
        pytest.param("redis://", "it needs a host", id="no_host"),
        pytest.param("redis://:CANARY@", "it needs a host", id="login_without_host"),
        pytest.param("redis://h:0", "it needs a host, and a port from 1", id="port_zero"),
        pytest.param("redis://h:65536", "a port is a number from 1", id="port_too_large"),
        pytest.param("redis://h:CANARY", "a port is a number from 1", id="port_not_a_number"),
        pytest.param("redis://a,b", "only sentinel://", id="two_hosts"),
        pytest.param("redis://h/CANARY", "the database is a number", id="database_not_a_number"),
        pytest.param("redis://h/-1", "the database is a number", id="database_below_zero"),
        pytest.param("redis://h?CANARY=1", "known for redis: none", id="unknown_option"),
        pytest.param(
            "rediss://h?ssl_cert_reqs=none", "known for rediss: ssl_ca_certs", id="no_verification"
        ),
        pytest.param("unix://", "it needs the path of a socket", id="socket_without_path"),
        pytest.param("unix://run/socket", "with three slashes", id="socket_with_two_slashes"),
        pytest.param("sentinel://h:1", "it needs the service's name", id="sentinel_without_name"),
        pytest.param("sentinel://h,/main", "it needs a host", id="sentinel_with_empty_host"),
    ],
)
def test_a_text_that_is_no_address_is_refused_without_being_repeated(text, expected):
    with pytest.raises(RedisUrlRefused) as refused:
        parse_redis_url(text)

    assert expected in str(refused.value)
    assert "CANARY" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("redis://h:1/2", "redis://h:1/2"),
        ("redis://u:CANARY@h:1/2", "redis://u:***@h:1/2"),
        ("redis://:CANARY@h:1/2", "redis://:***@h:1/2"),
        ("rediss://u@[::1]:1?ssl_keyfile=/CANARY", "rediss://u@[::1]:1/0"),
        ("unix://u:CANARY@/run/s?db=1", "unix://u:***@/run/s/1"),
        (
            "sentinel://u:CANARY@a:1,b:2/main?sentinel_password=CANARY",
            "sentinel://u:***@a:1,b:2/main/0",
        ),
        ("CANARY", "(not the address of a Redis)"),
    ],
)
def test_an_address_is_shown_without_its_secrets(text, expected):
    shown = masked_url(text)

    assert expected == shown


def test_the_repr_of_an_address_has_no_secrets():
    address = parse_redis_url("sentinel://u:CANARY@a/main?sentinel_password=CANARY")

    shown = repr(address)

    assert "CANARY" not in shown
