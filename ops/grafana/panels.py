"""What a dashboard is made of, in our own words: panels with their questions to Prometheus."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["stat", "lines", "stacked", "bars", "table"]
Colour = Literal["green", "yellow", "orange", "red", "blue", "gray"]

Colours = tuple[tuple[str, Colour], ...]
"""Pattern of whole names of series -> their colour."""


class Query(NamedTuple):
    """One expression, and how its series are called."""

    expr: str
    legend: str = ""


class Step(NamedTuple):
    """The colour from a value on; the first has none."""

    colour: Colour
    from_value: float | None = None


class Panel(NamedTuple):
    """One picture: what it shows, for someone who sees it for the first time."""

    title: str
    about: str
    kind: Kind
    unit: str
    """As Grafana names it."""
    queries: tuple[Query, ...]
    thresholds: tuple[Step, ...] = (Step("blue"),)
    """Without a mark that means something, one neutral colour."""
    runbooks: tuple[str, ...] = ()
    """Alerts that watch the same thing."""
    width: int = 8
    """Of 24."""
    height: int = 0
    """0: as its kind has it."""
    decimals: int | None = None
    colours: Colours = ()
    """Of series whose names mean something, so that a colour means the same everywhere."""
    shades_of: Colour | None = None
    """One colour for all series of a panel that shows one thing only."""


class Row(NamedTuple):
    """A heading, and the panels below it."""

    title: str
    panels: tuple[Panel, ...]


class Dashboard(NamedTuple):
    """A page for one kind of reader."""

    uid: str
    title: str
    about: str
    rows: tuple[Row, ...]
    other: str
    """The uid of the page to go to from here."""
    is_by_policy: bool = False
    """Whether a policy and a service are chosen at its head."""

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All of them, in their order."""
        return tuple(panel for row in self.rows for panel in row.panels)


def good_below(yellow: float, red: float) -> tuple[Step, ...]:
    """Green up to a mark, then yellow, then red."""
    return Step("green"), Step("yellow", yellow), Step("red", red)


def good_above(yellow: float, green: float) -> tuple[Step, ...]:
    """Red up to a mark, then yellow, then green."""
    return Step("red"), Step("yellow", yellow), Step("green", green)


def never(value: float = 1) -> tuple[Step, ...]:
    """Red from a value on that should never be."""
    return Step("green"), Step("red", value)


OUTCOMES: Colours = (
    ("approved", "green"),
    ("pended", "yellow"),
    ("denied", "orange"),
    ("not_applicable", "gray"),
)
"""What is denied is never green: it is what someone is told, not what went well."""

RESULTS: Colours = (
    ("applied", "green"),
    ("duplicate", "gray"),
    ("refused", "orange"),
    ("set_aside", "red"),
)
CHANGES: Colours = (("favourable", "green"), ("adverse", "orange"), ("neutral", "gray"))
ANSWERS: Colours = ((".*: not_met", "orange"), (".*: unknown", "yellow"))
DUE: Colours = (
    ("later", "blue"),
    ("within_7_days", "yellow"),
    ("overdue", "orange"),
    ("over_30_days", "red"),
)

NEW_LIBRARY = Query("mrs_library_info unless on (digest) mrs_library_info offset 5m")
"""Marks on both pages when workers began to decide by another library."""
