"""A defect put in on purpose, and what must catch it."""

from __future__ import annotations

from typing import Literal, NamedTuple

By = Literal["the loader", "library check", "a scenario", "an example", "a test"]


class Defect(NamedTuple):
    """One change of one place, so small that a tired person could make it."""

    name: str
    file: str
    """Of data: path inside the library or the examples. Of code: path inside the project."""
    old: str
    """Stands once in the file; the change replaces it."""
    new: str
    by: By
    caught: str
    """
    The file that the refusal names; the name of the check, of the scenario, or of the test.

    Of a scenario beside an example, its policy comes before: `example-never: ...`.
    """


class Caught(NamedTuple):
    """Whether a defect was caught by what it names, and the witness that shows it."""

    defect: Defect
    is_caught: bool
    witness: str
