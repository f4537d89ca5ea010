"""What a person typed into the form of a decision, with every fault beside its field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple, cast

from console.access.viewers import Viewer
from console.deciding.kept_decisions import PersonsDecision
from console.deciding.remittance_offer import pair_faults, split_codes
from console.deciding.terms import DecisionTerms, reviewer_role_of
from console.sending.forms import is_form_id
from rules.facts import ReviewDecision
from rules.library_model import Library

REASON_CHARACTERS_MAX: Final = 4000


class DecisionEntry(NamedTuple):
    """The fields as they were typed; they stand in the form again whatever happens."""

    form_id: str = ""
    determination: str = ""
    """The id of the determination that the form was made from."""
    record_version: str = ""
    """How many events the member's record held then."""
    decision: str = ""
    reason: str = ""
    carc: str = ""
    rarc: str = ""

    @property
    def codes(self) -> tuple[str | None, tuple[str, ...] | None]:
        """The reviewer's own codes; two times None if there are none."""
        carc = self.carc.strip().upper()
        return (carc, split_codes(self.rarc)) if carc else (None, None)


def entry_in(fields: Mapping[str, str]) -> DecisionEntry:
    """The fields of a form; those that it has not are empty."""
    typed = {name: fields.get(name, "") for name in DecisionEntry._fields}
    typed["reason"] = typed["reason"].replace("\r\n", "\n")
    return DecisionEntry(**typed)


def faults_of(
    entry: DecisionEntry, terms: DecisionTerms, library: Library, on: date
) -> dict[str, str]:
    """What is wrong, by field; empty: nothing."""
    faults: dict[str, str] = {}
    if entry.decision not in terms.choices:
        why = terms.why_not.get(cast("ReviewDecision", entry.decision))
        faults["decision"] = why or "Say what you decide."
    faults |= words_fault(entry)
    carc, rarcs = entry.carc.strip().upper(), split_codes(entry.rarc)
    if entry.decision == "approved" and (carc or rarcs):
        faults["carc"] = "Only a denial has codes: leave them empty."
    else:
        for field, words in pair_faults(library, on, carc, rarcs):
            faults.setdefault(field, words)
    if not is_form_id(entry.form_id):
        faults["form"] = "This form was not made here. Look at what you typed, and send it again."
    return faults


def words_fault(entry: DecisionEntry) -> dict[str, str]:
    """What is wrong with the reason, as a fault of its field; empty: nothing."""
    if not entry.reason.strip():
        return {"reason": "Say why, in your own words: the provider and the member can read it."}
    if len(entry.reason) > REASON_CHARACTERS_MAX:
        said = f"At most {REASON_CHARACTERS_MAX:,} characters; these are {len(entry.reason):,}."
        return {"reason": said}
    return {}


def decision_of(entry: DecisionEntry, terms: DecisionTerms, viewer: Viewer) -> PersonsDecision:
    """The decision that a form without faults says."""
    carc, rarc = entry.codes
    return PersonsDecision(
        form_id=entry.form_id,
        by=viewer.id,
        role=reviewer_role_of(viewer),
        credential=viewer.credential,
        decision=cast("ReviewDecision", entry.decision),
        reason=entry.reason.strip(),
        level=terms.level,
        carc=carc,
        rarc=rarc,
    )
