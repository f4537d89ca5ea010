"""A file is read to its end, or said why not: envelopes, separators, encodings, what is cut off."""

from __future__ import annotations

import io
import tracemalloc

import pytest

from doors.x12.files import read_file
from tests.doors.x12.files_837 import (
    CLAIM,
    ISA,
    LINE,
    SIMPLE,
    SUBSCRIBER,
    TERMS,
    events_of,
    file_of,
    reading,
    reasons_of,
    set_of,
)

BODY = (*SUBSCRIBER, *CLAIM, *LINE)
UNDATED = SIMPLE.replace("*20250701*1147*1*", "*2025*1*1*")
TWO_SETS = file_of(set_of(*BODY), set_of(*BODY, number="0002"))


def separated(text: str, element="*", component=":", repetition="^", segment="~") -> str:
    """The same file with other separators."""
    table = str.maketrans({"*": element, ":": component, "^": repetition, "~": segment})
    return text.translate(table)


def faults_of(text: str | bytes) -> dict[str, list[str]]:
    """The codes that are given to interchanges, groups and transaction sets."""
    found: dict[str, list[str]] = {"TA1": [], "AK9": [], "IK5": []}
    with reading(text) as read:
        for interchange in read.interchanges:
            found["TA1"] += [fault.code for fault in interchange.faults]
            for group in interchange.groups:
                found["AK9"] += [fault.code for fault in group.faults]
                for each in group.sets:
                    found["IK5"] += [fault.code for fault in each.faults]
    return {name: codes for name, codes in found.items() if codes}


def fault_of(content: str | bytes) -> str | None:
    with reading(content) as found:
        return found.fault


@pytest.mark.parametrize(
    "separators",
    [
        pytest.param({"component": "<"}, id="a_bracket_between_components"),
        pytest.param({"element": "|", "component": ">", "segment": "\n"}, id="a_line_a_segment"),
        pytest.param({"element": "~", "component": "^", "repetition": "U", "segment": "_"},
                     id="usual_ones_in_other_places"),
        pytest.param({"segment": "\x1c", "element": "\x1d", "component": "\x1f"},
                     id="control_characters"),
    ],
)  # fmt: skip
def test_any_separators_that_an_isa_declares_are_taken(separators):
    compact = SIMPLE.replace("~\n", "~") if separators.get("segment") == "\n" else SIMPLE

    assert events_of(SIMPLE) == events_of(separated(compact, **separators))


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(SIMPLE.replace("\n", ""), id="on_one_line"),
        pytest.param(SIMPLE.replace("\n", "\r\n"), id="lines_of_windows"),
        pytest.param(SIMPLE.replace("\n", "\n   "), id="indented"),
        pytest.param(SIMPLE.replace("~\nDMG", "~~\nDMG"), id="an_empty_segment"),
        pytest.param("\n\n" + SIMPLE, id="empty_lines_before_it"),
        pytest.param("\ufeff" + SIMPLE, id="a_byte_order_mark"),
        pytest.param(SIMPLE.removesuffix("~\n"), id="without_the_last_terminator"),
        pytest.param(SIMPLE.replace("HL*1*", "HL*63*").replace("HL*2*1*", "HL*64*63*"),
                     id="levels_that_count_from_63"),
        pytest.param(SIMPLE.replace("*00501*", "*00401*"), id="another_version_in_the_isa"),
    ],
)  # fmt: skip
def test_what_harms_nothing_changes_nothing(changed):
    assert events_of(SIMPLE) == events_of(changed)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(SIMPLE, {}, id="nothing"),
        pytest.param(file_of(set_of(*BODY, count=9)), {"IK5": ["4"]}, id="se01"),
        pytest.param(SIMPLE.replace("*0001~\nGE", "*0009~\nGE"), {"IK5": ["3"]}, id="se02"),
        pytest.param(SIMPLE.replace("GE*1*1", "GE*2*1"), {"AK9": ["5"]}, id="ge01"),
        pytest.param(SIMPLE.replace("GE*1*1", "GE*1*2"), {"AK9": ["4"]}, id="ge02"),
        pytest.param(SIMPLE.replace("IEA*1", "IEA*2"), {"TA1": ["021"]}, id="iea01"),
        pytest.param(SIMPLE.replace("IEA*1*000000907", "IEA*1*000000908"), {"TA1": ["001"]},
                     id="iea02"),
        pytest.param(SIMPLE.replace("GE*1*1~\n", ""), {"TA1": ["024"], "AK9": ["3"]}, id="no_ge"),
        pytest.param(SIMPLE.partition("GE*")[0], {"TA1": ["023"], "AK9": ["3"]}, id="no_iea"),
        pytest.param(SIMPLE.partition("SE*")[0],
                     {"TA1": ["023"], "AK9": ["3"], "IK5": ["2"]}, id="no_se"),
        pytest.param(SIMPLE.replace("GS*HC", "GS*HP"), {"AK9": ["1"]}, id="a_group_of_remittances"),
        pytest.param(SIMPLE.replace("ST*837", "ST*835"), {"IK5": ["1"]}, id="another_kind"),
        pytest.param(SIMPLE.replace("005010X222A1", "005010X224A2"), {"IK5": ["I6"]}, id="dental"),
        pytest.param(SIMPLE.replace("ST*837*0001", "ST*837*").replace("*0001~\nGE", "*~\nGE"),
                     {"IK5": ["7"]}, id="no_control_number"),
        pytest.param(SIMPLE.replace("GS*", "XX*1~\nGS*"), {"TA1": ["024"]}, id="a_stray_segment"),
        pytest.param(SIMPLE.replace("GS*HC", "GE*1*1~\nGS*HC"), {"TA1": ["024"]}, id="a_stray_ge"),
        pytest.param(SIMPLE.replace("ST*837", "SE*1*1~\nST*837"), {"TA1": ["024"]}, id="stray_se"),
        pytest.param(UNDATED.replace("*250701*", "*259901*"), {"AK9": ["6"]}, id="no_date"),
    ],
)  # fmt: skip
def test_a_faulty_envelope_is_acknowledged_with_its_code(text, expected):
    assert expected == faults_of(text)
    assert (not expected) == (len(events_of(text)) == 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(file_of(set_of(*BODY), set_of(*BODY)), {"IK5": ["23"]}, id="a_set"),
        pytest.param(SIMPLE + SIMPLE, {"TA1": ["025"]}, id="an_interchange"),
    ],
)
def test_what_has_the_number_of_another_is_refused_and_the_other_is_not(text, expected):
    assert expected == faults_of(text)
    assert 1 == len(events_of(text))


