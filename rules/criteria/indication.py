"""Criterion 7: the line documents one of the policy's indications (I.A.1-6; II)."""

from __future__ import annotations

from rules.answers import authorized, met, not_met, unknown
from rules.code_sets import CodeSets, Support
from rules.determination import Finding
from rules.history.diagnoses import is_circumstance
from rules.history.history import History
from rules.history.studies import ClaimLine
from rules.library_model import Library, Parameters


def ask_indication(
    line: ClaimLine, ids: tuple[str, ...], history: History, parameters: Parameters
) -> Finding:
    """The strongest support that a billable diagnosis of the line gives; `ids`: authorizations."""
    library = history.library
    if ids:
        return authorized(library, "indication", ids)
    diagnoses, codes = history.diagnoses, line.codes
    valid = diagnoses.valid(line.diagnoses, line.on)
    if not valid:
        return unknown(library, "INDICATION_UNCLEAR", "no diagnosis could be verified")
    company = diagnoses.in_company(valid, line.on, codes)
    listed = [code for code in valid if code in company or _names(code, "listed", codes)]
    if listed:
        indications = diagnoses.indications(tuple(listed), line.on, codes)
        return met(library, "indication", _documents(indications, "listed", codes))
    documented = tuple(code for code in valid if _names(code, "documented", codes))
    if documented:
        return _off_the_list(documented, history, line, parameters)
    return _unrelated_or_open(valid, codes, library)


def _names(code: str, support: Support, codes: CodeSets) -> bool:
    """Whether a code names an indication with this support."""
    known = codes.indications.get(code)
    return known is not None and known.support == support and bool(known.indications)


def _off_the_list(
    documented: tuple[str, ...], history: History, line: ClaimLine, parameters: Parameters
) -> Finding:
    library = history.library
    indications = history.diagnoses.indications(documented, line.on, line.codes)
    choice = parameters.unlisted_but_documented
    used = {"unlisted_but_documented": choice}
    because = _documents(indications, "not on the policy's list", line.codes)
    if choice == "accept":
        return met(library, "indication", because, (), used)
    return unknown(library, "INDICATION_UNCLEAR", because, (), used)


def _unrelated_or_open(valid: tuple[str, ...], codes: CodeSets, library: Library) -> Finding:
    """Denied only where every diagnosis was looked at; what nobody has classed is held."""
    unrelated = [code for code in valid if code in codes.unrelated]
    rest = [code for code in valid if code not in codes.unrelated]
    if unrelated and all(is_circumstance(code, codes) for code in rest):
        because = f"none of the policy's indications: {', '.join(valid)}"
        return not_met(library, "INVESTIGATIONAL_INDICATION", because)
    weak = [code for code in rest if code in codes.indications]
    if weak:
        because = f"too little by itself: {', '.join(weak)}"
    elif all(code[0] in codes.symptom_chapters for code in valid):
        because = f"names a symptom or circumstance and no disease: {', '.join(valid)}"
    else:
        open_codes = [code for code in rest if not is_circumstance(code, codes)]
        because = f"not classed, for a person to judge: {', '.join(open_codes or rest)}"
    return unknown(library, "INDICATION_UNCLEAR", because)


def _documents(indications: dict[str, frozenset[int]], how: str, codes: CodeSets) -> str:
    names = codes.indication_names
    parts = (
        f"{code} ({how}) for {', '.join(names[number].section for number in sorted(numbers))}"
        for code, numbers in indications.items()
    )
    return "; ".join(parts)
