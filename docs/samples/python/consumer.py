"""Reads determinations as a consumer group, and writes each once to a file: OUT."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import redis

STREAM = "mrs:determinations"
GROUP, ME = os.environ.get("GROUP", "payer"), os.environ.get("CONSUMER", "one")
IDLE_MS = int(os.environ.get("IDLE_MS", "0"))  # ends after so long without news; 0: never
BLOCK_MS = IDLE_MS or 5000


def main(out: Path) -> None:
    url = os.environ.get("REDIS_URL", "redis://localhost:6379/0")
    client = redis.Redis.from_url(url, socket_timeout=10)
    # The file stands for your database. There, id and effect belong into one transaction.
    seen = (
        {line.split(" ", 1)[0] for line in out.read_text().splitlines()} if out.exists() else set()
    )
    after = "0"  # first what we were given before and did not acknowledge
    while True:
        try:
            create_group(client)
            news: Any = client.xreadgroup(GROUP, ME, {STREAM: after}, count=100, block=BLOCK_MS)
        except (redis.ConnectionError, redis.TimeoutError) as error:
            print(f"{type(error).__name__}: trying again", file=sys.stderr)
            time.sleep(1)
            continue
        entries = news[0][1] if news else []
        for entry_id, fields in entries:
            event = json.loads(fields[b"event"])
            if event["id"] not in seen:
                with out.open("a") as file:
                    file.write(f"{event['id']} {json.dumps(event['data'])}\n")
                seen.add(event["id"])
            client.xack(STREAM, GROUP, entry_id)
        if not entries and after == ">" and IDLE_MS:
            return
        if not entries:
            after = ">"


def create_group(client: redis.Redis) -> None:
    try:
        client.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
    except redis.ResponseError as error:
        if not str(error).startswith("BUSYGROUP"):
            raise


if __name__ == "__main__":
    main(Path(sys.argv[1]))
