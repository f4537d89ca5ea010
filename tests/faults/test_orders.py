"""Celery loses, doubles and delays orders to work, and strangers push garbage into its list."""

from __future__ import annotations

import base64
import json

import pytest

from tests.faults.seeds import seeds
from tests.faults.workload import entries_of

EVENTS = 500
SECONDS = 2.5

_ENVELOPE = {
    "body": base64.b64encode(b"[[], {}, {}]").decode(),
    "content-encoding": "utf-8",
    "content-type": "application/json",
    "properties": {
        "delivery_mode": 2,
        "delivery_info": {"exchange": "", "routing_key": "drain"},
        "priority": 0,
        "body_encoding": "base64",
        "delivery_tag": "a",
    },
}
_HEADERS = {"lang": "py", "id": "1", "root_id": "1", "retries": 0, "eta": None, "expires": None}

GARBAGE = {
    "no JSON": b"\x00 this is no order",
    "no envelope": b'{"an": "object"}',
    "no list": b"[]",
    "no headers": json.dumps(_ENVELOPE | {"headers": {}}).encode(),
    "a body that is no text": json.dumps(
        _ENVELOPE | {"headers": _HEADERS | {"task": "mrs.route"}, "body": "§"}
    ).encode(),
    "an unknown task": json.dumps(
        _ENVELOPE | {"headers": _HEADERS | {"task": "mrs.nobody"}}
    ).encode(),
    "a lane that there is not": json.dumps(
        _ENVELOPE
        | {
            "headers": _HEADERS | {"task": "mrs.drain"},
            "body": base64.b64encode(b"[[99], {}, {}]").decode(),
        }
    ).encode(),
    "a lane that is no number": json.dumps(
        _ENVELOPE
        | {
            "headers": _HEADERS | {"task": "mrs.drain"},
            "body": base64.b64encode(b'[["x"], {}, {}]').decode(),
        }
    ).encode(),
}


@pytest.mark.parametrize("seed", seeds(1))
def test_orders_lost_doubled_and_late_cost_nothing(seed, start_run, report, library):
    with start_run(seed) as run:
        run.start_workers(2, size=2)
        orders = f"{run.keys.celery}drain"
        kept: list[bytes] = []
        with run.sending(entries_of(seed, EVENTS), SECONDS) as producer:
            while producer.is_alive():
                run.pause(0, 0.05)
                waiting = run.client.lrange(orders, 0, -1)
                kept = [*kept, *waiting][-200:]
                match run.lots.choice(["lost", "doubled", "late"]):
                    case "lost":
                        run.client.delete(orders)
                    case "doubled" if waiting:
                        run.client.lpush(orders, *waiting, *waiting)
                    case "late" if kept:
                        run.client.lpush(orders, *run.lots.choices(kept, k=5))
        run.drained()

        report("orders lost, doubled, late", run, run.verdict([library]))


@pytest.mark.parametrize("seed", seeds(1))
def test_garbage_among_the_orders_costs_a_worker_at_most(seed, start_run, report, library):
    with start_run(seed) as run:
        run.start_workers(2, size=2)
        garbage = list(GARBAGE.values())
        run.lots.shuffle(garbage)
        with run.sending(entries_of(seed, EVENTS), SECONDS):
            for each in garbage:
                run.client.lpush(f"{run.keys.celery}drain", each)
                run.pause(0.05, 0.3)
                run.mend()
        run.drained()

        report("garbage among the orders", run, run.verdict([library]))
