"""What is said of each way in which a Redis fails, each really caused."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from redis import Redis
from redis.exceptions import AuthenticationError, RedisError, ResponseError
from redis.exceptions import ConnectionError as NotConnected

from tests.security.certificates import Authority
from worker.config.connections import address_of, impatient_client, redis_client
from worker.config.redis_failures import failure_in_words, first_word_of
from worker.config.redis_sentences import RedisFailure
from worker.config.settings import load_settings
from worker.failures import StoreUnavailable
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis, free_port
from worker.store.keys import Keys
from worker.store.redis_info import redis_facts

SECRET = "correct-horse-battery"
MEMBER = "M-123-45-6789"


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[EmbeddedRedis]:
    """One with a port, a port for TLS, and users with few rights."""
    authority = Authority(tmp_path_factory.mktemp("tls") / "ours")
    certificate, key = authority.issue("localhost")
    config = {
        "port": str(free_port()),
        "tls-port": str(free_port()),
        "bind": "127.0.0.1",
        "tls-cert-file": str(certificate),
        "tls-key-file": str(key),
        "tls-ca-cert-file": str(authority.certificate),
    }
    with embedded_redis(config | {"appendonly": "no"}) as server:
        with owner_of(server) as owner:
            owner.execute_command(*f"ACL SETUSER half on >{SECRET} ~mrs:* +@all -xadd -get".split())
            owner.set("mrs:text", "x")
        yield server


@contextmanager
def owner_of(server: EmbeddedRedis) -> Iterator[Redis]:
    with Redis(unix_socket_path=str(server.socket_path)) as client:
        yield client


def config_of(server: EmbeddedRedis, name: str) -> str:
    with owner_of(server) as owner:
        return str(owner.config_get(name)[name])


def said(url: str, do: Callable[[Redis], object] = Redis.ping) -> RedisFailure:
    """What is said of the failure of a command at an address."""
    with impatient_client(load_settings(redis_url=url)) as client:
        try:
            do(client)
        except (RedisError, OSError) as failure:
            return failure_in_words(failure, address_of(client))
    raise AssertionError("It did not fail.")


@contextmanager
def answering(answer: bytes) -> Iterator[int]:
    """A port at which something answers with these bytes, and then closes the connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.recv(1000)
                connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
    thread.join(5)


@pytest.mark.parametrize(
    ("url", "sentence", "to_do"),
    [
        pytest.param(
            f"redis://u:{SECRET}@no-such-host.invalid:6379",
            "Redis at redis://u:***@no-such-host.invalid:6379/0 cannot be found: "
            "the name of its host has no address.",
            "Correct the host in MRS_REDIS_URL, or this machine's name service.",
            id="unknown_host",
        ),
        pytest.param(
            f"redis://:{SECRET}@127.0.0.1:1/3",
            "Redis at redis://:***@127.0.0.1:1/3 refused the connection: nothing listens there.",
            "Start it, or correct host and port in MRS_REDIS_URL.",
            id="refused_port",
        ),
        pytest.param(
            "unix:///nowhere/redis.sock",
            "Redis at unix:///nowhere/redis.sock/0 cannot be reached: there is no such file.",
            "Start it, or correct in MRS_REDIS_URL the path of its socket, or those of the files "
            "for TLS.",
            id="no_socket",
        ),
        pytest.param(
            "sentinel://127.0.0.1:1,127.0.0.1:2/mymaster",
            "The Sentinels at sentinel://127.0.0.1:1,127.0.0.1:2/mymaster/0 name no master of that "
            "service, or do not answer.",
            "Start them, or correct hosts and service in MRS_REDIS_URL.",
            id="no_sentinel",
        ),
    ],
)
def test_where_nothing_is_reached_the_address_and_what_to_correct_are_said(url, sentence, to_do):
    assert (sentence, to_do) == said(url)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n\r\n", "is not a Redis.", id="a_web_server"),
        pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n", "is not a Redis.", id="a_shell"),
        pytest.param(b"", "closed the connection without an answer.", id="nothing"),
    ],
)
def test_what_is_not_a_redis_is_told_from_one_that_says_nothing(answer, sentence):
    with answering(answer) as port:
        found = said(f"redis://127.0.0.1:{port}")

    assert found.said.endswith(sentence)
    assert f"redis://127.0.0.1:{port}/0" in found.said


def test_a_redis_in_the_place_of_a_sentinel_is_told(server):
    found = said(f"sentinel://127.0.0.1:{config_of(server, 'port')}/mymaster")

    assert found.said.endswith("/mymaster/0 is not a Sentinel.")


