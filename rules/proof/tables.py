"""What can be proved of a library by its tables alone: dates, codes, its fit with the policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from rules.loading.icd10cm import Icd10cmTable
from rules.loading.policy import is_stale
from rules.policy.document import PolicyDocument
from rules.policy_version import PolicyVersion
from rules.proof.check import Makers, OpenLibrary, Proof, ProofFault
from rules.proof.classed_diagnoses import counts_of, told_apart_wrongly
from rules.proof.contradictions import contradictions
from rules.proof.dates import gaps, gaps_of_versions, overlaps, overlaps_of_versions
from rules.proof.remittance import ended_codes, missing_company

_ONE_DAY = timedelta(days=1)
SHARED = frozenset({"headings", "diagnosis_table", "change_log"})
"""Checks of what is no policy's own."""
REMITTANCE_FILE = "code_sets/carc_rarc.csv"


def checks_of_tables(opened: OpenLibrary, as_of: date) -> Makers:
    """All of them; `as_of` is the day on which it is asked what has ended or fallen due."""
    return {
        "dates": lambda: _dates(opened),
        "listed_codes": lambda: _listed(opened),
        "classed_diagnoses": lambda: _classed(opened, as_of),
        "headings": lambda: _headings(opened),
        "remittance_codes": lambda: _remittance(opened, as_of),
        "contradictions": lambda: _contradictions(opened),
        "review_dates": lambda: _review_dates(opened, as_of),
        "diagnosis_table": lambda: _table_of_diagnoses(opened, as_of),
        "change_log": lambda: _change_log(opened),
    }


def checks_of_further_tables(opened: OpenLibrary, as_of: date) -> Makers:
    """Those of a policy's own tables, where what all policies share was checked with another."""
    return {
        "dates": lambda: _dates_of_versions(opened),
        "listed_codes": lambda: _listed(opened),
        "classed_diagnoses": lambda: _classed(opened, as_of),
        "remittance_codes": lambda: _remittance(opened, as_of),
        "contradictions": lambda: _contradictions(opened),
        "review_dates": lambda: _review_dates(opened, as_of),
    }


def faults_of(found: Iterable[str]) -> tuple[ProofFault, ...]:
    """Faults that no single situation shows."""
    return tuple(map(ProofFault, found))


def _dates(opened: OpenLibrary) -> Proof:
    library, table = opened.library, opened.table
    dated = len(library.versions) + len(library.authorities)
    return Proof(
        "dates",
        "does nothing overlap in time, and where is nothing in force?",
        f"{dated} versions and authority rows, {len(list(table.codes()))} codes",
        faults_of(overlaps(library, table)),
        notes=tuple(f"gap: {gap}" for gap in gaps(library, table)),
    )


def _dates_of_versions(opened: OpenLibrary) -> Proof:
    library, table = opened.library, opened.table
    return Proof(
        "dates",
        "do no two versions overlap in time, and where is none in force?",
        f"{len(library.versions)} versions",
        faults_of(overlaps_of_versions(library)),
        notes=tuple(f"gap: {gap}" for gap in gaps_of_versions(library, table)),
    )


def _listed(opened: OpenLibrary) -> Proof:
    """Each version's own list: so many codes, each billable when the version begins to be known."""
    versions = list(zip(opened.library.versions, opened.documents, strict=True))
    faults = [fault for pair in versions for fault in _listed_wrongly(*pair, opened.table)]
    return Proof(
        "listed_codes",
        "does the policy's own list hold exactly its codes, all billable?",
        ", ".join(
            f"{len(_listed_codes(version))} listed codes of {version.version}"
            for version, _ in versions
        ),
        faults_of(faults),
    )


def _listed_codes(version: PolicyVersion) -> list[str]:
    indications = version.codes.indications
    return sorted(code for code, held in indications.items() if held.support == "listed")


def _listed_wrongly(
    version: PolicyVersion, document: PolicyDocument, table: Icd10cmTable
) -> Iterator[str]:
    listed = _listed_codes(version)
    if document.listed_diagnoses != len(listed):
        yield (
            f"version {document.version} lists {document.listed_diagnoses} codes, "
            f"its indications.csv {len(listed)}"
        )
    on = max(version.effective_from, table.knows_from)
    if on < table.knows_to:
        for code in listed:
            if table.validity(code, on) != "billable":
                yield f"{code} is listed by version {version.version}, but not billable on {on}"


