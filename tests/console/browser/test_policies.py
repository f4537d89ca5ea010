"""The worklist in a real browser, where the library has several policies."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.support.browsers import WAIT_MILLISECONDS, OpenConsole, open_console
from tests.support.libraries import SHIPPED_POLICY, with_examples

expect.set_options(timeout=WAIT_MILLISECONDS)
pytestmark = [pytest.mark.timeout(400), pytest.mark.uncounted]

OTHER = "example-brain-pet"


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenConsole]:
    """The sample day under a library with a policy more."""
    folder = with_examples(tmp_path_factory.mktemp("several") / "library", OTHER)
    with open_console(MRS_LIBRARY=str(folder)) as found:
        yield found


def test_lines_are_selected_by_policy_with_the_form(several: OpenConsole) -> None:
    page = several.open("reviewer", "/worklist")

    page.get_by_label("Policy").select_option(SHIPPED_POLICY)
    page.get_by_role("button", name="Show", exact=True).click()

    expect(page.get_by_label("Policy")).to_have_value(SHIPPED_POLICY)
    expect(page.get_by_role("status").first).to_contain_text(re.compile(r"(\d+) of \1 selected"))
    expect(page.get_by_role("table")).to_contain_text(f"policy {SHIPPED_POLICY}")
    assert f"policy={SHIPPED_POLICY}" in page.url
