"""Criterion 7: the line documents one of the policy's indications (I.A.1-6; II)."""

from __future__ import annotations

from rules.answers import authorized, met, not_met, unknown
from rules.code_sets import Support
from rules.determination import Finding
from rules.history.history import History
from rules.history.studies import HeldLine
from rules.library_model import Library, Parameters


def ask_indication(
    held: HeldLine, ids: tuple[str, ...], history: History, parameters: Parameters
) -> Finding:
    """The strongest support that a billable diagnosis of the line gives; `ids`: authorizations."""
    library = history.library
    if ids:
        return authorized(library, "indication", ids)
    on = held.line.date_of_service
    valid = history.valid(held.diagnoses, on)
    if not valid:
        return unknown(library, "INDICATION_UNCLEAR", "no diagnosis could be verified")
    company = history.in_company(valid, on)
    listed = [code for code in valid if code in company or _names(code, "listed", library)]
    if listed:
        indications = history.indications(tuple(listed), on)
        return met(library, "indication", _documents(indications, "listed", library))
    documented = tuple(code for code in valid if _names(code, "documented", library))
    if documented:
        return _off_the_list(documented, history, held, parameters)
    return _weak_or_none(valid, library)


def _names(code: str, support: Support, library: Library) -> bool:
    """Whether a code names an indication with this support."""
    known = library.indications.get(code)
    return known is not None and known.support == support and bool(known.indications)


def _off_the_list(
    documented: tuple[str, ...], history: History, held: HeldLine, parameters: Parameters
) -> Finding:
    library = history.library
    indications = history.indications(documented, held.line.date_of_service)
    choice = parameters.unlisted_but_documented
    used = {"unlisted_but_documented": choice}
    because = _documents(indications, "not on the policy's list", library)
    if choice == "accept":
        return met(library, "indication", because, (), used)
    return unknown(library, "INDICATION_UNCLEAR", because, (), used)


def _weak_or_none(valid: tuple[str, ...], library: Library) -> Finding:
    """A weak code, a listed one without an indication, or symptoms only: nobody can say yet."""
    named = [code for code in valid if code in library.indications]
    if named:
        because = f"too little by itself: {', '.join(named)}"
        return unknown(library, "INDICATION_UNCLEAR", because)
    if all(code[0] in library.symptom_chapters for code in valid):
        because = f"names a symptom or circumstance and no disease: {', '.join(valid)}"
        return unknown(library, "INDICATION_UNCLEAR", because)
    because = f"no indication of the policy: {', '.join(valid)}"
    return not_met(library, "INVESTIGATIONAL_INDICATION", because)


def _documents(indications: dict[str, frozenset[int]], how: str, library: Library) -> str:
    names = library.indication_names
    parts = (
        f"{code} ({how}) for {', '.join(names[number].section for number in sorted(numbers))}"
        for code, numbers in indications.items()
    )
    return "; ".join(parts)
