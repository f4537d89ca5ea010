"""What is still missing in the folder of a policy: what is refused, then what is untried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from rules.library_model import Library
from rules.loading.faults import LibraryFault, LibraryRefused
from rules.loading.files import load_library, read_policy
from rules.policy.document import PolicyDocument
from rules.policy.text import cut, digest
from worker.policy_drafts.kind_text import USUAL
from worker.policy_drafts.layout import POLICY
from worker.policy_tests.results import LibraryTest, PolicyResult
from worker.policy_tests.words import differences_in_words, unreached_in_words

_ALIKE_SHOWN: Final = 3
"""Of faults that are alike in one file, so many are shown with their places."""

_ORDER: Final = (
    "the policy",
    "sections",
    "criteria",
    "parameters",
    "open questions",
    "codes",
    "reasons.csv",
    "sources.csv",
    "elsewhere in the library",
)
_STEPS: Final = (
    ("(section ", "sections"),
    ("(criterion ", "criteria"),
    ("(parameter", "parameters"),
    ("(open_question", "open questions"),
)


class Omission(NamedTuple):
    """Something that is still to be said, and where."""

    step: str
    """Of what it is, in one or two words."""
    said: str


def omissions_in(
    library: Path, plans: Path | None, policy: str, document: str | None
) -> Iterator[Omission]:
    """
    Yields what is missing in a policy, in the order of the work.

    While the library is refused, only that: what is wrong with a file hides what is wrong between
    them. `document` is the text that was read, if it is at hand.
    """
    try:
        loaded = load_library(library, plans)
    except LibraryRefused as refusal:
        yield from _refused(refusal.faults, f"policies/{policy}/")
        return
    documents = [each for each in read_policy(library) if each.policy_id == policy]
    if document is not None:
        yield from _unlike(documents[-1], document)
    yield from _undecided(loaded, policy)
    yield from _untried(library, plans, policy, documents)


def _refused(faults: Iterable[LibraryFault], own: str) -> Iterator[Omission]:
    """In the order of the steps, each file's in their order; alike ones are told together."""
    alike: dict[tuple[str, str, str, str], list[str]] = {}
    for fault in sorted(faults, key=lambda each: _ORDER.index(_step(each, own))):
        key = (_step(fault, own), fault.file.removeprefix(own), fault.wrong, fault.to_do)
        alike.setdefault(key, []).append(fault.where)
    for (step, file, wrong, to_do), places in alike.items():
        if len(places) <= _ALIKE_SHOWN:
            yield from (Omission(step, str(LibraryFault(file, at, wrong, to_do))) for at in places)
        else:
            shown = ", ".join(places[:_ALIKE_SHOWN])
            more = len(places) - _ALIKE_SHOWN
            yield Omission(step, f"{file}, {shown} and {more} more: {wrong}. {to_do}")


def _step(fault: LibraryFault, own: str) -> str:
    if not fault.file.startswith(own):
        return "elsewhere in the library"
    if not fault.file.endswith(f"/{POLICY}"):
        name = fault.file.rpartition("/")[2]
        return name if name in _ORDER else "codes"
    return next((step for word, step in _STEPS if word in f"({fault.where}"), "the policy")


def _unlike(read: PolicyDocument, text: str) -> Iterator[Omission]:
    """Sections whose text in the document is not the one of which the policy has the digest."""
    markers = {section.id: section.markers for section in read.sections}
    found = cut(text, markers, read.page_furniture)
    for section in read.sections:
        if section.id not in found:
            said = f"section {section.id}: no line of the document begins with its markers."
            yield Omission("sections", said)
        elif digest(found[section.id]) != section.digest:
            said = f"section {section.id}: in the document its digest is "
            yield Omission("sections", f"{said}{digest(found[section.id])}.")


def _undecided(loaded: Library, policy: str) -> Iterator[Omission]:
    held = next(each for each in loaded.policies if each.policy_id == policy)
    for version in held.versions:
        if not version.codes.decided:
            said = f"code_sets/{version.service}.csv of version {version.version} has no procedure."
            yield Omission("procedures", said)
    if not any(not plan.policies or policy in plan.policies for plan in loaded.plans.values()):
        yield Omission("plans", f"no plan names {policy} in its `policies`.")


def _untried(
    library: Path, plans: Path | None, policy: str, documents: Iterable[PolicyDocument]
) -> Iterator[Omission]:
    (result,) = LibraryTest(library, plans).results([policy], _in_silence, with_edges=False)
    result = _of_its_own(result, documents)
    for fault in result.faults:
        yield Omission("scenarios", str(fault))
    for one in result.differing:
        place = f"{one.beside.file}, line {one.beside.row}"
        said: Sequence[str] = [*differences_in_words(one)]
        yield Omission("scenarios", f"{place}: comes otherwise: {'; '.join(said)}")
    for told in unreached_in_words(result):
        yield Omission("scenarios", f"in none of them: {told}.")


def _of_its_own(result: PolicyResult, documents: Iterable[PolicyDocument]) -> PolicyResult:
    """Without what every policy asks first: one policy's scenarios show that for all."""
    shared = [row for each in documents for row in each.criteria if row.kind in USUAL]
    names = {row.name for row in shared}
    codes = {code for row in shared for code in row.reasons.values()}
    return result._replace(
        answers=tuple(one for one in result.answers if one.criterion not in names),
        reasons=tuple(one for one in result.reasons if one.reason not in codes),
    )


def _in_silence(_what: str, _how_many: int | None) -> _Silence:
    return _Silence()


class _Silence:
    """Shows no progress: without edges there is little to wait for."""

    def __call__(self, _done: int) -> None:
        """Forgets what was done."""
