"""Celery takes JSON and nothing else, and nothing here would ever run what it reads."""

from __future__ import annotations

import ast
import json
import pickle
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.processes import eventually
from tests.support.sources import modules_of, tree_of
from worker.app import app
from worker.config.connections import redis_client
from worker.sandbox.installation import Installation, installation
from worker.store.keys import Keys

KEYS = Keys("mrs")
PIDBOX = "mrs:celery:/0.celery.pidbox"
FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "marshal", "shelve", "jsonpickle", "yaml", "code"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "system", "popen", "loads_unsafe"}


class Payload:
    """Makes a file wherever it is unpickled."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self._file,))


@pytest.fixture(scope="module")
def own() -> Iterator[Installation]:
    with installation(workers=1, settings={"log_level": "debug"}) as own:
        yield own


@pytest.fixture
def redis(own: Installation) -> Iterator[Redis]:
    with redis_client(own.settings) as client:
        yield client


@pytest.mark.parametrize(
    "content_type",
    ["application/x-python-serialize", "application/x-yaml", "application/x-msgpack", "text/plain"],
)
def test_an_order_that_is_no_json_is_not_read_and_work_goes_on(own, redis, tmp_path, content_type):
    made = tmp_path / "made-by-pickle"
    body = pickle.dumps(([Payload(made)], {}, {}))
    pickle.loads(body)
    assert made.exists()  # so it would, if anybody unpickled it
    made.unlink()

    redis.lpush(f"{KEYS.celery}drain", _message(body, content_type))
    redis.publish(PIDBOX, _message(body, content_type))
    refused = eventually(lambda: redis.llen(f"{KEYS.celery}drain") == 0)
    member = f"M-{content_type}"
    redis.xadd(KEYS.door, {"event": encoded(event_of(CLAIM, member_id=member))})

    assert refused
    assert eventually(lambda: own.mend() or redis.exists(KEYS.record(member)), 60)
    assert not made.exists()


def test_celery_is_set_to_json_alone_and_keeps_no_results():
    conf = app.conf

    assert ["json"] == list(conf.accept_content)
    assert conf.result_accept_content in (None, ["json"])
    assert {"json"} == {conf.task_serializer, conf.result_serializer, conf.event_serializer}
    assert conf.result_backend is None
    assert conf.task_ignore_result
    assert not conf.worker_send_task_events
    assert not conf.task_send_sent_event


def test_no_module_can_run_what_it_reads():
    modules = modules_of("console", "doors", "mrs_adjudicator", "rules", "worker")

    runs = {str(path): _what_runs(tree_of(path)) for path in modules}

    assert len(modules) > 300
    assert {} == {path: names for path, names in runs.items() if names}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("eval(text)", "eval"),
        ("os.system(text)", "system"),
        ("run(text, shell=True)", "shell"),
        ("import pickle", "pickle"),
        ("from yaml.loader import Loader", "yaml"),
    ],
)
def test_what_could_run_it_is_seen(code, found):
    assert {found} == _what_runs(ast.parse(code))


def _what_runs(tree: ast.Module) -> set[str | None]:
    found: set[str | None] = {
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name | ast.Attribute)
        and not _is_of_a_pattern(node.func)
        and not _is_of_nothing(node)
    } & FORBIDDEN_CALLS
    found |= {
        keyword.arg
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "shell"
    }
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    return found | (imported & FORBIDDEN_MODULES)


def _is_of_nothing(call: ast.Call) -> bool:
    """`exec("")` runs nothing, whatever was read."""
    return bool(call.args) and isinstance(call.args[0], ast.Constant) and call.args[0].value == ""


def _is_of_a_pattern(called: ast.expr) -> bool:
    """`re.compile` makes a pattern and runs nothing."""
    return ast.unparse(called) == "re.compile"


def _message(body: bytes, content_type: str) -> str:
    """An envelope as kombu writes it."""
    return json.dumps(
        {
            "body": b64encode(body).decode(),
            "content-encoding": "binary",
            "content-type": content_type,
            "headers": {"lang": "py", "task": "mrs.drain", "id": "x", "root_id": "x"},
            "properties": {
                "correlation_id": "x",
                "delivery_mode": 2,
                "delivery_info": {"exchange": "", "routing_key": "drain"},
                "priority": 0,
                "body_encoding": "base64",
                "delivery_tag": "x",
            },
        }
    )
