"""Every page of the operator's guide is run as it is written, on a real Redis with real workers."""

from __future__ import annotations

import pytest

from tests.support.guide import PAGES, SECONDS_MAX, blocks_of, run_page

pytestmark = pytest.mark.timeout(SECONDS_MAX + 30)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks_of(page)])
def test_every_block_of_a_page_does_what_it_says(page, short_folder):
    exit_code, said = run_page(page, short_folder)

    assert 0 == exit_code, said
