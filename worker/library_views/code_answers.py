"""Why a code is in, out or held: what the library says of it by itself, on one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from rules.code_sets import CodeSets
from rules.library_model import Library
from rules.policy_version import PolicyVersion
from rules.terms import PurposeTerms
from worker.library_views.code_book import CodeBook, CodeNote, set_words

CodeStanding = Literal["in", "out", "held", "neither"]

STANDING_WORDS: Final[Mapping[CodeStanding, str]] = {
    "in": "it speaks for a purpose of the policy",
    "out": "it speaks for none",
    "held": "by itself it decides nothing, a person looks",
    "neither": "the question does not turn on it",
}
"""Of diagnoses."""


_HEADING: Final = "a heading"


class CodeAnswer(NamedTuple):
    """What is said of one code."""

    code: str
    standing: CodeStanding
    says: str
    """One sentence."""
    purposes: tuple[tuple[str, str], ...]
    """Section and words of each purpose that it speaks for."""
    entries: tuple[tuple[str, CodeNote], ...]
    """What the sets hold of it, or of the heading above it: the set in words, and the entry."""
    validity: str
    """What the table of diagnoses says of it; empty for a procedure."""

    @property
    def standing_words(self) -> str:
        """Where it stands, and of a diagnosis what that means."""
        return (
            f"{self.standing}: {STANDING_WORDS[self.standing]}" if self.validity else self.standing
        )


def code_answer(code: str, book: CodeBook, library: Library) -> CodeAnswer | None:
    """Why a code is in, out or held; None: neither a set nor the table of diagnoses has it."""
    codes = book.version.codes
    validity = _validity(code, book.version, library)
    entries = tuple(
        (set_words(name), note)
        for name, note in _entries(code, book)
        if validity or note.code == code
    )
    if code in codes.imaging or code in codes.episode_reset:
        standing, says = _of_procedure(code, book.version)
        return CodeAnswer(code, standing, says, (), entries, "")
    if not validity and not entries:
        return None
    standing, says = _of_diagnosis(code, codes, _accepts_unlisted(book.version))
    if validity.startswith(_HEADING):
        standing, says = "neither", "Only the codes under it can be billed."
    return CodeAnswer(code, standing, says, _purposes(code, codes), entries, validity)


def _entries(code: str, book: CodeBook) -> list[tuple[str, CodeNote]]:
    """Those of the code itself, else of the nearest heading above it that a set has."""
    found = list(book.of(code))
    above = code
    while len(above) > 3 and "unrelated" not in dict(found):  # a category
        above = above[:-1].rstrip(".")
        note = book.sets["unrelated"].get(above)
        if note is not None:
            return [*found, ("unrelated", note)]
    chapter = book.sets["symptom_chapters"].get(code[:1])
    return [*found, ("symptom_chapters", chapter)] if chapter and not found else found


def _of_procedure(code: str, version: PolicyVersion) -> tuple[CodeStanding, str]:
    codes = version.codes
    if code in codes.decided:
        if codes.decided[code].investigational:
            return (
                "out",
                f"{_word(version.service)} that the policy's code table flags: investigational.",
            )
        return "in", f"{_word(version.service)}: its lines are asked every criterion."
    if code in codes.watched:
        word = _word(version.watched_service or "")
        return "in", f"{word}: held against what the policy decides, for the same question."
    if code in codes.conventional_imaging:
        return "in", "Conventional imaging: it can come before what the policy decides."
    return "in", f"A treatment ({codes.episode_reset[code]}): after it an episode begins anew."


def _word(service: str) -> str:
    word = set_words(service)
    return word[:1].upper() + word[1:]


def _of_diagnosis(code: str, codes: CodeSets, unlisted: str) -> tuple[CodeStanding, str]:
    known = codes.indications.get(code)
    if known is not None:
        return _of_indication(known.support, unlisted, has_purpose=bool(known.indications))
    if code in codes.unrelated:
        return "out", "It was looked at, and names none of the policy's purposes."
    if code in codes.in_company:
        return "held", "It speaks for a purpose only beside certain other diagnoses."
    if code[:1] in codes.circumstances:
        return "neither", "It names a circumstance and no disease: it is passed over."
    if code[:1] in codes.symptom_chapters:
        return "held", "It names a symptom and no disease."
    return "held", "Nobody has classed it: a person judges."


def _of_indication(support: str, unlisted: str, *, has_purpose: bool) -> tuple[CodeStanding, str]:
    if support == "listed":
        if has_purpose:
            return "in", "The policy lists it, and it names a purpose."
        return "held", "The policy lists it, but by itself it names no purpose."
    if support == "suggested":
        return "held", "It suggests a purpose and does not name it."
    if unlisted == "accept":
        return "in", "It names a purpose; that the policy does not list it is accepted."
    return "held", "It names a purpose, but the policy does not list it."


def _purposes(code: str, codes: CodeSets) -> tuple[tuple[str, str], ...]:
    known = codes.indications.get(code)
    numbers = set(known.indications if known else ())
    numbers |= {rule.indication for rule in codes.company if rule.code == code}
    names = [codes.indication_names[number] for number in sorted(numbers)]
    return tuple((name.section, name.label) for name in names)


def _validity(code: str, version: PolicyVersion, library: Library) -> str:
    days = version.effective_from
    words = {
        "billable": f"billable on {days}",
        "heading": f"{_HEADING} on {days}",
        "invalid": "",
        "unverified": "",
    }
    return words[library.icd10cm.validity(code, days)]


def _accepts_unlisted(version: PolicyVersion) -> str:
    """What the version makes of a purpose that only a code off its list documents."""
    purpose = version.having(PurposeTerms)
    return "pend" if purpose is None else purpose.terms.unlisted_but_documented
