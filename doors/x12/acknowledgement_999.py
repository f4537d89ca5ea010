"""
999 (005010X231A1): what became of each functional group and each of its transaction sets.

`R`: nothing of it is sent. `E`: it is read, and its sender should mend what the guide does not
allow. `P`: some transaction sets of a group are rejected. `A`: it is read, and nothing was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from doors.x12.guide_check import ElementFault, GuideFault, GuideFaults
from doors.x12.interchange_ack import envelope_to
from doors.x12.reading import FileReading, GroupReading, SegmentFault, SetReading, Verdict
from doors.x12.segment_writer import OutgoingGroup, OutgoingSet, interchange, segment

GUIDE: Final = "005010X231A1"

_CODES_MAX: Final = 5
"""IK502 to IK506, and AK905 to AK909."""
_SEGMENTS_AT_FAULT: Final = "5"
"""The code of IK502 where one or more segments are at fault."""
_LETTERS: Final[Mapping[Verdict, str]] = {
    "accepted": "A",
    "accepted_with_errors": "E",
    "rejected": "R",
}


def acknowledgements_999(reading: FileReading, found: GuideFaults, at: datetime) -> bytes:
    """An interchange for each that has groups, with one 999 for each group."""
    return b"".join(
        interchange(
            envelope_to(each, at, "999", place),
            [
                OutgoingGroup(
                    *("FA", GUIDE),
                    [
                        OutgoingSet("999", list(_of_group(group, found, (place, number))))
                        for number, group in enumerate(each.groups)
                    ],
                )
            ],
        )
        for place, each in enumerate(reading.interchanges)
        if each.groups
    )


def _of_group(group: GroupReading, found: GuideFaults, place: tuple[int, int]) -> Iterator[str]:
    function, guide, number = _gs(group)
    letters = []
    yield segment("AK1", function, number, guide)
    for order, each in enumerate(group.sets):
        faults = _faults_of(each, found.get((*place, order), ()))
        letters.append(_letter_of(each, faults))
        yield segment("AK2", each.kind, each.control_number, each.version)
        for fault in faults:
            yield from _of_fault(fault)
        yield segment("IK5", letters[-1], *_codes_of(each, faults))
    accepted = len(letters) - letters.count("R")
    codes = dict.fromkeys(fault.code for fault in group.faults)
    yield segment(
        *("AK9", _group_letter(group, letters), group.declared or 0, len(letters), accepted),
        *list(codes)[:_CODES_MAX],
    )


def _group_letter(group: GroupReading, letters: Sequence[str]) -> str:
    if group.verdict == "rejected" or set(letters) <= {"R"}:
        return "R"
    if "R" in letters:
        return "P"
    return "E" if group.faults or "E" in letters else "A"


def _letter_of(each: SetReading, faults: Sequence[GuideFault]) -> str:
    letter = _LETTERS[each.verdict]
    return "E" if letter == "A" and faults else letter


def _codes_of(each: SetReading, faults: Sequence[GuideFault]) -> list[str]:
    of_set = [fault.code for fault in each.faults]
    codes = {*of_set, *([_SEGMENTS_AT_FAULT] if faults else [])}
    return sorted(codes, key=lambda code: (len(code), code))[:_CODES_MAX]


def _faults_of(each: SetReading, found: Sequence[GuideFault]) -> list[GuideFault]:
    """What the walk of the claims found and what the map of the guide found, each place once."""
    own = [_as_guide_fault(list(group)) for _, group in groupby(each.segment_faults, _place_of)]
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
    return GuideFault(first.segment, first.position, first.code, elements, first.loop)


def _of_fault(fault: GuideFault) -> Iterator[str]:
    yield segment("IK3", fault.name, fault.position, fault.loop, fault.code)
    for element in fault.elements:
        place = (element.position, element.component)
        yield segment("IK4", place, element.reference, element.code, element.value)


def _gs(group: GroupReading) -> tuple[str, str, str]:
    """GS01, GS08 and GS06."""
    elements = (*group.elements, *("",) * 8)
    return elements[0], elements[7], elements[5]
