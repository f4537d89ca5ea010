"""The classes of earlier lines of one day and procedure: every way to ask criterion 5."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import product

from rules.facts import Claim, Line
from rules.library_model import Library
from rules.proof.situation import OURS, THEIRS, Setting, Variant

_COMPONENTS = ("professional", "technical", None)


def earlier_line_variants(setting: Setting, library: Library) -> Iterator[Variant]:
    """The component, provider and plan of an earlier line, against those of the line itself."""
    others = [plan for plan in sorted(library.plans) if plan != setting.plan]
    repeats = (None, *_codes(library, "repeat"))
    for own, repeat, units in product(_COMPONENTS, repeats, (Decimal(1), Decimal(2))):
        sets: dict[str, object] = {
            "modifiers": tuple(
                code
                for meaning in (own, "repeat" if repeat else None)
                for code in _codes(library, meaning)
            ),
            "units": units,
        }
        words = f"a {own or 'global'} line, repeat {repeat}, {units} units"
        yield Variant(f"{words}, nothing before it", (), sets)
        for theirs, npi, plan in product(
            _COMPONENTS, (OURS, THEIRS, None), (setting.plan, *others[:1])
        ):
            earlier = earlier_line(setting, _codes(library, theirs), npi, plan)
            before = f"after a {theirs or 'global'} one of {plan}, provider {npi}"
            yield Variant(f"{words}, {before}", (earlier,), sets)


def earlier_line(
    setting: Setting,
    modifiers: tuple[str, ...] = (),
    npi: str | None = OURS,
    plan: str | None = None,
) -> Claim:
    """A claim for the same procedure and day that was received on the day of service."""
    line = Line(1, setting.procedure, modifiers, setting.on, (), Decimal(1), None, npi)
    return Claim(
        "B-1",
        "1",
        None,
        "professional",
        plan or setting.plan,
        setting.on,
        setting.diagnoses,
        (line,),
    )


def _codes(library: Library, meaning: str | None) -> tuple[str, ...]:
    """One modifier with a meaning, if the library has any."""
    return tuple(sorted(code for code, said in library.modifiers.items() if said == meaning)[:1])
