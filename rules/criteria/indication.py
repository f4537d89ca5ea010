"""Criterion 7: the line documents one of the policy's indications (I.A.1-6; II)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rules.answers import authorized, met, not_met, unknown
from rules.code_sets import CodeSets, Purpose, Support
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Finding
from rules.history.diagnoses import Meaning, is_circumstance
from rules.history.line_terms import LineTerms
from rules.library_model import Library
from rules.remembered import Memo
from rules.terms import PurposeTerms

_FINDINGS: Memo[tuple[Criterion[PurposeTerms], LineTerms, bool], Finding] = Memo(
    "findings of indication"
)


def ask_indication(asked: Question, criterion: Criterion[PurposeTerms]) -> Finding:
    """The strongest support that a billable diagnosis of the line gives."""
    line, library = asked.line, asked.library
    if asked.authorizations:
        return authorized(criterion, library, asked.authorizations)
    meaning = asked.history.meaning_of_line(line)
    remembered = library.remembered(_FINDINGS)
    key = (criterion, line.terms, bool(meaning.in_company))
    return remembered.get(key) or remembered.keep(
        key, _finding(meaning, line.codes, criterion, library)
    )


def _finding(
    meaning: Meaning, codes: CodeSets, criterion: Criterion[PurposeTerms], library: Library
) -> Finding:
    valid, indications = meaning.valid, meaning.indications
    if not valid:
        return unknown(criterion, "unclear", "no diagnosis could be verified")
    listed = [c for c in valid if c in meaning.in_company or _names(c, "listed", codes)]
    if listed:
        because = _documents(listed, indications, "listed", codes)
        return met(criterion, library, because)
    documented = [code for code in valid if _names(code, "documented", codes)]
    if not documented:
        return _unrelated_or_open(valid, codes, criterion)
    used = criterion.used("unlisted_but_documented")
    because = _documents(documented, indications, "not on the policy's list", codes)
    if criterion.terms.unlisted_but_documented == "accept":
        return met(criterion, library, because, (), used)
    return unknown(criterion, "unclear", because, (), used)


def _names(code: str, support: Support, codes: CodeSets) -> bool:
    """Whether a code names an indication with this support."""
    known = codes.indications.get(code)
    return known is not None and known.support == support and bool(known.indications)


def _unrelated_or_open(
    valid: tuple[str, ...], codes: CodeSets, criterion: Criterion[PurposeTerms]
) -> Finding:
    """Denied only where every diagnosis was looked at; what nobody has classed is held."""
    unrelated = [code for code in valid if code in codes.unrelated]
    rest = [code for code in valid if code not in codes.unrelated]
    if unrelated and all(is_circumstance(code, codes) for code in rest):
        because = f"none of the policy's indications: {', '.join(valid)}"
        return not_met(criterion, "unrelated", because)
    weak = [code for code in rest if code in codes.indications]
    if weak:
        because = f"too little by itself: {', '.join(weak)}"
    elif all(code[0] in codes.symptom_chapters for code in valid):
        because = f"names a symptom or circumstance and no disease: {', '.join(valid)}"
    else:
        open_codes = [code for code in rest if not is_circumstance(code, codes)]
        because = f"not classed, for a person to judge: {', '.join(open_codes or rest)}"
    return unknown(criterion, "unclear", because)


def _documents(
    named: Sequence[str], indications: Mapping[str, frozenset[Purpose]], how: str, codes: CodeSets
) -> str:
    names = codes.indication_names
    parts: list[str] = []
    for code in named:
        sections = [names[purpose].section for purpose in codes.in_order(indications[code])]
        parts.append(f"{code} ({how}) for {', '.join(sections)}")
    return "; ".join(parts)