@pytest.mark.parametrize(
    ("user", "database", "sentence"),
    [
        pytest.param("", 16, "does not have that database.", id="no_such_database"),
        pytest.param("half:wrong@", 0, "the user is off (WRONGPASS).", id="wrong_password"),
        pytest.param("nobody:x@", 0, "the user is off (WRONGPASS).", id="no_such_user"),
        pytest.param(
            ":x@", 0, "has no password for the default user, and MRS_REDIS_URL has one.",
            id="a_password_that_is_not_asked_for",
        ),
    ],
)  # fmt: skip
def test_a_login_or_database_that_is_refused(server, user, database, sentence):
    found = said(f"unix://{user}{server.socket_path}?db={database}")

    assert found.said.endswith(sentence)
    assert str(server.socket_path) in found.said


def test_a_login_that_is_asked_for(server):
    with owner_of(server) as owner:
        owner.execute_command("ACL", "SETUSER", "default", "resetpass", f">{SECRET}")
        found = said(f"unix://{server.socket_path}")
        owner.execute_command("ACL", "SETUSER", "default", "nopass")

    assert found.said.endswith("asks for a login, and MRS_REDIS_URL has none (NOAUTH).")


@pytest.mark.parametrize(
    ("do", "what"),
    [
        pytest.param(lambda it: it.get("mrs:text"), "run GET", id="a_command"),
        pytest.param(lambda it: it.exists("other"), "use one of the keys", id="a_key"),
        pytest.param(
            lambda it: it.eval("return redis.call('GET', KEYS[1])", 1, "mrs:text"),
            "run one of our commands",
            id="a_command_in_a_script",
        ),
    ],
)
def test_a_right_that_the_login_lacks(server, do, what):
    found = said(f"unix://half:{SECRET}@{server.socket_path}", do)

    assert found.said.endswith(f"does not let this login {what} (NOPERM).")
    assert "half:***@" in found.said


@pytest.mark.parametrize("transaction", [True, False], ids=["in_a_transaction", "in_a_pipeline"])
def test_the_command_that_was_refused_is_named_and_never_what_it_would_have_written(
    server, transaction
):
    def send(client: Redis) -> None:
        with client.pipeline(transaction=transaction) as pipeline:
            pipeline.xadd("mrs:events", {"event": f"{MEMBER} of pipeline caused error: OOM"})
            pipeline.execute()

    found = said(f"unix://half:{SECRET}@{server.socket_path}", send)

    assert found.said.endswith("does not let this login run XADD (NOPERM).")
    assert MEMBER not in found.text


def test_an_unknown_command_is_named_without_its_arguments(server):
    found = said(f"unix://{server.socket_path}", lambda it: it.execute_command("NOPE", MEMBER))

    assert found.said.endswith("does not know the command NOPE.")
    assert MEMBER not in found.text


STATES: dict[str, tuple[dict[str, str], str]] = {
    "OOM": ({"maxmemory": "1"}, "is full and takes no more data (OOM)."),
    "NOREPLICAS": ({"min-replicas-to-write": "1"}, "too few replicas follow it (NOREPLICAS)."),
    "READONLY": ({"replicaof": "127.0.0.1 1"}, "is a replica and takes no writes (READONLY)."),
}
"""The first word of its answer -> what makes it say so, and the end of our sentence."""

WRITES = {
    "alone": lambda client: client.set("mrs:a", MEMBER),
    "in_a_script": lambda client: client.eval("return redis.call('SET', 'mrs:a', 'x')", 1, "mrs:a"),
}


@pytest.fixture(params=STATES)
def illness(server, request) -> Iterator[str]:
    """The word that the server answers a write with, which it does meanwhile."""
    settings, _ = STATES[request.param]
    with owner_of(server) as owner:
        before = {name: owner.config_get(name)[name] for name in settings if name != "replicaof"}
        for name, value in settings.items():
            if name == "replicaof":
                owner.execute_command("REPLICAOF", *value.split())
            else:
                owner.config_set(name, value)
        yield request.param
        owner.execute_command("REPLICAOF", "NO", "ONE")
        for name, value in before.items():
            owner.config_set(name, value)


@pytest.mark.parametrize("write", WRITES)
def test_a_write_that_it_does_not_take(server, illness, write):
    found = said(f"unix://{server.socket_path}", WRITES[write])

    assert found.said.endswith(STATES[illness][1])
    assert MEMBER not in found.text


def test_a_script_that_does_not_end(server):
    with owner_of(server) as owner:
        owner.config_set("busy-reply-threshold", 1)
        with socket.socket(socket.AF_UNIX) as endless:
            endless.connect(str(server.socket_path))
            endless.sendall(b"EVAL 'while true do end' 0\r\n")
            found = _while_busy(server)
            owner.execute_command("SCRIPT KILL")

    assert found.said.endswith("has been busy with one script for too long (BUSY).")


def _while_busy(server: EmbeddedRedis) -> RedisFailure:
    for _ in range(1000):
        try:
            return said(f"unix://{server.socket_path}")
        except AssertionError:
            continue  # the script has not begun
    raise AssertionError("It was never busy.")


