"""What a requester could correct on the claim itself, where its codes stand in the way."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from rules.analysis.open_line import Correction, OpenLine, Supply
from rules.code_sets import ModifierMeaning

_AGAIN = "the claim again"


def corrections(case: OpenLine) -> Iterator[Supply]:
    """A diagnosis that can be used, modifiers that can stand, another component, its own repeat."""
    if not case.line.is_decided:
        return
    yield from _diagnosis(case)
    reasons = {finding.reason for finding in case.now.findings}
    if "MODIFIER_INVALID" in reasons:
        yield _modified(case, _that_can_stand(case), "without modifiers that cannot stand on it")
    if not reasons.isdisjoint(_DUPLICATES):
        yield from _told_apart(case)
        yield from _without_own_lines(case)


_PROVIDERS = ("1987654328", "1234567893", "1497758544")
"""Of these one stands for a provider who bills nothing else of the day."""
_DUPLICATES = ("DUPLICATE", "COMPONENT_INCLUDED", "SUSPECT_DUPLICATE", "REPEAT_SAME_DAY")


def _diagnosis(case: OpenLine) -> Iterator[Supply]:
    """Only where no diagnosis of the line can be used; one that speaks for little else is taken."""
    validity = case.library.icd10cm.validity
    if any(validity(code, case.on) == "billable" for code in case.line.diagnoses):
        return
    usable = (code for code in _speaking(case) if validity(code, case.on) == "billable")
    for code in islice(usable, 1):
        text = f"{_AGAIN}, with a diagnosis that is billable on {case.on} (here: {code})"
        yield Supply(text, "diagnosis", correction=Correction(diagnosis=code))


def _speaking(case: OpenLine) -> list[str]:
    """Diagnoses that are listed for purposes; where the policy asks for none, any that we know."""
    exclusive = case.version.exclusive if case.version is not None else frozenset()
    listed = [
        (not held.indications.isdisjoint(exclusive), code)
        for code, held in case.codes.indications.items()
        if held.support == "listed" and held.indications
    ]
    others: set[str] = set()
    if not case.asks("purpose"):
        others = others.union(*(version.codes.indications for version in case.library.versions))
    return [*(code for _, code in sorted(listed)), *sorted(others)]


def _told_apart(case: OpenLine) -> Iterator[Supply]:
    """Once and without a repeat, as either component, or as a service of its own."""
    bare = _without(case, "repeat")
    yield _modified(case, bare, "once, without a modifier for a repeat")
    components: tuple[tuple[ModifierMeaning, str], ...] = (
        ("professional", "as the professional component"),
        ("technical", "as the technical component"),
    )
    for meaning, words in components:
        own = [code for code in bare if code not in _codes(case, "professional", "technical")]
        for code in _codes(case, meaning)[:1]:
            yield _modified(case, (*own, code), words)
    for code in _codes(case, "distinct")[:1]:
        yield _modified(case, (*bare, code), "as a service of its own")
    others = {line.billed.rendering_npi for line in case.history.live if line.key == case.line.key}
    for npi in [npi for npi in _PROVIDERS if npi not in others][:1]:
        text = f"{_AGAIN}, with another provider, who rendered it"
        yield Supply(text, "modifier_or_provider", correction=Correction(npi=npi))


def _without_own_lines(case: OpenLine) -> Iterator[Supply]:
    """The other lines of the same claim that bill the same."""
    for line in case.claim.lines:
        is_same = (line.procedure, line.date_of_service) == case.line.key
        if is_same and line.number != case.billed.number:
            text = f"{_AGAIN}, without line {line.number}"
            yield Supply(text, None, correction=Correction(without=line.number))


def _that_can_stand(case: OpenLine) -> tuple[str, ...]:
    component = _codes(case, "professional", "technical")
    bare = _without(case, "bilateral")
    own = case.codes.decided.get(case.line.procedure)
    if own is not None and not own.has_components:
        return tuple(code for code in bare if code not in component)
    stands = [code for code in bare if code in component][:1]
    return tuple(code for code in bare if code not in component or code in stands)


def _modified(case: OpenLine, modifiers: tuple[str, ...], how: str) -> Supply:
    text = f"{_AGAIN}, {how}"
    return Supply(text, "modifier_or_provider", correction=Correction(modifiers=modifiers))


def _without(case: OpenLine, meaning: ModifierMeaning) -> tuple[str, ...]:
    known = case.library.modifiers
    return tuple(code for code in case.billed.modifiers if known.get(code) != meaning)


def _codes(case: OpenLine, *meanings: ModifierMeaning) -> list[str]:
    """The modifiers of the library with one of some meanings."""
    return sorted(code for code, said in case.library.modifiers.items() if said in meanings)
