"""
999 (005010X231A1): what became of each functional group and each of its transaction sets.

`R`: nothing of it is sent. `E`: it is read, and its sender should mend what the guide does not
allow; without a claim such a set is rejected. `P`: some sets of a group are rejected. `A`: it is
read, and nothing was found.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from doors.x12.claim_status_277 import UNKNOWN
from doors.x12.guide_check import ElementFault, GuideFault, GuideFaults
from doors.x12.interchange_ack import envelope_to
from doors.x12.reading import FileReading, GroupReading, SegmentFault, SetReading, Verdict
from doors.x12.segment_writer import OutgoingGroup, OutgoingSet, interchange_in_pieces, segment

GUIDE: Final = "005010X231A1"

_CODES_MAX: Final = 5
"""IK502 to IK506, and AK905 to AK909."""
_SEGMENTS_AT_FAULT: Final = "5"
"""The code of IK502 where one or more segments are at fault."""
_CLAIMS: Final = "HC"
_FUNCTIONS: Final = frozenset({"BE", "HB", "HC", "HI", "HN", "HP", "HR", "HS", "RA"})
_CLAIM_SET: Final = "837"
_KINDS: Final = frozenset({"270", "271", "276", "277", "278", "820", "834", "835", "837"})
_SEGMENT_NAME: Final = re.compile("[A-Z][A-Z0-9]{1,2}")
_UNREADABLE: Final = "UNK"
"""Our IK301 of a segment that has no name; the place says which it is."""
_CUT_OFF: Final = "2"
"""The code of IK502 where there is no SE."""
_MISSING: Final = "3"
"""The code of IK304 where a segment is missing."""
_LETTERS: Final[Mapping[Verdict, str]] = {
    "accepted": "A",
    "accepted_with_errors": "E",
    "rejected": "R",
}


def acknowledgements_999(reading: FileReading, found: GuideFaults, at: datetime) -> Iterator[bytes]:
    """An interchange for each that has groups, with one 999 for each group, in pieces."""
    for place, each in enumerate(reading.interchanges):
        if each.groups:
            sets = (
                OutgoingSet("999", _of_group(group, found, (place, number)))
                for number, group in enumerate(each.groups)
            )
            envelope = envelope_to(each, at, "999", place)
            yield from interchange_in_pieces(envelope, [OutgoingGroup("FA", GUIDE, sets)])


def _of_group(group: GroupReading, found: GuideFaults, place: tuple[int, int]) -> Iterator[str]:

    letters: Counter[str] = Counter()
    yield segment("AK1", *_gs(group))
    for order, each in enumerate(group.sets):
        faults = _faults_of(each, found.get((*place, order), ()))
        letter = _letter_of(each, faults)
        letters[letter] += 1
        yield segment("AK2", *_st(each))
        for fault in faults:
            yield from _of_fault(fault)
        yield segment("IK5", letter, *_codes_of(each, faults))
    received = letters.total()
    counts = (group.declared or 0, received, received - letters["R"])
    codes = dict.fromkeys(fault.code for fault in group.faults)
    yield segment("AK9", _group_letter(group, letters), *counts, *list(codes)[:_CODES_MAX])


def _group_letter(group: GroupReading, letters: Counter[str]) -> str:
    if group.verdict == "rejected" or letters["R"] == letters.total():
        return "R"
    if letters["R"]:
        return "P"
    return "E" if group.faults or letters["E"] else "A"


def _letter_of(each: SetReading, faults: Sequence[GuideFault]) -> str:
    letter = _LETTERS[each.verdict]
    if faults and letter != "R":
        return "E" if len(each.claims) else "R"
    return letter


def _codes_of(each: SetReading, faults: Sequence[GuideFault]) -> list[str]:
    of_set = [fault.code for fault in each.faults]
    codes = {*of_set, *([_SEGMENTS_AT_FAULT] if faults else [])}
    return sorted(codes, key=lambda code: (len(code), code))[:_CODES_MAX]


def _faults_of(each: SetReading, found: Sequence[GuideFault]) -> list[GuideFault]:
    """What the walk of the claims found and what the map of the guide found, each place once."""
    own = [_as_guide_fault(list(group)) for _, group in groupby(each.segment_faults, _place_of)]
    if any(fault.code == _CUT_OFF for fault in each.faults):
        # What is missing from it may have stood in what was cut off.
        own = [fault for fault in own if fault.code != _MISSING]
    known = {(fault.position, fault.code) for fault in own}
    others = [fault for fault in found if (fault.position, fault.code) not in known]
    return sorted([*own, *others], key=lambda fault: fault.position)


def _place_of(fault: SegmentFault) -> tuple[str, int, str]:
    return fault.segment, fault.position, fault.code


def _as_guide_fault(faults: Sequence[SegmentFault]) -> GuideFault:
    """Faults of one segment as one."""
    elements = tuple(
        ElementFault(fault.element, None, None, fault.element_code or "7", None)
        for fault in faults
        if fault.element is not None
    )
    first = faults[0]
    return GuideFault(first.segment, first.position, first.code, elements)


def _of_fault(fault: GuideFault) -> Iterator[str]:
    is_name = _SEGMENT_NAME.fullmatch(fault.name)
    # IK303 is for loops that LS and LE enclose, of which an 837 has none.
    yield segment("IK3", fault.name if is_name else _UNREADABLE, fault.position, None, fault.code)
    for element in fault.elements:
        place = (element.position, element.component)
        yield segment("IK4", place, element.reference, element.code, element.value)


def _gs(group: GroupReading) -> tuple[str, str, str]:
    """AK101 to AK103, from GS01, GS06 and GS08, as far as a 999 may repeat them."""
    elements = (*group.elements, *("",) * 8)
    function, number, guide = elements[0], elements[5], elements[7]
    return (
        function if function in _FUNCTIONS else _CLAIMS,
        number[:9] if number.isdigit() else "0",
        guide[:12] or UNKNOWN,
    )


def _st(each: SetReading) -> tuple[str, str, str | None]:
    """AK201 to AK203, from ST01 to ST03, as far as a 999 may repeat them."""
    kind = each.kind if each.kind in _KINDS else _CLAIM_SET
    return kind, f"{each.control_number[:9]:0>4}", each.version[:35] or None
