"""Verifies an evidence file by what it carries, and by what is given beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from worker.audit.anchors import Anchor, ends_in
from worker.audit.discrepancies import Discrepancy, each_once
from worker.audit.evidence_file import Opened, libraries_of
from worker.audit.library_in_file import NotTheLibrary, unpack_library
from worker.audit.originals import Originals
from worker.audit.rederivation import Libraries
from worker.audit.verification import Verified, verify


def verify_opened(
    opened: Opened,
    given: Callable[[], Libraries],
    originals: Originals,
    anchors: Sequence[Anchor],
) -> Verified:
    """Everything that can be told of it; `given` is asked where it lacks a library."""
    evidence = opened.evidence
    findings = list(opened.findings)
    libraries = _carried(opened, findings)
    if not libraries.keys() >= set(libraries_of(evidence)):
        libraries = {**given(), **libraries}
    recorded = {origin.digest for origin, _ in evidence.member.record.entries()}
    own = {digest: raw for digest, raw in originals.items() if digest in recorded}
    anchored = ends_in(anchors, evidence.member_id)
    verified = verify(evidence, libraries, {**own, **opened.originals}, anchored)
    return verified._replace(findings=each_once([*findings, *verified.findings]))


def _carried(opened: Opened, findings: list[Discrepancy]) -> Libraries:
    """The libraries that it carries; of one that it should not, or cannot be, it is said."""
    named = set(libraries_of(opened.evidence))
    libraries = {}
    for digest, packed in sorted(opened.packed_libraries.items()):
        if digest not in named:
            detail = "it carries a library that none of its determinations names"
            findings.append(Discrepancy("added", "file", detail))
            continue
        try:
            libraries[digest] = unpack_library(packed, digest)
        except NotTheLibrary as wrong:
            findings.append(Discrepancy("changed", "file", str(wrong)))
    return libraries
