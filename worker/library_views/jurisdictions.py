"""The legal rules on who may deny, as table cells."""

from __future__ import annotations

from rules.plans import JurisdictionRow

JURISDICTION_COLUMNS = ("state", "line of business", "claims received", "who may deny", "source")
_MODES = {
    "automatic": "this software",
    "recommend": "a person, who sees the recommended denial",
    "findings_only": "a person, who sees only the findings",
}


def jurisdiction_cells(row: JurisdictionRow) -> tuple[str, ...]:
    """Returns a row in words, in column order."""
    until = "" if row.effective_to is None else f" up to {row.effective_to}"
    return (
        "any" if row.state == "*" else row.state,
        "any" if row.line_of_business == "*" else row.line_of_business,
        f"from {row.effective_from}{until}",
        _MODES[row.mode],
        row.source,
    )
