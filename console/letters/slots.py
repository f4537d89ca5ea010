"""The slots that texts may name, and reading a text with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from console.letters.model import Slot, SlottedText

SLOTS: Final = (
    # the claim
    "member_id",
    "claim_id",
    "line",
    "service",
    "procedure",
    "modifiers",
    "date_of_service",
    "provider",
    "amount",
    "diagnoses",
    "received_at",
    "plan_id",
    # the decision
    "reason_in_words",
    "reason_code",
    "particulars",
    "codes",
    "clinical_judgement",
    "policy_id",
    "policy_version",
    "section",
    "due_on",
    "reviewer_role",
    "reviewer_credential",
    # who is meant
    "the_member",
    "this_patient",
    # rights
    "appeal_days",
    "appeal_deadline",
    "external_months",
    "external_deadline",
    "external_days_of_provider",
    # the sender
    "name",
    "address",
    "appeals_to",
    "phone",
    "tty",
    "fax",
    "web",
    "policy_copy",
)
LISTS: Final = ("needs", "findings")

_PIECE: Final = re.compile(r"\{([^{}]*)\}")


def text_of(written: str) -> SlottedText:
    """A text with its slots; runs of whitespace are one space."""
    return tuple(_pieces(" ".join(written.split())))


def unknown_slots(text: SlottedText) -> list[str]:
    """The names of its slots that are none."""
    return [piece.name for piece in text if isinstance(piece, Slot) and piece.name not in SLOTS]


def has_stray_brace(text: SlottedText) -> bool:
    """Whether a brace stands in it that opens or closes no slot."""
    return any(isinstance(piece, str) and set(piece) & {"{", "}"} for piece in text)


def _pieces(written: str) -> Iterator[str | Slot]:
    at = 0
    for found in _PIECE.finditer(written):
        if found.start() > at:
            yield written[at : found.start()]
        yield Slot(found[1])
        at = found.end()
    if at < len(written):
        yield written[at:]
