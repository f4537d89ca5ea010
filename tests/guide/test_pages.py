"""Every page of the operator's guide is run as it is written, on a real Redis with real workers."""

from __future__ import annotations

import re

import pytest

from tests.support.guide import PAGES, SECONDS_MAX, blocks_of, run_page
from tests.support.sources import text_of

pytestmark = pytest.mark.timeout(SECONDS_MAX + 30)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks_of(page)])
def test_every_block_of_a_page_does_what_it_says(page, short_folder):
    exit_code, said = run_page(page, short_folder)

    assert 0 == exit_code, said


@pytest.mark.parametrize("page", PAGES)
def test_what_is_to_be_typed_is_found_wherever_it_stands(page):
    """No block is indented, or in another language of a shell, and so left out."""
    fences = [line for line in text_of(f"ops/guide/{page}").splitlines() if "```" in line]

    assert 2 * len(blocks_of(page)) == len(fences)
    assert {"```sh", "```"} >= set(fences)


def test_waiting_for_the_queue_is_a_command_and_no_function_of_a_page():
    assert [] == [
        page for page in PAGES if re.search(r"\bwaiting\(\)", text_of(f"ops/guide/{page}"))
    ]
