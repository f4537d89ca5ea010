"""Each shard has a prefix of its own, and what would ask one of several is refused."""

from __future__ import annotations

import pytest

from worker.config.connections import broker_of, redis_client
from worker.config.settings import SettingsRefused, load_settings
from worker.config.shards import shards_of, shards_said

CLUSTER = "redis+cluster://one,two"
BROKER = "redis://three"


@pytest.mark.parametrize(
    ("changes", "prefixes", "said"),
    [
        pytest.param({}, ["mrs"], 0, id="one"),
        pytest.param({"prefix": "{mrs-3}"}, ["{mrs-3}"], 0, id="one by its own prefix"),
        pytest.param({"shards": 2}, ["{mrs-0}", "{mrs-1}"], 2, id="two"),
        pytest.param(
            {"redis_url": CLUSTER, "broker_url": BROKER}, ["{mrs-0}"], 1, id="one in a cluster"
        ),
        pytest.param(
            {"redis_url": CLUSTER, "broker_url": BROKER, "prefix": "{mrs-3}"},
            ["{mrs-3}"],
            0,
            id="one of a cluster by its own prefix",
        ),
    ],
)
def test_prefixes(changes, prefixes, said):
    settings = load_settings(**changes)

    assert prefixes == [each.prefix for each in shards_of(settings)]
    assert said == shards_said(settings)


@pytest.mark.parametrize(
    "changes",
    [{"shards": 2}, {"redis_url": CLUSTER, "broker_url": BROKER}],
    ids=["two shards", "a cluster"],
)
def test_what_would_ask_one_shard_of_an_installation_is_refused(changes):
    settings = load_settings(**changes)

    with pytest.raises(SettingsRefused, match="cannot ask all shards"):
        redis_client(settings)

    redis_client(broker_of(settings)).close()
    for shard in shards_of(settings):
        redis_client(shard).close()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"redis_url": CLUSTER}, "MRS_BROKER_URL cannot be a cluster", id="broker"),
        pytest.param(
            {"shards": 2, "prefix": "{mrs-0}"}, "MRS_PREFIX cannot have braces", id="prefix"
        ),
    ],
)
def test_settings_that_do_not_fit_are_refused_with_what_to_do(changes, said):
    with pytest.raises(SettingsRefused, match=said):
        load_settings(**changes)
