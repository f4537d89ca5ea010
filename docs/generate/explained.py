"""What `adjudicator explain` prints of one denial of the sample day: a picture, and an excerpt."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from io import StringIO
from itertools import takewhile
from typing import Final

from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text

CLAIM: Final = "CLM-2025-0403"
EVENTS: Final = "worker/samples/day.jsonl"
COMMAND: Final = ("adjudicator", "explain", CLAIM, "--events", EVENTS)

EXCERPT_BEGINS: Final = "<!-- explained -->\n```text\n"
EXCERPT_ENDS: Final = "```\n<!-- explained -->\n"

_COLUMNS = 100
_DECIDES = "<- this decides"
_PARAMETERS = "     by: "

_SVG = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: monospace; font-size: {char_height}px;
  line-height: {line_height}px; font-variant-east-asian: full-width; }}
.{unique_id}-title {{ font-family: arial; font-size: 18px; font-weight: bold; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix" xml:space="preserve">
{matrix}
</g>
</g>
</svg>
"""
"""As rich has it, without the font that it would fetch from the network."""


def explain_picture() -> str:
    """The whole of what the command prints, as SVG."""
    paper = Console(record=True, width=_COLUMNS, file=StringIO())
    for line in _printed(in_colour=True).splitlines():
        paper.print(Text.from_ansi(line))
    return paper.export_svg(
        title=" ".join(COMMAND), theme=SVG_EXPORT_THEME, code_format=_SVG, unique_id="explain"
    )


def with_excerpt(readme: str) -> str:
    """The README with the lines of today's output in its place."""
    before, _, rest = readme.partition(EXCERPT_BEGINS)
    _, _, after = rest.partition(EXCERPT_ENDS)
    return f"{before}{EXCERPT_BEGINS}{excerpt()}{EXCERPT_ENDS}{after}"


def excerpt() -> str:
    """The outcome, the criterion that decided, what would reopen it and how it came to this."""
    lines = [line.rstrip() for line in _printed(in_colour=False).splitlines()]
    paragraphs = [part.splitlines() for part in "\n".join(lines).split("\n\n")]
    shown = [_deciding(part) if _DECIDES in "".join(part) else part for part in paragraphs]
    return "\n\n".join("\n".join(part) for part in shown) + "\n"


def _deciding(findings: Sequence[str]) -> list[str]:
    """The heading and the finding that decides; an ellipsis for others and for parameters."""
    starts = [number for number, line in enumerate(findings) if line[2:3].isdigit()]
    (at,) = (number for number in starts if _DECIDES in findings[number])
    after = next((number for number in starts if number > at), len(findings))
    shown = [*takewhile(lambda line: not line.startswith(_PARAMETERS), findings[at:after])]
    return [findings[0], "  ...", *shown, "     ..."]


@cache
def _printed(*, in_colour: bool) -> str:
    """The output of the command, run with the shipped library."""
    words = [sys.executable, "-m", "worker.cli", *COMMAND[1:]]
    ours = {name: value for name, value in os.environ.items() if not name.startswith("MRS_")}
    ours.pop("NO_COLOR", None)
    ours |= {"COLUMNS": str(_COLUMNS), "TERM": "xterm-256color"}
    ours |= {"FORCE_COLOR": "1"} if in_colour else {"NO_COLOR": "1"}
    return subprocess.run(words, env=ours, check=True, capture_output=True, text=True).stdout
