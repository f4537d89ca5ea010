"""What diagnoses come to on a day: which are billable, and which indications they have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, NamedTuple

from rules.code_sets import CodeSets, Purpose
from rules.library_model import Library
from rules.policy_version import Policy
from rules.remembered import Memo

NO_INDICATIONS: frozenset[Purpose] = frozenset()


class Meaning:
    """What some diagnoses come to together."""

    __slots__ = ("documented", "every", "in_company", "indications", "valid")

    def __init__(
        self,
        valid: tuple[str, ...],
        indications: Mapping[str, frozenset[Purpose]],
        in_company: Mapping[str, Purpose],
        documented: frozenset[Purpose],
    ) -> None:
        self.valid: Final[tuple[str, ...]] = valid
        """Those that are billable."""
        self.indications: Final[Mapping[str, frozenset[Purpose]]] = indications
        """Of each valid one, of any support."""
        self.in_company: Final[Mapping[str, Purpose]] = in_company
        """Those that are listed with an indication only because of their company."""
        self.every: Final[frozenset[Purpose]] = NO_INDICATIONS.union(*indications.values())
        """Their indications together."""
        self.documented: Final[frozenset[Purpose]] = documented
        """Those that a code lists, in company too, or documents; none that is only suggested."""


class Meanings(NamedTuple):
    """What the same diagnoses come to in members with and without a brain tumour."""

    alone: Meaning
    with_tumour: Meaning | None
    """With a brain tumour in the history, where that makes a difference (`rules.md` 4.7)."""


_MEANINGS: Memo[tuple[str, tuple[str, ...], int], Meanings] = Memo("meanings of diagnoses")


def meanings_of(
    diagnoses: tuple[str, ...],
    on: date,
    epoch: int,
    codes: CodeSets,
    policy: Policy,
    library: Library,
) -> Meanings:
    """
    What the diagnoses of a line, study or treatment come to on its day.

    `epoch` and `codes` are those of the day, `codes` under the policy.
    """
    remembered = library.remembered(_MEANINGS)
    key = (policy.policy_id, diagnoses, epoch)
    return remembered.get(key) or remembered.keep(key, _meanings(diagnoses, on, codes, library))


class Diagnoses:
    """
    What diagnoses come to in one member, under one policy.

    A diagnosis may have an indication only in the company of a brain tumour, which may stand in
    the member's history too, up to the day (`rules.md` 4.7).
    """

    __slots__ = ("_find_tumour_day", "_tumour_days", "library", "policy")

    def __init__(
        self,
        policy: Policy,
        library: Library,
        find_tumour_day: Callable[[CodeSets], date | None],
    ) -> None:
        """`find_tumour_day`: asked once for each code sets, if at all."""
        self.policy: Final[Policy] = policy
        self.library: Final[Library] = library
        self._find_tumour_day: Callable[[CodeSets], date | None] = find_tumour_day
        self._tumour_days: dict[int, date | None] = {}

    def meaning(self, diagnoses: tuple[str, ...], on: date, epoch: int, codes: CodeSets) -> Meaning:
        """What diagnoses come to on a day; `epoch` and `codes` are those of the day."""
        found = meanings_of(diagnoses, on, epoch, codes, self.policy, self.library)
        return self.choose(found, on, codes)

    def choose(self, meanings: Meanings, on: date, codes: CodeSets) -> Meaning:
        """Which of the meanings holds on a day in the member."""
        if meanings.with_tumour is None:
            return meanings.alone
        since = self._tumour_day(codes)
        return meanings.with_tumour if since is not None and since <= on else meanings.alone

    def stand_with(self, diagnoses: tuple[str, ...], on: date) -> bool:
        """Whether all else means the same when the member has further diagnoses of a day."""
        for version in self.policy.versions:
            if not version.codes.brain_tumour.isdisjoint(diagnoses):
                since = self._tumour_day(version.codes)
                if since is None or on < since:
                    return False
        return True

    def _tumour_day(self, codes: CodeSets) -> date | None:
        """The first day of a brain tumour in the member's history; asked once."""
        key = id(codes.brain_tumour)
        if key not in self._tumour_days:
            self._tumour_days[key] = self._find_tumour_day(codes)
        return self._tumour_days[key]


def is_circumstance(code: str, codes: CodeSets) -> bool:
    """Whether a code names a circumstance and stands in neither set (`rules.md` 4.7)."""
    return (
        code[0] in codes.circumstances
        and code not in codes.indications
        and code not in codes.unrelated
    )


def _meanings(diagnoses: tuple[str, ...], on: date, codes: CodeSets, library: Library) -> Meanings:
    validity = library.icd10cm.validity
    valid = tuple([code for code in diagnoses if validity(code, on) == "billable"])
    alone = _in_company(valid, codes, has_tumour=False)
    with_tumour = _in_company(valid, codes, has_tumour=True)
    return Meanings(
        _meaning(valid, alone, codes),
        None if alone == with_tumour else _meaning(valid, with_tumour, codes),
    )


def _in_company(valid: tuple[str, ...], codes: CodeSets, *, has_tumour: bool) -> dict[str, Purpose]:
    if codes.in_company.isdisjoint(valid):
        return {}
    return {
        rule.code: rule.indication
        for rule in codes.company
        if rule.code in valid
        and (not rule.beside.isdisjoint(valid) or (rule.in_history and has_tumour))
    }


def _meaning(valid: tuple[str, ...], in_company: Mapping[str, Purpose], codes: CodeSets) -> Meaning:
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
        NO_INDICATIONS.union(*firm, in_company.values()),
    )


def _is_firm(code: str, codes: CodeSets) -> bool:
    known = codes.indications.get(code)
    return known is not None and known.support != "suggested"
