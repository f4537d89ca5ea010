"""What diagnoses come to on a day: which are billable, and which indications they have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from rules.code_sets import CodeSets
from rules.library_model import Library

NO_INDICATIONS: frozenset[int] = frozenset()


class Diagnoses:
    """
    Looks diagnoses up for one member, each question once.

    `first_tumour_day` tells the first day on which the member's history has a brain tumour by some
    code sets: a diagnosis may have an indication only in such company (`rules.md` 4.7).
    """

    def __init__(
        self, library: Library, first_tumour_day: Callable[[CodeSets], date | None]
    ) -> None:
        self._library = library
        self._first_tumour_day = first_tumour_day
        self._valid: dict[tuple[tuple[str, ...], date], tuple[str, ...]] = {}

    def valid(self, diagnoses: tuple[str, ...], on: date) -> tuple[str, ...]:
        """Those of the diagnoses that are billable on a date."""
        key = (diagnoses, on)
        found = self._valid.get(key)
        if found is None:
            validity = self._library.icd10cm.validity
            found = tuple([code for code in diagnoses if validity(code, on) == "billable"])
            self._valid[key] = found
        return found

    def indications(
        self, valid: tuple[str, ...], on: date, codes: CodeSets
    ) -> dict[str, frozenset[int]]:
        """
        The indications that each of some valid diagnoses has, of any support.

        `on` is the day of the line, study or treatment: some diagnoses have an indication only in
        company, beside others or in the history up to that day (`rules.md` 4.7).
        """
        known = codes.indications
        found = {
            code: known[code].indications if code in known else NO_INDICATIONS for code in valid
        }
        for code, indication in self.in_company(valid, on, codes).items():
            found[code] |= {indication}
        return found

    def all_indications(
        self, diagnoses: tuple[str, ...], on: date, codes: CodeSets
    ) -> frozenset[int]:
        """The indications that the billable ones of some diagnoses have together."""
        found = self.indications(self.valid(diagnoses, on), on, codes)
        return NO_INDICATIONS.union(*found.values())

    def documented(self, valid: tuple[str, ...], on: date, codes: CodeSets) -> frozenset[int]:
        """Their indications that a code lists, in company too, or documents; none suggested."""
        known = codes.indications
        firm = [
            known[code].indications
            for code in valid
            if code in known and known[code].support != "suggested"
        ]
        return NO_INDICATIONS.union(*firm, self.in_company(valid, on, codes).values())

    def in_company(self, valid: tuple[str, ...], on: date, codes: CodeSets) -> dict[str, int]:
        """The diagnoses that are listed with an indication here only because of their company."""
        if codes.in_company.isdisjoint(valid):
            return {}
        return {
            rule.code: rule.indication
            for rule in codes.company
            if rule.code in valid
            and (
                not rule.beside.isdisjoint(valid)
                or (rule.in_history and self._has_tumour(on, codes))
            )
        }

    def _has_tumour(self, on: date, codes: CodeSets) -> bool:
        since = self._first_tumour_day(codes)
        return since is not None and since <= on


def is_circumstance(code: str, codes: CodeSets) -> bool:
    """Whether a code names a circumstance and stands in neither set (`rules.md` 4.7)."""
    return (
        code[0] in codes.circumstances
        and code not in codes.indications
        and code not in codes.unrelated
    )
