"""The policy beside its reading, with plans and codes, as one self-contained HTML page."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import NamedTuple

from rules.library_model import Library
from rules.policy.reading import Reading
from worker.library_views.code_book import CodeBook
from worker.library_views.elements import contents, heading
from worker.library_views.library_body import authorities_body, codes_body, plans_body
from worker.library_views.reading_body import links_of, opening, reading_body, title_of


class LibraryPages(NamedTuple):
    """What else the library holds, beside the policy's reading."""

    library: Library
    book: CodeBook


_LINKS = (
    ("#codes", "Codes of each purpose"),
    ("#plans", "Plans"),
    ("#authorities", "Authorities"),
)


def page(reading: Reading, more: LibraryPages | None = None) -> str:
    """The whole page; it has no scripts and loads nothing."""
    title = escape(title_of(reading))
    links = contents((*links_of(reading), *(_LINKS if more else ())))
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}: the policy beside its reading</title>
<style>{style("one_file")}{style("library")}</style></head><body>
<header><h1>{title}</h1>
{opening(reading)}
{links}</header>
<main>
{reading_body(reading)}{_more(more) if more else ""}
</main></body></html>
"""


def style(name: str) -> str:
    """One of the style sheets: `library`, or `one_file` for a page that stands alone."""
    return (files(__package__) / f"{name}.css").read_text("utf-8")


def _more(more: LibraryPages) -> str:
    return "".join(
        (
            heading(2, "Codes of each purpose", "codes"),
            codes_body(more.book),
            heading(2, "Plans", "plans"),
            plans_body(more.library),
            heading(2, "Authorities", "authorities"),
            authorities_body(more.library),
        )
    )