@pytest.mark.parametrize(
    ("scheme", "port", "options", "sentence"),
    [
        pytest.param("rediss", "tls-port", "", "that cannot be trusted (", id="unknown_authority"),
        pytest.param(
            "rediss", "tls-port", "?ssl_ca_certs={ours}", "broke off the TLS handshake.",
            id="no_certificate_of_ours",
        ),
        pytest.param(
            "rediss", "tls-port", "?ssl_ca_certs=/nowhere.crt", "there is no such file.",
            id="no_such_file",
        ),
        pytest.param(
            "rediss", "tls-port", "?ssl_ca_certs={key}", "cannot be set up (", id="no_certificate",
        ),
        pytest.param(
            "redis", "tls-port", "", "closed the connection without an answer.", id="tls_only",
        ),
    ],
)  # fmt: skip
def test_tls_that_does_not_come_about(server, scheme, port, options, sentence):
    authority = config_of(server, "tls-ca-cert-file")
    options = options.format(ours=authority, key=config_of(server, "tls-key-file"))

    found = said(f"{scheme}://localhost:{config_of(server, port)}{options}")

    assert sentence in found.said


def test_a_port_without_tls_is_told_from_one_that_says_nothing():
    with answering(b"-ERR unknown command\r\n") as port:
        found = said(f"rediss://127.0.0.1:{port}")

    assert found.said.endswith("does not speak TLS.")
    assert "Write redis:// in place of rediss:// in MRS_REDIS_URL" in found.to_do


def test_a_handshake_without_an_answer_in_time():
    """A Redis without TLS waits for the end of a line in what it takes for a command."""
    error = NotConnected("Timeout connecting to server")
    error.__cause__ = TimeoutError("_ssl.c:989: The handshake operation timed out")

    assert failure_in_words(error, "rediss://a:1/0").said.endswith("does not speak TLS.")


def test_one_that_is_stopped_did_not_answer_in_time():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with (
            Redis(port=port, socket_timeout=0.05, retry=None) as client,
            pytest.raises(RedisError) as raised,
        ):
            client.ping()
    found = failure_in_words(raised.value, address_of(client))

    assert found.said == f"Redis at redis://localhost:{port}/0 did not answer in time."


def test_the_setting_that_is_to_be_corrected_is_that_of_the_caller():
    refused = NotConnected("Error 111")
    refused.__cause__ = ConnectionRefusedError(111, "Connection refused")

    found = failure_in_words(refused, "redis://broker:1/0", "MRS_BROKER_URL")

    assert found.to_do == "Start it, or correct host and port in MRS_BROKER_URL."


@pytest.mark.parametrize(
    ("error", "word"),
    [
        pytest.param(ResponseError("UNKILLABLE Sorry"), "UNKILLABLE", id="a_word"),
        pytest.param(ResponseError("wrong number of arguments"), "ERR", id="no_word"),
        pytest.param(ResponseError("Sorry, M-1"), "ERR", id="no_word_in_capitals"),
        pytest.param(ResponseError("BUSYGROUP Name"), "BUSYGROUP", id="a_longer_word"),
        pytest.param(
            ResponseError("Error running script (call to f_1): @user_script:1: -OOM command"),
            "OOM",
            id="in_a_script_of_an_old_server",
        ),
        pytest.param(AuthenticationError("invalid"), "WRONGPASS", id="by_its_class"),
        pytest.param(ssl.SSLError("x"), "", id="no_answer"),
    ],
)
def test_the_first_word_of_an_answer(error, word):
    assert word == first_word_of(error)


def test_an_answer_without_a_meaning_of_its_own_is_said_with_its_first_word_alone():
    found = failure_in_words(ResponseError(f"STRANGE {MEMBER}"), "redis://a:1/0")

    assert found.said == "Redis at redis://a:1/0 refused the request (STRANGE)."


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        pytest.param("redis://h", "redis://h:6379/0", id="a_host"),
        pytest.param(f"redis://u:{SECRET}@h:1/2", "redis://u:***@h:1/2", id="a_login"),
        pytest.param(f"rediss://:{SECRET}@h:1", "rediss://:***@h:1/0", id="tls"),
        pytest.param("unix:///run/r.sock?db=4", "unix:///run/r.sock/4", id="a_socket"),
        pytest.param(
            f"sentinel://u:{SECRET}@a,b:2/m/3?sentinel_password={SECRET}",
            "sentinel://u:***@a:26379,b:2/m/3",
            id="sentinels",
        ),
    ],
)
def test_a_client_knows_its_address_without_the_password(url, shown):
    with redis_client(load_settings(redis_url=url)) as client:
        assert shown == address_of(client)


def test_a_store_that_fails_says_it_too(server):
    url = f"unix://half:wrong@{server.socket_path}"
    with (
        impatient_client(load_settings(redis_url=url)) as client,
        pytest.raises(StoreUnavailable) as raised,
    ):
        redis_facts(client)

    assert raised.value.said.endswith("(WRONGPASS).")
    assert raised.value.to_do == "Correct user and password in MRS_REDIS_URL."
    assert None is raised.value.__cause__
    assert Keys("mrs").door not in str(raised.value)
