"""What a proof takes and gives: a library with all that is around it, checks with their faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from rules.library_model import Library
from rules.loading.icd10cm import Icd10cmTable
from rules.loading.remittance import Remittance
from rules.loading.sources import Source
from rules.policy.change_log import ChangeLog
from rules.policy.document import PolicyDocument
from rules.proof.situation import Situation


class OpenLibrary(NamedTuple):
    """A library with everything around it that a proof needs."""

    library: Library
    table: Icd10cmTable
    documents: tuple[PolicyDocument, ...]
    remittance: Remittance
    sources: Mapping[str, Source]
    change_log: ChangeLog


class ProofFault(NamedTuple):
    """Something that does not hold, with a situation that shows it where there is one."""

    what: str
    situation: Situation | None = None


class Proof(NamedTuple):
    """What was asked of a library, and what came out."""

    name: str
    asks: str
    looked_at: str
    faults: tuple[ProofFault, ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    policy: str = ""
    """The policy that it is of; empty: what all policies have in common."""


Makers = Mapping[str, Callable[[], Proof]]
"""Each check by its name, made when it is called."""
