"""A case is with one person at a time, and comes back by itself."""

from __future__ import annotations

import time

from redis import Redis

from console.deciding.cases import Case, case_in
from console.deciding.leases import (
    LEASE_MILLISECONDS,
    lease_holders,
    lease_key,
    lease_of,
    release,
    take,
)

CASE = Case("M-1", "C-1001", 1)
OTHER = Case("M-1", "C-1001", 2)


def test_a_case_that_nobody_has_can_be_taken(redis_client: Redis) -> None:
    lease = take(redis_client, "mrs", CASE, "r.adams")

    assert lease.holder == "r.adams"
    assert lease_of(redis_client, "mrs", CASE) is not None
    assert lease_of(redis_client, "mrs", OTHER) is None


def test_a_case_that_another_has_cannot_be_taken(redis_client: Redis) -> None:
    first = take(redis_client, "mrs", CASE, "r.adams")

    second = take(redis_client, "mrs", CASE, "s.brown")

    assert second[:2] == first[:2]


def test_taking_ones_own_case_again_renews_it_and_keeps_its_token(redis_client: Redis) -> None:
    first = take(redis_client, "mrs", CASE, "r.adams", 60_000)

    again = take(redis_client, "mrs", CASE, "r.adams")

    assert again.token == first.token
    assert redis_client.pttl(lease_key("mrs", CASE)) > 60_000


def test_a_lease_ends_by_itself(redis_client: Redis) -> None:
    take(redis_client, "mrs", CASE, "r.adams", 20)
    until = time.monotonic() + 60
    while lease_of(redis_client, "mrs", CASE) is not None and time.monotonic() < until:
        time.sleep(0.01)

    assert take(redis_client, "mrs", CASE, "s.brown").holder == "s.brown"


def test_a_case_that_was_given_back_can_be_taken_by_another(redis_client: Redis) -> None:
    lease = take(redis_client, "mrs", CASE, "r.adams")

    assert release(redis_client, "mrs", CASE, lease)
    assert take(redis_client, "mrs", CASE, "s.brown").holder == "s.brown"


def test_an_old_page_cannot_give_back_what_another_has_now(redis_client: Redis) -> None:
    old = take(redis_client, "mrs", CASE, "r.adams")
    release(redis_client, "mrs", CASE, old)
    take(redis_client, "mrs", CASE, "s.brown")

    assert not release(redis_client, "mrs", CASE, old)
    assert lease_holders(redis_client, "mrs", [CASE]) == {CASE: "s.brown"}


def test_an_old_page_cannot_give_back_what_the_same_person_took_anew(redis_client: Redis) -> None:
    old = take(redis_client, "mrs", CASE, "r.adams")
    release(redis_client, "mrs", CASE, old)
    take(redis_client, "mrs", CASE, "r.adams")

    assert not release(redis_client, "mrs", CASE, old)


def test_the_list_says_who_has_which_case(redis_client: Redis) -> None:
    take(redis_client, "mrs", CASE, "r.adams")

    assert lease_holders(redis_client, "mrs", [OTHER, CASE]) == {CASE: "r.adams"}
    assert lease_holders(redis_client, "mrs", []) == {}


def test_cases_whose_ids_look_alike_are_different_cases(redis_client: Redis) -> None:
    take(redis_client, "mrs", Case('a","b', "c", 1), "r.adams")

    assert lease_of(redis_client, "mrs", Case("a", 'b","c', 1)) is None


def test_an_address_names_a_case_whatever_its_ids_hold() -> None:
    assert case_in({"member": "M/1?&", "claim": "é 日", "line": "999"}) == ("M/1?&", "é 日", 999)


def test_an_address_that_can_name_no_case_is_none() -> None:
    good = {"member": "M-1", "claim": "C-1", "line": "1"}
    for name, values in {
        "member": ("", " ", "x" * 257),
        "claim": ("", "x" * 257),
        "line": ("", "0", "1000", "-1", "1.5", "1e2", "٣", "one"),
    }.items():
        for value in values:
            assert case_in(good | {name: value}) is None


def test_a_lease_lasts_a_quarter_of_an_hour() -> None:
    assert LEASE_MILLISECONDS == 900_000
