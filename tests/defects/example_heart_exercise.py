"""Defects in the example of supervised exercise for the heart."""

from __future__ import annotations

from tests.defects.defect import Defect

_POLICY = "policies/example-heart-exercise/2026-01-01/policy.toml"
_REASONS = "policies/example-heart-exercise/2026-01-01/reasons.csv"
_SETS = "policies/example-heart-exercise/2026-01-01/code_sets/"


def _seeded(name: str, file: str, old: str, new: str, scenario: str) -> Defect:
    """One that a scenario beside the example catches."""
    caught = f"example-heart-exercise: {scenario}"
    return Defect(f"heart exercise: {name}", file, old, new, "an example", caught)


HEART_EXERCISE_DATA = (
    _seeded(
        "a day sooner after a stent",
        _POLICY,
        "value = 14\n",
        "value = 13\n",
        "thirteen days after a stent is too early",
    ),
    _seeded(
        "a day later after a stent",
        _POLICY,
        "value = 14\n",
        "value = 15\n",
        "fourteen days after a stent",
    ),
    _seeded(
        "a year after a stent is a day long",
        _POLICY,
        "value = 365\n",
        "value = 366\n",
        "366 days after a stent is too late",
    ),
    _seeded(
        "a stronger heart is weak",
        _POLICY,
        'value = "35"',
        'value = "36"',
        "a heart that is a little stronger",
    ),
    _seeded(
        "an old value counts",
        _POLICY,
        "value = 180\n",
        "value = 181\n",
        "a weak heart, measured 181 days before",
    ),
    _seeded(
        "an old stress test counts",
        _POLICY,
        "value = 90\n",
        "value = 91\n",
        "a stress test of 91 days before",
    ),
    _seeded(
        "both grounds are asked for",
        _POLICY,
        'value = 1\nsection = "1"',
        'value = 2\nsection = "1"',
        "a weak heart without a repair",
    ),
    _seeded(
        "a session on the next day is covered",
        _POLICY,
        'value = 2\nsection = "5"',
        'value = 1\nsection = "5"',
        "a session on the day before",
    ),
    _seeded(
        "a hospital's claim waits for a place",
        _POLICY,
        'value = "accept"\nsection = "4"',
        'value = "pend"\nsection = "4"',
        "a hospital's claim",
    ),
    _seeded(
        "the state's programme is asked of another state",
        _POLICY,
        'only_states = ["NY"]',
        'only_states = ["PA"]',
        "under a plan of New York",
    ),
    _seeded(
        "an office is no place",
        f"{_SETS}places.csv",
        "11,office,our choice for the example\n",
        "",
        "in an office",
    ),
    _seeded(
        "a surgeon may not order it",
        f"{_SETS}heart_specialties.csv",
        "208G00000X",
        "208G00001X",
        "ordered by a surgeon of the chest",
    ),
    _seeded(
        "intensive exercise is covered",
        f"{_SETS}heart_exercise.csv",
        "G0422,yes",
        "G0422,no",
        "intensive exercise",
    ),
    _seeded(
        "the member never pays for a plan that is missing",
        _REASONS,
        "notice:PR",
        "CO",
        "no plan of exercise, and the member was told",
    ),
)
