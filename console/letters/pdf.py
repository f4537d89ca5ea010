"""A letter as PDF, by WeasyPrint: the same letter is the same bytes, and nothing is fetched."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from console.letters.content import Letter
from console.letters.html import html_of

_VARIANT: Final = "pdf/ua-1"
"""Tagged, so that a screen reader finds headings, lists and tables."""


class NothingIsFetched(FatalURLFetchingError):  # type: ignore[misc]  # WeasyPrint has no types
    """The page named something outside of itself."""


class NoFetcher(URLFetcher):  # type: ignore[misc]  # as above
    """Refuses every address, of files too."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Raises `NothingIsFetched`."""
        del url, headers
        raise NothingIsFetched("a letter needs nothing from outside")


def pdf_of(letter: Letter) -> bytes:
    """The letter as a file; its identifier comes from its words, and no clock is asked."""
    return pdf_of_page(html_of(letter))


def pdf_of_page(page: str) -> bytes:
    """A page as PDF; raises `NothingIsFetched` if it names anything outside of itself."""
    document = HTML(string=page, url_fetcher=NoFetcher())
    identifier = sha256(page.encode()).hexdigest()[:32].encode()
    made: bytes = document.write_pdf(pdf_variant=_VARIANT, pdf_identifier=identifier)
    return made
