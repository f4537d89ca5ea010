"""A letter as one HTML file that needs nothing else."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from console.letters.content import Letter

TEMPLATES: Final = Path(__file__).parents[1] / "templates"


def html_of(letter: Letter) -> str:
    """The letter as a page: style and all, without a script or a reference to anything."""
    template = _environment().get_template("letters/letter.html")
    return template.render(letter=letter, style=Markup(_style()))  # noqa: S704  # our own file


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _style() -> str:
    return (TEMPLATES / "letters" / "letter.css").read_text(encoding="utf-8")
