"""The pages keep nobody out: axe-core, the keyboard, small screens, and targets to hit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.support.browsers import OpenConsole

pytestmark = [pytest.mark.timeout(400), pytest.mark.uncounted]

CLAIM = "member=M-006&claim=CLM-2025-0456&line=1"
PAGES = {
    "start": ("reviewer", "/"),
    "worklist": ("reviewer", "/worklist"),
    "a_search_without_a_find": ("reviewer", "/worklist?search=nothing-of-this-name"),
    "claim": ("reviewer", f"/claim?{CLAIM}"),
    "case": ("reviewer", f"/decide?{CLAIM}"),
    "evidence": ("reviewer", f"/evidence?{CLAIM}"),
    "form_of_an_imaging_report": ("reviewer", f"/evidence/imaging?{CLAIM}"),
    "letter": ("reviewer", f"/letter?{CLAIM}"),
    "quality_sample": ("reviewer", "/sample"),
    "agreement": ("senior", "/sample/agreement"),
    "policy": ("auditor", "/library"),
    "plans": ("auditor", "/library/plans"),
    "codes": ("auditor", "/library/codes?code=C71"),
    "report": ("auditor", "/report"),
    "what_an_auditor_may_not": ("auditor", f"/decide?{CLAIM}"),
    "what_there_is_not": ("auditor", "/claim?member=M-006&claim=none&line=1"),
}
EVERY_PAGE = [pytest.param(*row, id=name) for name, row in PAGES.items()]
NARROW: Any = {"width": 320, "height": 640}
"""What is left of 1280 pixels at 400 %, and the narrowest phone."""


def is_wider_than_the_screen(page: Page) -> bool:
    found: bool = page.evaluate(
        "document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth"
    )
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("role", "path"), EVERY_PAGE)
def test_axe_finds_nothing(
    console: OpenConsole, role: str, path: str, scheme: Literal["light", "dark"]
) -> None:
    with console.page(role, path, color_scheme=scheme) as page:
        found = Axe().run(page)

    assert 0 == found.violations_count, found.generate_report()


@pytest.mark.parametrize(("role", "path"), EVERY_PAGE)
def test_nothing_is_cut_off_at_320_pixels_and_every_target_can_be_hit(
    console: OpenConsole, role: str, path: str
) -> None:
    with console.page(role, path, viewport=NARROW) as page:
        small = list(_small_targets(page))

        assert not is_wider_than_the_screen(page)
        assert [] == small


@pytest.mark.parametrize(("role", "path"), EVERY_PAGE)
def test_the_keyboard_reaches_everything_and_shows_where_it_is(
    console: OpenConsole, role: str, path: str
) -> None:
    with console.page(role, path) as page:
        reached = list(_tabbed_through(page))
        wanted = page.locator(_REACHABLE).count()

    assert "Skip to the content" == reached[0]["words"]
    assert wanted <= len(reached)
    assert [] == [each for each in reached if not each["is_shown"]]


def test_the_skip_link_leads_past_the_navigation(console: OpenConsole):
    with console.page("reviewer", "/worklist") as page:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")

        assert "main" == page.evaluate("document.activeElement.id")


def test_the_login_has_no_barrier_either(console: OpenConsole):
    with console.stranger("/login") as page:
        assert 0 == Axe().run(page).violations_count
        assert not is_wider_than_the_screen(page)


_REACHABLE = (
    "a[href], button, input:not([type=hidden]):not([type=radio]), select, textarea, summary"
)
_LONE_TARGETS = (
    "button, select, textarea, summary, nav a, a.button, "
    "input:not([type=hidden]):not([type=radio]):not([type=checkbox])"
)
_LEAST_PIXELS = 24
_TABS_MAX = 600


def _small_targets(page: Page) -> Iterator[str]:
    """Targets that stand alone and are smaller than WCAG 2.5.8 allows."""
    for target in page.locator(_LONE_TARGETS).all():
        box = target.bounding_box()
        if box and (box["width"] < _LEAST_PIXELS or box["height"] < _LEAST_PIXELS):
            yield f"{target.inner_text() or target.get_attribute('name')}: {box}"


def _tabbed_through(page: Page) -> Iterator[dict[str, Any]]:
    """What has the focus after each press of Tab, until it leaves the page."""
    for _ in range(_TABS_MAX):
        page.keyboard.press("Tab")
        focused: dict[str, Any] | None = page.evaluate(
            """() => {
                const at = document.activeElement;
                if (at === null || at === document.body) return null;
                const style = getComputedStyle(at);
                return {
                    words: at.innerText || at.name || at.id,
                    is_shown: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
                };
            }"""
        )
        if focused is None:
            return
        yield focused