def _classed(opened: OpenLibrary, as_of: date) -> Proof:
    """How far the table was gone through: what is in no set is held, and never denied."""
    library, table = opened.library, opened.table
    last = table.knows_to - _ONE_DAY
    on = min(max(as_of, table.knows_from), last)
    told = [
        f"version {version.version}: of the billable codes of {on} "
        + ", ".join(f"{n:,} {words}" for words, n in counts_of(version.codes, table, on).items())
        for version in library.versions
    ]
    faults = [fault for version in library.versions for fault in told_apart_wrongly(version, table)]
    return Proof(
        "classed_diagnoses",
        "does no diagnosis speak both for a purpose and against, and how many were looked at?",
        f"{len(list(table.codes()))} codes",
        faults_of(faults),
        notes=tuple(told),
    )


def _headings(opened: OpenLibrary) -> Proof:
    """A heading is there for longer codes: sorted, one of them follows at once."""
    codes = list(opened.table.codes())
    followers = zip(codes, [*codes[1:], ""], strict=True)
    bare = [
        code
        for code, following in followers
        if not any(row.is_billable for row in opened.table.rows(code))
        and not following.startswith(code)
    ]
    return Proof(
        "headings",
        "does every heading of the diagnosis table have a code under it?",
        f"{len(codes)} codes",
        faults_of(f"{code} is a heading without any code under it" for code in bare),
    )


def _remittance(opened: OpenLibrary, as_of: date) -> Proof:
    library, source = opened.library, opened.sources[REMITTANCE_FILE]
    ended = ended_codes(library.reasons, opened.remittance.codes, as_of)
    alone = missing_company(library.reasons, opened.remittance.demands, library.plans)
    of_date = f"the published lists are of {source.as_of}" + (
        f": {source.note}" * bool(source.note)
    )
    return Proof(
        "remittance_codes",
        "has no CARC or RARC ended, and does each have beside it what it demands?",
        f"{len(library.reasons)} reasons, {len(opened.remittance.codes)} published codes",
        (*faults_of(ended), *faults_of(alone)),
        notes=(of_date,),
    )


def _contradictions(opened: OpenLibrary) -> Proof:
    """No fault of the library: the policy is what it is, and whoever reads it should know."""
    versions = list(zip(opened.library.versions, opened.documents, strict=True))
    found = dict.fromkeys(
        f"{'; '.join(held.sections)}: {held.text}"
        for version, document in versions
        for held in contradictions(version.codes, document)
    )
    return Proof(
        "contradictions",
        "where do the policy's text and its own code list contradict each other?",
        ", ".join(
            f"{len(version.codes.indications)} codes against "
            f"{len(version.codes.indication_names)} purposes of {version.version}"
            for version, _ in versions
        ),
        notes=tuple(found),
    )


def _change_log(opened: OpenLibrary) -> Proof:
    log = opened.change_log
    wrong = f"generation {log.generation} has no entry: say when, on whose word and why"
    return Proof(
        "change_log",
        "does library.toml say when, on whose word and why this generation came?",
        f"{len(log.changes)} entries",
        warnings=() if log.is_told else (wrong,),
    )


def _table_of_diagnoses(opened: OpenLibrary, as_of: date) -> Proof:
    """Past its end no code can be found invalid, and one that is new cannot be found at all."""
    until = opened.table.knows_to
    wrong = (
        f"the table ends before {until}: of dates of service from then on a code that it does not "
        "have is held; import the release of the year"
    )
    return Proof(
        "diagnosis_table",
        "does the table of diagnoses know today's dates of service?",
        f"from {opened.table.knows_from}, up to {until}, as of {as_of}",
        warnings=(wrong,) if as_of >= until else (),
    )


def _review_dates(opened: OpenLibrary, as_of: date) -> Proof:
    stale = [version for version in opened.library.versions if _is_due(version, as_of)]
    return Proof(
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
