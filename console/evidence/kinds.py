"""The kinds of evidence that a person can enter: the fields of each form, and its type of event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, get_args

from rules.facts import StudyResult, StudyStatus, TreatmentStatus

FieldForm = Literal["text", "day", "codes", "choice"]


class EvidenceField(NamedTuple):
    """One field of a form; its name is that of the contract."""

    name: str
    label: str
    form: FieldForm
    hint: str = ""
    choices: tuple[str, ...] = ()
    """Of a choice; none of them is chosen beforehand."""
    is_optional: bool = False


class FormKind(NamedTuple):
    """One form."""

    name: str
    """As the address has it."""
    title: str
    event_type: str
    fields: tuple[EvidenceField, ...]


_CODES = "Codes apart by blanks or commas."
_DAY = "As YYYY-MM-DD, such as 2025-06-02."
_PROCEDURE = EvidenceField("procedure", "Procedure", "text", "Five letters or digits.")
_MODIFIERS = EvidenceField("modifiers", "Modifiers", "codes", _CODES, is_optional=True)
_DATE_OF_SERVICE = EvidenceField("date_of_service", "Date of service", "day", _DAY)
_DIAGNOSES = EvidenceField("diagnoses", "Diagnoses", "codes", _CODES, is_optional=True)

_KINDS: Final = (
    FormKind(
        "imaging",
        "Imaging report",
        "imaging.reported.v1",
        (
            EvidenceField("study_id", "Study id", "text", "The latest report of a study holds."),
            _PROCEDURE,
            _MODIFIERS,
            _DATE_OF_SERVICE,
            EvidenceField("status", "Status", "choice", choices=get_args(StudyStatus)),
            EvidenceField("result", "Result", "choice", choices=get_args(StudyResult)),
            _DIAGNOSES,
        ),
    ),
    FormKind(
        "attestation",
        "Attestation that conventional imaging was limited",
        "claim.submitted.v1",
        (
            EvidenceField("date_of_service", "Date of the imaging", "day", _DAY),
            EvidenceField(
                "reference",
                "Reference",
                "text",
                "What the requester calls it. It is kept as text and never opened.",
                is_optional=True,
            ),
        ),
    ),
    FormKind(
        "treatment",
        "Treatment",
        "treatment.reported.v1",
        (
            EvidenceField(
                "treatment_id", "Treatment id", "text", "The latest report of an id holds."
            ),
            _PROCEDURE,
            _DATE_OF_SERVICE,
            EvidenceField("status", "Status", "choice", choices=get_args(TreatmentStatus)),
            _DIAGNOSES,
        ),
    ),
    FormKind(
        "coverage",
        "Coverage",
        "coverage.recorded.v1",
        (
            EvidenceField("plan_id", "Plan", "text", "The latest record of a plan holds."),
            EvidenceField("enrolled_from", "Enrolled from", "day", _DAY),
            EvidenceField(
                "enrolled_through",
                "Enrolled through",
                "day",
                f"{_DAY} Leave it empty for a member who is still enrolled.",
                is_optional=True,
            ),
        ),
    ),
)
EVIDENCE_KINDS: Final[Mapping[str, FormKind]] = {kind.name: kind for kind in _KINDS}
"""By the name in the address, in the order in which they are offered."""
