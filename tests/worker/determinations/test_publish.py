"""A determination is said as the contract says it, and its time and id are what they must be."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from rules.determination import (
    Determination,
    Evidence,
    Finding,
    Need,
    PolicyUsed,
    Recommendation,
    ReviewerWord,
    ReviewIgnored,
)
from rules.library_model import Library
from rules.member.member import EventCause, LibraryCause, Publication
from rules.member.published import Published
from rules.truth import Truth
from worker.determinations.program import program
from worker.determinations.publish import data_of, event_of, instant

DETERMINATION = Determination(
    claim_id="C-1",
    line=1,
    procedure="76390",
    service="mrs",
    line_of_business="commercial",
    policy=PolicyUsed("6.01.03", "2025-03-17"),
    outcome="pended",
    reason="PEER_REVIEW",
    section="Policy guidelines",
    carc="252",
    rarc=("N706",),
    needs=(Need("review", "A reviewer's decision."),),
    due_on=date(2025, 7, 20),
    recommended=Recommendation("denied", "PET_EXCLUSIVE"),
    review=ReviewerWord(
        *("denied", "too soon", "director", "R-2", "MD", "appeal"), source="/reviews", id="r-1"
    ),
    findings=(
        Finding(
            criterion="pet_exclusivity",
            section="Policy guidelines",
            answer=Truth.NOT_MET,
            because="it stands",
            evidence=(
                Evidence("line", claim_id="C-2", line=3),
                Evidence("report", id="S-9"),
                Evidence("treatment", id="T-3"),
                Evidence("attestation", claim_id="C-1"),
            ),
            parameters={"exclusivity_window_days": 90, "exclusive_indications": (1, 3)},
        ),
    ),
    decided_by="nobody",
    review_ignored=ReviewIgnored("same_reviewer", "/reviews", "r-2"),
)

FIELDS = (
    *("claim_id", "member_id", "line", "procedure", "revision", "change", "outcome", "reason"),
    "section",
    *("group", "carc", "rarc", "needs", "due_on", "recommended", "post_payment_review"),
    *("decided_by", "review_ignored", "policy"),
    *("review", "findings", "caused_by", "record_version", "digests"),
)


def publication(**changes: Any) -> Publication:
    now = Published(
        claim_id="C-1",
        line=1,
        revision=2,
        service="mrs",
        outcome="pended",
        reason="PEER_REVIEW",
        line_of_business="commercial",
        due_on=date(2025, 7, 20),
        content=b"",
        was_approved=False,
        post_payment_review=False,
    )
    said = Publication(
        determination=DETERMINATION,
        revision=2,
        change="adverse",
        post_payment_review=True,
        caused_by=EventCause("/edi/gateway", "e-1"),
        record_version=7,
        record_digest=b"\x01" * 32,
        before=None,
        now=now,
    )
    return said._replace(**changes)


def said(library: Library, **changes: Any) -> dict[str, Any]:
    raw = event_of(publication(**changes), "M-1", library, time="now", previous=b"\x02" * 32)
    return json.loads(raw)


def test_an_event_has_the_contracts_envelope(library: Library):
    event = said(library)

    assert {
        "specversion": "1.0",
        "id": event["id"],
        "source": "/mrs-adjudicator",
        "type": "claim.determined.v1",
        "time": "now",
        "subject": "C-1",
        "data": event["data"],
    } == event


def test_the_data_has_the_contracts_fields_in_its_order(library: Library):
    data = said(library)["data"]

    assert FIELDS == tuple(data)


def test_the_data_says_what_was_determined(library: Library):
    data = said(library)["data"]

    expected = {
        "line": 1,
        "group": None,
        "carc": "252",
        "rarc": ["N706"],
        "needs": [{"code": "review", "text": "A reviewer's decision."}],
        "due_on": "2025-07-20",
        "recommended": {"outcome": "denied", "reason": "PET_EXCLUSIVE"},
        "post_payment_review": True,
        "decided_by": "nobody",
        "review_ignored": {"why": "same_reviewer", "source": "/reviews", "id": "r-2"},
        "policy": {
            "id": "6.01.03",
            "version": "2025-03-17",
            "library": library.digest,
            "program": program(),
        },
        "caused_by": {"source": "/edi/gateway", "id": "e-1"},
        "record_version": 7,
        "digests": {"record": "sha256:" + "01" * 32, "previous": "sha256:" + "02" * 32},
        "review": {
            "decision": "denied",
            "reason": "too soon",
            "role": "director",
            "reviewer_id": "R-2",
            "credential": "MD",
            "level": "appeal",
            "source": "/reviews",
            "id": "r-1",
        },
        "findings": [
            {
                "criterion": "pet_exclusivity",
                "section": "Policy guidelines",
                "answer": "not_met",
                "because": "it stands",
                "evidence": [
                    {"kind": "line", "claim_id": "C-2", "line": 3},
                    {"kind": "report", "id": "S-9"},
                    {"kind": "treatment", "id": "T-3"},
                    {"kind": "attestation", "claim_id": "C-1", "reference": None},
                ],
                "parameters": {"exclusivity_window_days": 90, "exclusive_indications": [1, 3]},
            }
        ],
    }
    assert expected == {name: data[name] for name in expected}


def test_what_is_absent_is_null_or_empty(library: Library):
    bare = DETERMINATION._replace(
        carc=None, rarc=(), needs=(), due_on=None, recommended=None, review=None, findings=()
    )._replace(policy=PolicyUsed("6.01.03", None), procedure="", review_ignored=None)

    data = said(library, determination=bare)["data"]

    nulls = ("procedure", "carc", "due_on", "recommended", "review", "review_ignored")
    assert [None] * 6 == [data[name] for name in nulls]
    assert [[]] * 3 == [data[name] for name in ("rarc", "needs", "findings")]
    assert None is data["policy"]["version"]


def test_a_library_as_cause_is_named_by_digest_and_generation(library: Library):
    data = said(library, caused_by=LibraryCause("sha256:x", 3))["data"]

    assert {"library": "sha256:x", "generation": 3} == data["caused_by"]


def test_before_anything_was_published_there_is_no_previous_digest(library: Library):
    raw = event_of(publication(), "M-1", library, time="now", previous=None)

    assert None is json.loads(raw)["data"]["digests"]["previous"]
    assert None is data_of(publication(), "M-1", library)["digests"]["previous"]


def test_an_id_is_derived_from_member_claim_line_and_revision(library: Library):
    identity = json.dumps(["M-1", "C-1", 1, 2], separators=(",", ":")).encode()

    event = said(library)

    assert f"d-{sha256(identity).hexdigest()}" == event["id"]


def test_ids_that_differ_only_in_where_a_part_ends_are_different(library: Library):
    ids = {
        json.loads(
            event_of(
                publication(determination=DETERMINATION._replace(claim_id=claim_id)),
                member_id,
                library,
                time="now",
                previous=None,
            )
        )["id"]
        for member_id, claim_id in [("M", "1C"), ("M1", "C"), ('M","1', "C"), ("M", '1","C')]
    }

    assert 4 == len(ids)


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        pytest.param(0, "1970-01-01T00:00:00.000Z", id="the first"),
        pytest.param(1_750_427_580_007, "2025-06-20T13:53:00.007Z", id="milliseconds in full"),
        pytest.param(253_402_300_799_999, "9999-12-31T23:59:59.999Z", id="the last"),
        pytest.param(2**64 - 1, "9999-12-31T23:59:59.999Z", id="an id beyond all dates"),
    ],
)
def test_an_instant_is_written_in_utc_to_the_millisecond(milliseconds: int, text: str):
    assert text == instant(milliseconds)
