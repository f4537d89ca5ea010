"""What diagnoses come to on a day: which are billable, and which indications they have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from rules.code_sets import CodeSets
from rules.library_model import Library
from rules.remembered import Memo

NO_INDICATIONS: frozenset[int] = frozenset()


class Meaning(NamedTuple):
    """What some diagnoses come to together."""

    valid: tuple[str, ...]
    """Those that are billable."""
    indications: Mapping[str, frozenset[int]]
    """Of each valid one, of any support."""
    in_company: Mapping[str, int]
    """Those that are listed with an indication only because of their company."""
    every: frozenset[int]
    """Their indications together."""
    documented: frozenset[int]
    """Those that a code lists, in company too, or documents; none that is only suggested."""


class _Meanings(NamedTuple):
    alone: Meaning
    with_tumour: Meaning | None
    """With a brain tumour in the history, where that makes a difference."""


_MEANINGS: Memo[tuple[tuple[str, ...], int], _Meanings] = Memo("meanings of diagnoses")


class Diagnoses:
    """
    Looks diagnoses up for one member.

    `first_tumour_day` tells the first day on which the member's history has a brain tumour by some
    code sets: a diagnosis may have an indication only in such company (`rules.md` 4.7).
    """

    def __init__(
        self, library: Library, first_tumour_day: Callable[[CodeSets], date | None]
    ) -> None:
        self._library = library
        self._first_tumour_day = first_tumour_day
        self._meanings = library.remembered(_MEANINGS)

    def meaning(self, diagnoses: tuple[str, ...], on: date, epoch: int, codes: CodeSets) -> Meaning:
        """
        What the diagnoses of a line, study or treatment come to on its day.

        `epoch` and `codes` are those of the day.
        """
        found = self._meanings.get((diagnoses, epoch))
        if found is None:
            meanings = _meanings(diagnoses, on, codes, self._library)
            found = self._meanings.keep((diagnoses, epoch), meanings)
        if found.with_tumour is None:
            return found.alone
        since = self._first_tumour_day(codes)
        return found.with_tumour if since is not None and since <= on else found.alone


def is_circumstance(code: str, codes: CodeSets) -> bool:
    """Whether a code names a circumstance and stands in neither set (`rules.md` 4.7)."""
    return (
        code[0] in codes.circumstances
        and code not in codes.indications
        and code not in codes.unrelated
    )


def _meanings(diagnoses: tuple[str, ...], on: date, codes: CodeSets, library: Library) -> _Meanings:
    validity = library.icd10cm.validity
    valid = tuple([code for code in diagnoses if validity(code, on) == "billable"])
    alone = _in_company(valid, codes, has_tumour=False)
    with_tumour = _in_company(valid, codes, has_tumour=True)
    return _Meanings(
        _meaning(valid, alone, codes),
        None if alone == with_tumour else _meaning(valid, with_tumour, codes),
    )


def _in_company(valid: tuple[str, ...], codes: CodeSets, *, has_tumour: bool) -> dict[str, int]:
    if codes.in_company.isdisjoint(valid):
        return {}
    return {
        rule.code: rule.indication
        for rule in codes.company
        if rule.code in valid
        and (not rule.beside.isdisjoint(valid) or (rule.in_history and has_tumour))
    }


def _meaning(valid: tuple[str, ...], in_company: Mapping[str, int], codes: CodeSets) -> Meaning:
    known = codes.indications
    indications = {
        code: known[code].indications if code in known else NO_INDICATIONS for code in valid
    }
    for code, indication in in_company.items():
        indications[code] |= {indication}
    firm = [known[code].indications for code in valid if _is_firm(code, codes)]
    return Meaning(
        valid,
        indications,
        in_company,
        NO_INDICATIONS.union(*indications.values()),
        NO_INDICATIONS.union(*firm, in_company.values()),
    )


def _is_firm(code: str, codes: CodeSets) -> bool:
    known = codes.indications.get(code)
    return known is not None and known.support != "suggested"
