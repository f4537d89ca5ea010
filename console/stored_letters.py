"""The dead letters that a page reads: a member's may lie in any shard, where nobody read whose."""

from __future__ import annotations

from console.page import Page
from worker.dead_letters.sharded import DeadLetters, ShardedDeadLetters
from worker.store.keys import Keys
from worker.store.redis import RedisStore


def letters_of(page: Page) -> DeadLetters:
    """Those of all shards that answer."""
    stores = {each.shard: RedisStore(each.redis, Keys(each.settings.prefix)) for each in page.every}
    return stores[0] if page.parts.logins.shards == 1 else ShardedDeadLetters(stores)
