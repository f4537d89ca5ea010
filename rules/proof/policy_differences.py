"""Which classes of claims two libraries decide differently, policy by policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from rules.library_model import Library
from rules.policy_version import Policy
from rules.proof.check import OpenLibrary
from rules.proof.differences import Comparison, compare_by_facts, compare_libraries
from rules.proof.each_policy import of_policy
from rules.proof.product import has_product


class PolicyComparison(NamedTuple):
    """What came of comparing one policy of two libraries."""

    policy: str
    compared: Comparison


class LibraryComparison(NamedTuple):
    """What came of comparing two libraries."""

    added: tuple[str, ...]
    """The policies that the second alone has."""
    removed: tuple[str, ...]
    """The policies that the first alone has."""
    policies: tuple[PolicyComparison, ...]
    """Those that both have, in the order of their ids."""

    @property
    def differs(self) -> bool:
        """Whether anything is decided differently, or a policy is in one of the two alone."""
        found = any(each.compared.classes for each in self.policies)
        return found or bool(self.added or self.removed)


def compare_policies(
    before: OpenLibrary, after: OpenLibrary, told: Callable[[int], None] = lambda _: None
) -> LibraryComparison:
    """
    Compares each policy that both have as if it were alone.

    One with the criteria of 6.01.03 in all classes of facts, any other by the facts that lead to
    answers of its criteria.
    """
    was, now = (_by_id(one.library) for one in (before, after))
    return LibraryComparison(
        tuple(name for name in now if name not in was),
        tuple(name for name in was if name not in now),
        tuple(
            PolicyComparison(
                name, _compared(of_policy(before, was[name]), of_policy(after, now[name]), told)
            )
            for name in was
            if name in now
        ),
    )


def _by_id(library: Library) -> dict[str, Policy]:
    return {policy.policy_id: policy for policy in library.policies}


def _compared(before: OpenLibrary, after: OpenLibrary, told: Callable[[int], None]) -> Comparison:
    have_product = all(has_product(one.library.policies[0]) for one in (before, after))
    compare = compare_libraries if have_product else compare_by_facts
    return compare(before, after, told)