def test_a_group_without_a_readable_date_is_dated_by_its_interchange():
    assert "2025-07-01T11:47:00Z" == events_of(UNDATED)[0]["time"]


def test_nothing_of_a_rejected_transaction_set_is_sent_and_all_of_another_is():
    text = file_of(set_of(*BODY, *CLAIM, *LINE, count=9), set_of(*BODY, number="0002"))

    (event,) = events_of(text)

    assert "000000907.1.0002.1.A1" == event["id"]
    assert [1, 1, 0] == [len(reasons) for reasons in reasons_of(text)]


def test_of_an_interchange_that_is_cut_off_nothing_is_sent():
    assert [] == events_of(TWO_SETS.partition("GE*")[0])


def test_what_comes_after_an_interchange_is_told_and_does_not_harm_it():
    text = SIMPLE + "something else"

    assert 1 == len(events_of(text))
    assert str(fault_of(text)).startswith("What follows the last interchange that was read:")


def test_an_interchange_that_begins_before_another_has_ended_is_read():
    second = SIMPLE.replace("000000907", "000000908")
    text = SIMPLE.partition("IEA*")[0] + second

    (event,) = events_of(text)

    assert "000000908.1.0001.1.A1" == event["id"]


def test_a_component_separator_that_is_not_the_declared_one_is_refused_by_name():
    text = separated(SIMPLE.removeprefix(ISA), component=">")

    with reading(ISA + text) as found:
        (outcome,) = found.outcomes()

    assert [] == events_of(ISA + text)
    assert any("joined by '>', but ISA16 declares ':'" in reason for reason in outcome.reasons)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"", "It is empty.", id="nothing"),
        pytest.param(b"  \n", "It is empty.", id="blanks"),
        pytest.param(b"\x00\x01\x02" * 100, "does not begin with ISA", id="binary"),
        pytest.param(b"PK\x03\x04", "does not begin with ISA", id="an_archive"),
        pytest.param(b'{"resourceType": "Claim"}', "does not begin with ISA", id="json"),
        pytest.param(SIMPLE[:50].encode(), "ends within its first segment", id="half_an_isa"),
        pytest.param(SIMPLE.replace("          ", " ", 1).encode(), "fixed length", id="short_isa"),
        pytest.param(SIMPLE.replace(":~GS", "A~GS").encode(), "letters, digits", id="a_letter"),
        pytest.param(SIMPLE.replace(":~GS", "*~GS").encode(), "fixed length", id="one_twice"),
        pytest.param(SIMPLE.encode("utf-16"), "It is UTF-16", id="utf_16"),
    ],
)
def test_what_is_no_x12_is_said_in_a_sentence(content, expected):
    assert expected in str(fault_of(content))
    assert [] == events_of(content)


