"""A real browser at a real console: `adjudicator console` with its own Redis, workers and day."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

from tests.support.processes import uncounted_environment
from tests.support.programs import needed_program

ROLES = ("reviewer", "senior", "auditor")
WAIT_MILLISECONDS = 20_000


class OpenConsole:
    """A console that serves, and browsers that are logged in to it."""

    def __init__(self, address: str, logins: dict[str, str], browser: Browser) -> None:
        self.address = address
        self._browser = browser
        self._logins = logins
        self._sessions: dict[str, StorageState] = {}
        self._open = ExitStack()

    @contextmanager
    def page(self, role: str, path: str = "/", **how: Any) -> Iterator[Page]:
        """A page of somebody of a role; `how`: viewport, colour scheme and the like."""
        if role not in self._sessions:
            self._sessions[role] = self._logged_in(role)
        with self._browser.new_context(storage_state=self._sessions[role], **how) as context:
            yield self._opened(context, path)

    @contextmanager
    def stranger(self, path: str) -> Iterator[Page]:
        """A page of somebody who is not logged in."""
        with self._browser.new_context() as context:
            yield self._opened(context, path)

    def open(self, role: str, path: str = "/") -> Page:
        """A page that stays open as long as the console."""
        return self._open.enter_context(self.page(role, path))

    def open_as_stranger(self, path: str) -> Page:
        """The same of somebody who is not logged in."""
        return self._open.enter_context(self.stranger(path))

    def close(self) -> None:
        """Closes the pages that are open."""
        self._open.close()

    def _opened(self, context: BrowserContext, path: str) -> Page:
        page = context.new_page()
        page.set_default_timeout(WAIT_MILLISECONDS)
        page.goto(f"{self.address}{path}")
        return page

    def _logged_in(self, role: str) -> StorageState:
        with self._browser.new_context() as context:
            page = context.new_page()
            page.goto(self._logins[role])
            page.get_by_role("button", name="Log in").click()
            assert page.url == f"{self.address}/"
            return context.storage_state()


@contextmanager
def open_console(**environment: str) -> Iterator[OpenConsole]:
    """
    The sample day behind the console, and Chromium before it; all gone at the end.

    `environment`: settings of the console.
    """
    chromium = needed_program("chromium")
    options = [part for role in ROLES for part in ("--role", role)]
    options += ["--credential", "Medical director, MD"]  # who may deny under each sample plan
    with subprocess.Popen(
        [sys.executable, "-m", "worker", "console", "--sample-day", "--port", "0", *options],
        env=uncounted_environment() | environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            logins = _logins(process)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=str(chromium), args=["--no-sandbox"]
                )
                console = OpenConsole(logins["reviewer"].partition("/login")[0], logins, browser)
                yield console
                console.close()
                browser.close()
        finally:
            process.send_signal(signal.SIGTERM)


def _logins(process: subprocess.Popen[str]) -> dict[str, str]:
    """What it prints: an address with a token for each role."""
    assert process.stdout is not None
    found: dict[str, str] = {}
    for line in process.stdout:
        if told := re.match(r" *(\w+) +(http\S+/login\?token=\S+)", line):
            found[told[1]] = told[2]
        if set(ROLES) <= found.keys():
            return found
    raise AssertionError("The console ended before it was open.")
