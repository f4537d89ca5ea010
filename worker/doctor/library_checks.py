"""Checks the library: that it is the installation's, and neither it nor its codes are old."""

from __future__ import annotations

from collections.abc import Iterator

from rules.loading.policy import is_stale
from worker.doctor.diagnostic import Diagnostic, Examined

_ABOUT = "library"


def examine_library(examined: Examined) -> Iterator[Diagnostic]:
    """Checks that a worker with this library may work here."""
    library = examined.library
    found = examined.client.hget(examined.keys.meta, f"generation:{library.generation}")
    if found is not None and found.decode() != library.digest:
        yield Diagnostic(
            "fault",
            _ABOUT,
            f"A different library has generation {library.generation} in this installation: no "
            "worker with this one can work.",
            "Give the changed library a higher `generation` in library.toml, or use the other one.",
        )
    else:
        yield Diagnostic("ok", _ABOUT, f"generation {library.generation}, {library.digest}")


def examine_review(examined: Examined) -> Iterator[Diagnostic]:
    """Checks whether someone should look for a newer version of the policy."""
    for version in examined.library.versions:
        if is_stale(version, examined.today):
            yield Diagnostic(
                "warning",
                _ABOUT,
                f"Version {version.version} was to be reviewed by {version.next_review}; it is "
                "still in use.",
                "See ops/runbooks/MrsLibraryStale.md.",
            )


def examine_diagnosis_table(examined: Examined) -> Iterator[Diagnostic]:
    """Checks whether the table of diagnoses knows the dates of service of today."""
    until = examined.library.icd10cm.knows_to
    if examined.today < until:
        yield Diagnostic("ok", _ABOUT, f"ICD-10-CM is known up to {until}")
        return
    yield Diagnostic(
        "warning",
        _ABOUT,
        f"Its table of ICD-10-CM ends before {until}: of dates of service from then on a code "
        "that it does not have is held.",
        "Import the release of the year, see ops/guide/codes.md and "
        "ops/runbooks/MrsIcd10cmEnded.md.",
    )
