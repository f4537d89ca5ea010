"""What can be proved of a library by its tables alone: dates, codes, its fit with the policy."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rules.library_model import PolicyVersion
from rules.loading.policy import is_stale
from rules.proof.check import Check, Fault, Makers, OpenLibrary
from rules.proof.contradictions import contradictions
from rules.proof.dates import gaps, overlaps
from rules.proof.remittance import ended_codes, missing_company

REMITTANCE_FILE = "code_sets/carc_rarc.csv"


def checks_of_tables(opened: OpenLibrary, as_of: date) -> Makers:
    """All of them; `as_of` is the day on which it is asked what has ended or fallen due."""
    return {
        "dates": lambda: _dates(opened),
        "listed_codes": lambda: _listed(opened),
        "headings": lambda: _headings(opened),
        "remittance_codes": lambda: _remittance(opened, as_of),
        "contradictions": lambda: _contradictions(opened),
        "review_dates": lambda: _review_dates(opened, as_of),
    }


def faults_of(found: Iterable[str]) -> tuple[Fault, ...]:
    """Faults that no single situation shows."""
    return tuple(map(Fault, found))


def _dates(opened: OpenLibrary) -> Check:
    library, table = opened.library, opened.table
    dated = len(library.versions) + len(library.authorities)
    return Check(
        "dates",
        "does nothing overlap in time, and where is nothing in force?",
        f"{dated} versions and authority rows, {len(list(table.codes()))} codes",
        faults_of(overlaps(library, table)),
        notes=tuple(f"gap: {gap}" for gap in gaps(library, table)),
    )


def _listed(opened: OpenLibrary) -> Check:
    """The policy's own list: so many codes, each billable when a version begins to be known."""
    listed = sorted(
        code for code, held in opened.library.indications.items() if held.support == "listed"
    )
    faults = [
        f"version {document.version} lists {document.listed_diagnoses} codes, "
        f"indications.csv {len(listed)}"
        for document in opened.documents
        if document.listed_diagnoses != len(listed)
    ]
    faults += [
        f"{code} is listed, but not billable on {on}"
        for code in listed
        for version in opened.library.versions
        for on in (max(version.effective_from, opened.table.knows_from),)
        if opened.table.validity(code, on) != "billable"
    ]
    return Check(
        "listed_codes",
        "does the policy's own list hold exactly its codes, all billable?",
        f"{len(listed)} listed codes",
        faults_of(faults),
    )


def _headings(opened: OpenLibrary) -> Check:
    """A heading is there for longer codes: sorted, one of them follows at once."""
    codes = list(opened.table.codes())
    followers = zip(codes, [*codes[1:], ""], strict=True)
    bare = [
        code
        for code, following in followers
        if not any(row.is_billable for row in opened.table.rows(code))
        and not following.startswith(code)
    ]
    return Check(
        "headings",
        "does every heading of the diagnosis table have a code under it?",
        f"{len(codes)} codes",
        faults_of(f"{code} is a heading without any code under it" for code in bare),
    )


def _remittance(opened: OpenLibrary, as_of: date) -> Check:
    library, source = opened.library, opened.sources[REMITTANCE_FILE]
    ended = ended_codes(library.reasons, opened.remittance.codes, as_of)
    alone = missing_company(library.reasons, opened.remittance.demands, library.plans)
    of_date = f"the published lists are of {source.as_of}" + (
        f": {source.note}" * bool(source.note)
    )
    return Check(
        "remittance_codes",
        "has no CARC or RARC ended, and does each have beside it what it demands?",
        f"{len(library.reasons)} reasons, {len(opened.remittance.codes)} published codes",
        (*faults_of(ended), *faults_of(alone)),
        notes=(of_date,),
    )


def _contradictions(opened: OpenLibrary) -> Check:
    """No fault of the library: the policy is what it is, and whoever reads it should know."""
    found = [
        f"{'; '.join(held.sections)}: {held.text}"
        for document in opened.documents
        for held in contradictions(opened.library, document)
    ]
    return Check(
        "contradictions",
        "where do the policy's text and its own code list contradict each other?",
        f"{len(opened.library.indications)} codes against "
        f"{len(opened.library.indication_names)} purposes",
        notes=tuple(found),
    )


def _review_dates(opened: OpenLibrary, as_of: date) -> Check:
    stale = [version for version in opened.library.versions if _is_due(version, as_of)]
    return Check(
        "review_dates",
        "is a version past the month of its next review?",
        f"{len(opened.library.versions)} versions, as of {as_of}",
        warnings=tuple(
            f"version {version.version} is stale: its review was due in {version.next_review}"
            for version in stale
        ),
    )


def _is_due(version: PolicyVersion, as_of: date) -> bool:
    is_over = version.effective_to is not None and version.effective_to <= as_of
    return is_stale(version, as_of) and not is_over
