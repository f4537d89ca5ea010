"""The library's pages where the library has several policies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from redis import Redis

from console.claim.policy_words import PolicyWords
from console.logins import Logins
from rules.loading.files import load_library, read_policy
from tests.support.console_day import ConsoleDay
from tests.support.libraries import SHIPPED_POLICY, with_examples
from worker.config.settings import load_settings
from worker.sandbox.redis_server import embedded_redis

pytestmark = pytest.mark.xdist_group("library_policies")

PET, PRIOR = "example-brain-pet", "example-prior-study"
"""Two with a version of the same name, and criteria of the same names."""


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConsoleDay]:
    """A console whose library has three policies."""
    folder = with_examples(tmp_path_factory.mktemp("pages") / "library", PET, PRIOR)
    with embedded_redis({"appendonly": "no"}) as server:
        settings = load_settings(redis_url=server.url, library=folder)
        with Redis(unix_socket_path=str(server.socket_path)) as redis, Logins(settings) as logins:
            yield ConsoleDay(server, redis, logins, settings, load_library(folder))


def test_the_first_policy_is_shown_with_links_to_the_others(day: ConsoleDay) -> None:
    text = day.logged_in().get("/library").text

    assert f"<h1>Policy {SHIPPED_POLICY}" in text
    assert f"/library?policy={PET}" in text


@pytest.mark.parametrize("name", [SHIPPED_POLICY, PET, PRIOR])
def test_each_policy_has_its_page(day: ConsoleDay, name: str) -> None:
    assert f"<h1>Policy {name}" in day.logged_in().get(f"/library?policy={name}").text


@pytest.mark.parametrize("address", ["/library", "/library/codes"])
@pytest.mark.parametrize(
    "query",
    [
        pytest.param("policy=none", id="no_such_policy"),
        pytest.param(f"policy={PET}&version=2025-03-17", id="a_version_of_another"),
    ],
)
def test_what_there_is_not_is_answered_with_what_there_is(
    day: ConsoleDay, address: str, query: str
) -> None:
    answer = day.logged_in().get(f"{address}?{query}")

    assert 404 == answer.status_code
    assert f"/library?policy={PET}&amp;version=2025-03-01" in answer.text


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        pytest.param(SHIPPED_POLICY, "held against what the policy decides", id="watched"),
        pytest.param(PET, "Brain pet: its lines are asked every criterion", id="decided"),
    ],
)
def test_a_code_is_what_the_chosen_policy_makes_of_it(
    day: ConsoleDay, policy: str, said: str
) -> None:
    text = day.logged_in().get(f"/library/codes?policy={policy}&code=78608").text

    assert said in text
    assert f'<option value="{policy}" selected>' in text


def test_criteria_of_two_policies_keep_their_own_words(day: ConsoleDay) -> None:
    folder = day.settings.library
    assert folder is not None
    documents = read_policy(folder)
    both = [
        {one.name: one.looks_at for one in each.criteria}
        for each in documents
        if each.policy_id in {PET, PRIOR}
    ]
    shared = sorted(both[0].keys() & both[1].keys())

    words = PolicyWords(documents)

    assert shared
    for each in (one for one in documents if one.policy_id in {PET, PRIOR}):
        for criterion in each.criteria:
            found = words.of(each.policy_id, each.version, criterion.name)
            assert found is not None
            assert criterion.looks_at == found.looks_at
