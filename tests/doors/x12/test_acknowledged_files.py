"""
A file of claims is acknowledged as pyx12's own cases of errors ask for it.

Those cases are of 4010 and answered by a 997. The 999 that we write says the same: AK5 of a 997 is
IK5, AK3 is IK3, AK4 is IK4, and AK9 and TA1 are as they were. Two things differ on purpose. Of a
set that its guide faults and that can be read all the same pyx12 says R, and we E: its claims are
sent. And AK903 counts each set that came, where pyx12 forgets those of a group without an end.
"""

from __future__ import annotations

import io
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from doors.x12.acknowledgements import acknowledgements
from doors.x12.files import read_file
from doors.x12.submitted_claims import submitted_claims
from doors.x12.terms import ReadingTerms
from rules.loading.files import SHIPPED
from rules.loading.payers import load_payers
from tests.doors.x12.guides import faults_by_map, named
from tests.doors.x12.professional import SET, changed, file_of
from worker.cli import adjudicator

TERMS = ReadingTerms(load_payers(SHIPPED), b"")
AT = datetime(2025, 7, 2, 8, 30, tzinfo=UTC)
LEFT = ("TA1", "IK3", "IK4", "IK5", "AK9")


def acknowledged(folder: Path, content: str, *options: str) -> dict[str, bytes]:
    """The answers to a file, and what was said of it on the way."""
    path = folder / "claims.837"
    path.write_text(content)
    words = ["x12", "read", str(path), "--acknowledge", str(folder / "answers"), *options]
    result = CliRunner().invoke(adjudicator, words)
    return {**_answers_in(folder / "answers"), "sent": result.stdout.encode()}


def _answers_in(folder: Path) -> dict[str, bytes]:
    return {each.suffix.removeprefix("."): each.read_bytes() for each in folder.iterdir()}


OLD = "004010X098A1"
CASES = {
    "the file ends after ST": (
        file_of((), trailers=(), guide=OLD).partition("SE*")[0],
        ["TA1*000000907*250701*1147*R*023", "IK5*R*2", "AK9*R*0*1*0*3"],
    ),
    "counts and control numbers of all trailers are wrong": (
        file_of(SET, SET, counts=(9, 24), trailers=("GE*2*333", "IEA*5*333")),
        ["TA1*000000907*250701*1147*R*018", "IK5*R*4", "IK5*A", "AK9*R*2*2*1*4"],
    ),
    "nothing is wrong": (
        file_of(SET),
        ["TA1*000000907*250701*1147*A*000", "IK5*A", "AK9*A*1*1*1"],
    ),
    "a set has nothing but its beginning": (
        file_of(SET[:1]),
        [
            "TA1*000000907*250701*1147*A*000",
            *("IK3*NM1*2**3", "IK3*NM1*2**3", "IK3*HL*2**3", "IK5*R*5", "AK9*R*1*1*0"),
        ],
    ),
    "an element is not one of its codes": (
        file_of(changed("DMG*D8*19730501*F", "DMG*D8*19730501*Q")),
        [
            "TA1*000000907*250701*1147*A*000",
            *("IK3*DMG*16**8", "IK4*3*1068*7*Q", "IK5*E*5", "AK9*E*1*1*1"),
        ],
    ),
    "IEA has another control number": (
        file_of(SET, trailers=("GE*1*17", "IEA*1*000000908")),
        ["TA1*000000907*250701*1147*R*001", "IK5*A", "AK9*A*1*1*1"],
    ),
}


@pytest.mark.parametrize(("content", "expected"), CASES.values(), ids=CASES)
def test_a_file_is_acknowledged_where(tmp_path, content, expected):
    answers = acknowledged(tmp_path, content)

    found = named(answers["ta1"], *LEFT) + named(answers["999"], *LEFT)
    assert expected == found
    assert [] == faults_by_map(answers["999"])


SENT = {"nothing is wrong", "an element is not one of its codes"}


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_sent_of_what_is_rejected(tmp_path, name):
    answers = acknowledged(tmp_path, CASES[name][0])

    assert (name in SENT) is bool(answers["sent"])
    assert (name in SENT) is ("277ca" in answers)


