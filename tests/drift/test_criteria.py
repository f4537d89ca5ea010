"""Every criterion and every parameter is told where people look for it, and is proved."""

from __future__ import annotations

import re

import pytest

from rules.loading.files import SHIPPED, load_library, read_policy
from rules.proof.product import LEANS_ON
from tests.support.sources import text_of

NAMES = load_library(SHIPPED).criterion_names


@pytest.mark.parametrize("page", ["docs/rules.md", "rules/README.md"])
def test_the_pages_on_the_policy_list_the_criteria_in_their_order(page):
    rows = re.findall(r"^\| \d+ \| `([a-z_]+)`", text_of(page), re.MULTILINE)

    assert list(NAMES) == rows


def test_the_proof_knows_what_each_criterion_leans_on():
    assert set(NAMES) == set(LEANS_ON)


def test_the_rules_name_each_parameter():
    named = {
        parameter.name for document in read_policy(SHIPPED) for parameter in document.parameters
    }

    assert [] == [name for name in sorted(named) if f"`{name}" not in text_of("docs/rules.md")]
