"""Where a plan asks for more than one person, as table cells."""

from __future__ import annotations

from rules.policy.reading import PersonsLine

PERSONS_HEADING = "Where one person is not enough"
PERSONS_COLUMNS = ("plan", "a denial", "quality sample")


def persons_cells(line: PersonsLine) -> tuple[str, ...]:
    """Returns a plan's terms in words, in column order."""
    one_in = line.quality_sample_one_in
    return (
        line.plan_id,
        "needs a second person" if line.second_person_for_denials else "needs one person",
        "none" if one_in is None else f"1 in {one_in} decided lines, judged again blind",
    )