def test_a_claim_that_is_sent_is_accepted_in_a_277_under_the_id_of_its_event(tmp_path):
    answers = acknowledged(tmp_path, file_of(SET))

    (claim_id,) = (each.removeprefix("REF*1K*") for each in named(answers["277ca"], "REF"))
    assert f'"claim_id": "{claim_id}"' in answers["sent"].decode() or (
        f'"claim_id":"{claim_id}"' in answers["sent"].decode()
    )
    assert [] == faults_by_map(answers["277ca"])


def test_what_answers_need_is_kept_while_a_file_is_read(tmp_path):
    kept = tmp_path / "claims.sqlite"
    answers = acknowledged(tmp_path, file_of(SET), "--claims", str(kept))

    (claim_id,) = (each.removeprefix("REF*1K*") for each in named(answers["277ca"], "REF"))
    with submitted_claims(kept) as claims:
        origin = claims.origin_of("SPL-2", claim_id)
    assert ("PAT-1", "LINE-1", "587654321", "CI", "999996666") == (
        origin.patient_control_number,
        origin.lines[0].control_number,
        origin.tax_id,
        origin.filing_code,
        origin.payer.id,
    )


def test_a_file_that_is_no_x12_is_answered_by_one_sentence(tmp_path):
    answers = acknowledged(tmp_path, "MSH|^~")

    assert {"txt", "sent"} == set(answers)
    assert 1 == answers["txt"].count(b"\n")


def answered(content: bytes) -> dict[str, bytes]:
    with read_file(io.BytesIO(content), "claims.837", TERMS) as reading:
        answers = acknowledgements(reading, io.BytesIO(content), "utf-8", AT)
        return {ending: b"".join(pieces) for ending, pieces in answers.items()}


def test_a_file_is_acknowledged_wherever_it_ends():
    content = file_of(SET).encode()
    begun = content.index(b"~", content.index(b"GS*")) + 1
    whole = content.index(b"IEA*1*000000907") + len("IEA*1*000000907")
    for length in range(0, len(content), 3):
        answers = answered(content[:length])

        assert (length >= begun, length >= whole) == ("999" in answers, "277ca" in answers), length
        if length % 60 == 0 and "999" in answers:
            assert [] == faults_by_map(answers["999"]), length


SPOILT = {
    "the functions of a group": ("GS*HC*", "GS*QQ*"),
    "the number of a group": ("*17*X*", "*QQ*X*"),
    "the guide of a group": ("X*005010X222A1~", "X*~"),
    "the sender of a group": ("SENDAPP", "S"),
    "the receiver of a group": ("RECAPP", "A RECEIVER OF TOO MANY LETTERS"),
    "the kind of a set": ("ST*837", "ST*83"),
    "the number of a set": ("ST*837*0001", "ST*837*1"),
    "a long number of a set": ("ST*837*0001", "ST*837*00012345678901"),
    "the kind of a sender": ("*ZZ*SENDER", "* Z*SENDER"),
    "the usage": ("*1*T*:", "*1*Q*:"),
    "the name of a segment": ("PER*IC", "?*IC"),
}


@pytest.mark.parametrize(("old", "new"), SPOILT.values(), ids=SPOILT)
def test_an_answer_is_accepted_by_its_map_whatever_is_spoilt(old, new):
    content = file_of(SET)
    assert old in content
    answers = answered(content.replace(old, new).encode())

    assert [] == faults_by_map(answers["999"])


def test_a_file_that_is_answered_again_has_the_same_answers_for_their_owner_alone(tmp_path):
    first = acknowledged(tmp_path, file_of(SET))
    os.utime(tmp_path / "claims.837", (10**9, 10**9))
    second, third = (_again(tmp_path) for _ in range(2))

    assert first != second
    assert second == third
    assert "*010909*0146*" in named(second["ta1"], "ISA")[0]
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "answers").iterdir()}
    assert {0o600} == modes


def _again(folder: Path) -> dict[str, bytes]:
    path, answers = folder / "claims.837", folder / "answers"
    CliRunner().invoke(adjudicator, ["x12", "read", str(path), "--acknowledge", str(answers)])
    return _answers_in(answers)
