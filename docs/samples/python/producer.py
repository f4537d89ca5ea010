"""Sends events, one JSON object a line on standard input, until Redis has acknowledged each."""

import os
import sys
import time

import redis

LATER = (redis.ConnectionError, redis.TimeoutError, redis.ReadOnlyError, redis.OutOfMemoryError)


def main() -> None:
    url = os.environ.get("REDIS_URL", "redis://localhost:6379/0")
    client = redis.Redis.from_url(url, socket_timeout=5, decode_responses=True)
    for line in sys.stdin.buffer:
        event = line.strip()
        if event:
            print(send(client, event), flush=True)


def send(client: redis.Redis, event: bytes) -> object:
    """The id of the event's entry in the stream, once Redis has said it."""
    wait = float(os.environ.get("PAUSE", "1"))
    while True:
        try:
            return client.xadd("mrs:events", {"event": event})
        except LATER as error:
            # Nobody knows whether the event is there. With its source and id it may come twice.
            print(f"{type(error).__name__}: trying again in {wait} s", file=sys.stderr)
            time.sleep(wait)
            wait = min(2 * wait, 30)


if __name__ == "__main__":
    main()