def test_characters_are_never_guessed_at():
    content = SIMPLE.replace("JANE", "ZOË").encode("latin-1")

    assert "bytes that are not utf-8" in str(fault_of(content))
    assert "M-1" == events_of(content, TERMS._replace(encoding="latin-1"))[0]["data"]["member_id"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(SIMPLE.replace("DMG*", "1*"), "no valid identifier", id="a_digit"),
        pytest.param(SIMPLE.replace("BHT*", "BHX*"), "has no BHT", id="no_bht"),
        pytest.param(SIMPLE.replace("HL*2*1*22", "HL*2*1*99"), "HL03 is not", id="a_strange_level"),
        pytest.param(SIMPLE.replace(CLAIM[0], "N3*X"), "outside a claim", id="a_line_alone"),
    ],
)
def test_a_segment_that_cannot_be_read_rejects_its_transaction_set(text, expected):
    with reading(text) as found:
        texts = [
            fault.text
            for interchange in found.interchanges
            for group in interchange.groups
            for each in group.sets
            for fault in each.segment_faults
        ]

    assert any(expected in each for each in texts)
    assert [] == events_of(text)


@pytest.mark.timeout(300)
def test_wherever_a_file_is_cut_off_nothing_is_sent_and_it_is_said():
    content = file_of(set_of(*BODY), set_of(*BODY, number="0002")).replace("\n", "").encode()
    whole = len(content) - 1  # without the last terminator nothing is missing

    for length in range(whole):
        with reading(content[:length]) as found:
            assert [] == list(found.events()), length
            assert found.fault or found.interchanges[-1].verdict == "rejected", length
    assert 2 == len(events_of(content[:whole]))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(ISA.encode() + b"A" * 100_000, "more than 32,768 characters", id="no_end"),
        pytest.param(ISA.replace("~", "\x01").encode() + SIMPLE.encode() * 100,
                     "more than 32,768 characters", id="a_terminator_that_never_comes"),
    ],
)  # fmt: skip
def test_a_segment_without_an_end_ends_the_reading(content, expected):
    assert expected in str(fault_of(content))
    assert [] == events_of(content)


class Endless(io.RawIOBase):
    """A stream of the same bytes again and again, up to a length."""

    def __init__(self, head: bytes, again: bytes, length: int) -> None:
        self._head, self._again, self._left = head, again, length

    def read(self, size: int = -1) -> bytes:
        head, self._head = self._head, b""
        if head:
            return head
        piece = self._again * (size // len(self._again))
        piece = piece[: max(self._left, 0)]
        self._left -= len(piece)
        return piece


BEGUN = "~".join((SIMPLE.partition("HL*2")[0].replace("~\n", "~").rstrip("~"), *BODY)) + "~"


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "again",
    [
        pytest.param("N3*1 MAIN ST~", id="segments_that_nobody_reads"),
        pytest.param("LX*1~SV1*HC:76390*1*UN*1~", id="lines"),
        pytest.param("HI*ABK:C711~", id="diagnoses_after_lines"),
        pytest.param("REF*F8*1~PWK*RR*EL~", id="references"),
        pytest.param("HL*1**20*1~", id="levels_without_a_parent"),
        pytest.param("1~", id="segments_without_an_identifier"),
        pytest.param("XX*1~SE*1*1~", id="trailers"),
    ],
)
def test_segments_without_an_end_are_read_in_flat_memory(again):
    source = Endless(BEGUN.encode(), again.encode(), 400_000)
    tracemalloc.start()

    with read_file(source, "bomb.837", TERMS) as found:
        events = list(found.events())
        _, peak = tracemalloc.get_traced_memory()

    tracemalloc.stop()
    assert [] == events
    assert "rejected" == found.interchanges[-1].verdict
    assert peak < 5_000_000
