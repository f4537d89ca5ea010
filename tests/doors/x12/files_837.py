"""Files of made-up claims, as senders write them, and what is read from them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from doors.x12.files import read_file
from doors.x12.reading import FileReading
from doors.x12.terms import ReadingTerms
from rules.loading.payers import Payers

PAYERS = Payers({("SAMPLE01", "*"): "sample-commercial", ("SAMPLE01", "MC"): "sample-medicaid"})
TERMS = ReadingTerms(PAYERS, b"a secret")
ISA = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *250701*1147*^*00501*"
    "000000907*0*P*:~"
)
SUBSCRIBER = (
    "HL*2*1*22*0", "SBR*P*18*******CI", "NM1*IL*1*DOE*JANE****MI*M-1", "N3*2 OAK ST",
    "N4*ALBANY*NY*12207", "DMG*D8*19800101*F", "NM1*PR*2*PAYER*****PI*SAMPLE01",
)  # fmt: skip
CLAIM = ("CLM*A1*890.00***11:B:1*Y*A*Y*Y", "HI*ABK:C711*ABF:G40909")
LINE = ("LX*1", "SV1*HC:76390*850.00*UN*1***1:2", "DTP*472*D8*20250616")
HOSPITAL_CLAIM = ("CLM*A1*1290.00***13:A:1*Y*C*Y*Y", "DTP*434*RD8*20250616-20250616",
                  "HI*ABK:C711")  # fmt: skip
HOSPITAL_LINE = ("LX*1", "SV2*0610*HC:76390*1200.00*UN*1")
HOSPITAL = "005010X223A3"
OTHER_PAYER = (
    "SBR*S*01*******12", "OI***Y*P**Y", "NM1*IL*1*ROE*JACK****MI*OTHER", "REF*F8*OTHERS-CLAIM",
    "NM1*PR*2*OTHER PAYER*****PI*OTHER", "DTP*573*D8*20240101", "REF*G1*OTHERS-AUTHORIZATION",
)  # fmt: skip


def dependent(*segments: str, parent: str = "2") -> tuple[str, ...]:
    """A subscriber who is not the patient, and a dependent of these segments."""
    family = ("HL*2*1*22*1", *SUBSCRIBER[1:])
    return (*family, f"HL*3*{parent}*23*0", "PAT*19", *segments)


def set_of(
    *body: str, version: str = "005010X222A1", number: str = "0001", count: int | None = None
) -> tuple[str, ...]:
    """A transaction set around what follows the billing provider."""
    segments = (
        f"ST*837*{number}*{version}", "BHT*0019*00*B1*20250701*1147*CH",
        "NM1*41*2*BILLING SERVICE*****46*S1", "NM1*40*2*PAYER*****46*SAMPLE01", "HL*1**20*1",
        "NM1*85*2*IMAGING CENTRE*****XX*1234567893", "N3*1 MAIN ST", "N4*ALBANY*NY*12207",
        "REF*EI*123456789", *body,
    )  # fmt: skip
    return (*segments, f"SE*{len(segments) + 1 if count is None else count}*{number}")


def file_of(*sets: Sequence[str], version: str = "005010X222A1", isa: str = ISA) -> str:
    """An interchange with one group of these transaction sets."""
    segments = [f"GS*HC*SENDER*RECEIVER*20250701*1147*1*X*{version}"]
    for each in sets:
        segments += each
    segments += [f"GE*{len(sets)}*1", "IEA*1*000000907"]
    return isa + "~\n".join(segments) + "~\n"


def one_claim(*body: str, version: str = "005010X222A1") -> str:
    """A file with the segments of one subscriber and what comes after."""
    return file_of(set_of(*body, version=version), version=version)


SIMPLE = one_claim(*SUBSCRIBER, *CLAIM, *LINE)


@contextmanager
def reading(text: str | bytes, terms: ReadingTerms = TERMS) -> Iterator[FileReading]:
    """What is read from a file of this content."""
    content = text if isinstance(text, bytes) else text.encode()
    with read_file(io.BytesIO(content), "a.837", terms) as found:
        yield found


def events_of(text: str | bytes, terms: ReadingTerms = TERMS) -> list[dict[str, Any]]:
    """The events that a file of this content leads to."""
    with reading(text, terms) as found:
        return [json.loads(event) for event in found.events()]


def data_of(text: str, terms: ReadingTerms = TERMS) -> dict[str, Any]:
    """The data of the only event of a file."""
    (event,) = events_of(text, terms)
    return event["data"]


def reasons_of(text: str | bytes, terms: ReadingTerms = TERMS) -> list[tuple[str, ...]]:
    """Why each claim of a file is rejected; empty where it is not."""
    with reading(text, terms) as found:
        return [outcome.reasons for outcome in found.outcomes()]


def codes_of(text: str, terms: ReadingTerms = TERMS) -> list[str]:
    """The codes of the faults of a file's only claim."""
    with reading(text, terms) as found:
        (outcome,) = found.outcomes()
        return [fault.code for fault in outcome.claim.faults]


def claim_with(clm: str = CLAIM[0], *more: str, hi: str = CLAIM[1], line: tuple[str, ...] = LINE):
    return one_claim(*SUBSCRIBER, clm, *more, hi, *line)


def line_with(service: str = LINE[1], date_segment: str = LINE[2], *more: str) -> str:
    return claim_with(line=("LX*1", service, date_segment, *more))
