"""What files say of their claims is kept, for its owner alone, and found again as it was."""

from __future__ import annotations

import json
import stat
from datetime import date
from decimal import Decimal

import pytest

from doors.answer_folder import write_whole
from doors.x12.claim_faults import claim_fault
from doors.x12.kept_claims import kept_claims
from doors.x12.payer import EXAMPLE, PayerFileRefused, payer_of
from doors.x12.reading import EnvelopeFault
from doors.x12.spool import Spooled
from doors.x12.submitted_claims import SubmittedClaim, submitted_claims
from tests.doors.x12.determinations import PAYER, claim_origin, line_origin
from tests.doors.x12.readings import (
    PATIENT,
    RECEIVER,
    MemorySpool,
    claim_reading,
    file_reading,
    set_reading,
)
from tests.support.event_builders import CLAIM, event_of
from tests.support.sources import text_of


def with_events(reading, *events):
    """A transaction set with events for its claims."""
    spool = MemorySpool()
    for event in events:
        spool.add(json.dumps(event).encode())
    return reading._replace(events=Spooled(spool, bytes, (0, spool.end), len(events)))


def test_each_claim_that_is_sent_is_kept_with_its_lines():
    claims = [
        claim_reading(1, claim_fault("DATE_MISSING")),
        claim_reading(2, payer=PAYER, tax_id="123456789", line_control_numbers=("L-1",)),
    ]
    (kept,) = kept_claims(file_reading(with_events(set_reading(claims), event_of(CLAIM))))

    line = line_origin(revenue_code="0610", control_number="L-1")
    assert "M-1" == kept.member_id
    assert (line,) == kept.origin.lines
    assert ("C-2", "PAT-2", PAYER) == (*kept.origin[:2], kept.origin.payer)
    assert ("SENDAPP", "RECAPP") == (
        kept.origin.sender.application,
        kept.origin.receiver.application,
    )
    assert (PATIENT, PATIENT) == (kept.origin.patient, kept.origin.subscriber)
    assert (Decimal(850), date(2025, 6, 16)) == (kept.origin.charge, kept.origin.first_day)


def test_a_claim_without_a_payer_is_one_of_its_receiver():
    (kept,) = kept_claims(
        file_reading(with_events(set_reading([claim_reading()]), event_of(CLAIM)))
    )

    assert RECEIVER == kept.origin.payer


def test_nothing_is_kept_of_what_is_rejected_as_a_whole():
    faults = [EnvelopeFault("4", "SE01.")]
    rejected = with_events(set_reading([claim_reading()], faults), event_of(CLAIM))

    assert [] == list(kept_claims(file_reading(rejected)))


def test_a_claim_is_found_as_it_was_and_by_its_own_member_only(tmp_path):
    path = tmp_path / "claims.sqlite"
    origin = claim_origin(line_origin(), line_origin(2, date_of_service=None))
    with submitted_claims(path) as claims:
        claims.remember([SubmittedClaim("M-1", origin)])
    with submitted_claims(path) as claims:
        found = [claims.origin_of("M-1", "C-1"), claims.origin_of("M-2", "C-1")]

    assert [origin, None] == found
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)


def test_of_a_claim_that_comes_again_the_first_holds(tmp_path):
    first, second = claim_origin(), claim_origin(batch="BATCH-2")
    with submitted_claims(tmp_path / "claims.sqlite") as claims:
        claims.remember([SubmittedClaim("M-1", first)])
        claims.remember([SubmittedClaim("M-1", second)])

        assert first == claims.origin_of("M-1", "C-1")


def test_the_payer_is_read_from_its_file(tmp_path):
    path = tmp_path / "payer.toml"
    path.write_text(EXAMPLE)

    assert "Example Health Plan" == payer_of(path).name


REFUSED = {
    "no TOML": (b"name =", "payer.toml is no TOML."),
    "no UTF-8": (b"name = '\xff'", "payer.toml is no TOML."),
    "a field too few": (
        EXAMPLE.replace('city = "Springfield"\n', "").encode(),
        "payer.toml: correct or add these fields: city.",
    ),
    "a field that is malformed": (
        EXAMPLE.replace('tax_id = "999999999"', 'tax_id = "12-3456789"').encode(),
        "payer.toml: correct or add these fields: tax_id.",
    ),
    "a field too many": (
        f'{EXAMPLE}fax = "1"\n'.encode(),
        "payer.toml: correct or add these fields: fax.",
    ),
}


@pytest.mark.parametrize(("content", "said"), REFUSED.values(), ids=REFUSED)
def test_a_payer_that_cannot_be_used_is_refused_with_what_to_correct(tmp_path, content, said):
    path = tmp_path / "payer.toml"
    path.write_bytes(content)

    with pytest.raises(PayerFileRefused) as raised:
        payer_of(path)

    assert said == str(raised.value)


def test_the_page_shows_a_file_of_the_payer_that_can_be_used():
    assert EXAMPLE in text_of("docs/x12-answers.md")


def test_a_file_that_cannot_be_written_whole_leaves_nothing(tmp_path):
    def pieces():
        yield b"ISA"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "a.277", pieces())

    assert [] == list(tmp_path.iterdir())
