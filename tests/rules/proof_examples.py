"""The shipped library with all example policies, opened to be proved."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from rules.proof.check import OpenLibrary
from rules.proof.each_policy import each_policy, policy_id_of
from rules.proof.library_check import open_library
from tests.support.libraries import EXAMPLES, with_examples

EXAMPLE_IDS = tuple(sorted(folder.name for folder in (EXAMPLES / "policies").iterdir()))


@cache
def all_examples() -> OpenLibrary:
    """All of them beside the shipped policy."""
    with TemporaryDirectory(prefix="mrs-examples-") as made:
        return open_library(with_examples(Path(made) / "library", *EXAMPLE_IDS), None)


def example_alone(policy_id: str) -> OpenLibrary:
    """The library as if it held one of its policies."""
    return next(one for one in each_policy(all_examples()) if policy_id_of(one) == policy_id)
