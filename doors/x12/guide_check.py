"""
Checks a transaction set against the map of its implementation guide, which pyx12 carries.

It finds what a 999 reports in IK3 and IK4. Whether the set is read does not depend on it: what
cannot be read is refused by the reading itself.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import count
from typing import IO, Any, Final, NamedTuple

import pyx12.map_if
import pyx12.params
from pyx12.error_item import EleError
from pyx12.errors import EngineError
from pyx12.map_walker import walk_tree
from pyx12.segment import Segment

from doors.x12.reading import Separators
from doors.x12.segments import SegmentStream, Unreadable
from doors.x12.separators import NotAnInterchange

_MAPS: Final = {
    "004010X096": "837.4010.X096.A1.xml",
    "004010X098": "837.4010.X098.A1.xml",
    "005010X222": "837.5010.X222.A1.xml",
    "005010X223": "837Q3.I.5010.X223.A1.xml",
}
"""The map of each guide; addenda differ in details that the map of one speaks for."""

FAULTS_MAX: Final = 100
"""Faulty segments that are reported of one set; there may be more."""
FAULTS_OF_FILE_MAX: Final = 10_000
"""Faulty segments that are reported of one file."""
SEGMENTS_MAX: Final = 20_000
"""How far into a set its guide is followed; that many take some seconds."""

_Node = Any
"""A node of a map, which pyx12 types as loosely."""

_GROUP: Final = "/ISA_LOOP/GS_LOOP"
_GUIDE_LENGTH: Final = len("005010X222")
_ELEMENT_CODES: Final = frozenset({"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"})
_VALUE_MAX: Final = 99
_SET_BEGINS: Final = frozenset({"GS", "ST", "GE", "IEA"})
"""What ends the transaction set before it, whether that has its SE or not."""
_GUIDE_OF_SET: Final = 3
"""ST03."""


class ElementFault(NamedTuple):
    """One element of a segment that its guide does not allow: an IK4."""

    position: int
    component: int | None
    reference: str | None
    """The number of the data element in X12's dictionary."""
    code: str
    """IK403."""
    value: str | None
    """What stood there, for the sender alone: it may be a member's."""


class GuideFault(NamedTuple):
    """One segment that its guide does not allow, or that is missing: an IK3 with its IK4."""

    name: str
    position: int
    """The place in the set, with `ST` as 1; of a missing segment the place where it was missed."""
    code: str
    """IK304; 8 where elements are at fault."""
    elements: tuple[ElementFault, ...] = ()


class GuideWalk:
    """
    Follows one transaction set through the map of its guide, segment by segment.

    It gathers at most `FAULTS_MAX` faults, and goes no further than `SEGMENTS_MAX` segments or
    the point beyond which the map does not get. Without a map it finds nothing.
    """

    def __init__(self, guide: str) -> None:
        self.faults: list[GuideFault] = []
        """What was found until now."""
        name = _MAPS.get(guide[:_GUIDE_LENGTH])
        self.is_over = name is None
        """Whether it finds nothing more."""
        if name:
            self._walker = walk_tree()
            self._walker.forceWalkCounterToLoopStart("/ISA_LOOP", "/ISA_LOOP/ISA")
            self._walker.forceWalkCounterToLoopStart(_GROUP, f"{_GROUP}/GS")
            self._node: _Node = _map_of(name).getnodebypath(f"{_GROUP}/GS")

    def take(self, segment: Segment, position: int) -> None:
        """Takes the next segment, the `position`th of the set with `ST` as 1, unless it is over."""
        try:
            found, _, _, errors = self._walker.walk_errors(
                self._node, segment, position, position, None
            )
        except EngineError:
            self.is_over = True
            return
        # What is missing when the set ends was missed after its last segment.
        place = position - (segment.get_seg_id() == "SE")
        for error in errors:
            # One that is missing has no elements, so that it counts as false.
            at_fault = segment if error.seg_data is None else error.seg_data
            self.faults.append(GuideFault(at_fault.get_seg_id() or "", place, error.err_cde))
        if found is not None:
            self._node = found
            self.faults += _of_elements(found, position, segment)
        del self.faults[FAULTS_MAX:]
        self.is_over = position >= SEGMENTS_MAX or len(self.faults) == FAULTS_MAX


def _of_elements(node: _Node, position: int, segment: Segment) -> Iterator[GuideFault]:
    name = segment.get_seg_id() or ""
    try:
        _, errors = node.is_valid_errors(segment)
    except IndexError:  # pyx12 4.0 fails so where an element has too many components
        yield GuideFault(name, position, "8")
        return
    elements = tuple(
        _element_fault(error)
        for error in errors
        if error.map_node is not None and error.err_cde in _ELEMENT_CODES
    )
    # Each map knows one addendum of its guide, and a set of another is as good.
    if name == "ST":
        elements = tuple(each for each in elements if each.position != _GUIDE_OF_SET)
        errors = elements
    if errors:
        yield GuideFault(name, position, "8", elements)


def _element_fault(error: EleError) -> ElementFault:
    node = error.map_node
    is_component = node.parent.is_composite()
    return ElementFault(
        position=node.parent.seq if is_component else node.seq,
        component=node.seq if is_component else None,
        reference=node.data_ele,
        code=error.err_cde,
        value=error.err_val[:_VALUE_MAX] if error.err_val else None,
    )


@lru_cache(maxsize=len(_MAPS))
def _map_of(name: str) -> _Node:
    # It logs what it finds together with the values, which no log of ours may hold.
    logger = logging.getLogger("pyx12")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return pyx12.map_if.load_map_file(name, pyx12.params.params())


SetPlace = tuple[int, int, int]
"""Interchange, group and transaction set, each counted from 0 within the one above."""
GuideFaults = Mapping[SetPlace, Sequence[GuideFault]]


def guide_faults(source: IO[bytes], encoding: str) -> GuideFaults:
    """
    What the guides do not allow in each transaction set of a file that is read from its beginning.

    After `FAULTS_OF_FILE_MAX` of them nothing more is looked for. It ends without a word where the
    file cannot be read on, which its reading says.
    """
    found: dict[SetPlace, Sequence[GuideFault]] = {}
    stream = SegmentStream(source, encoding)
    with suppress(NotAnInterchange, Unreadable):
        for interchange in count():
            begun = stream.next_interchange()
            if begun is None:
                break
            for place, faults in _in_interchange(stream.segments(), begun[1]):
                if faults:
                    found[interchange, *place] = faults
                if sum(map(len, found.values())) >= FAULTS_OF_FILE_MAX:
                    return found
    return found


def _in_interchange(
    segments: Iterable[str], separators: Separators
) -> Iterator[tuple[tuple[int, int], Sequence[GuideFault]]]:
    """Each transaction set by its group and its place in that, once it is over."""
    end, element, component = separators.segment, separators.element, separators.component
    group = place = -1
    position, guide, walk = 0, "", GuideWalk("")
    for text in segments:
        name = text.partition(element)[0]
        if name in _SET_BEGINS:
            yield (group, place), walk.faults
            walk = GuideWalk("")
        if name == "GS":
            group, place = group + 1, -1
            guide = (Segment(text, end, element, component).get_value("GS08") or "").strip()
        elif name == "ST":
            place, position, walk = place + 1, 0, GuideWalk(guide)
        position += 1
        if not walk.is_over and text:
            walk.take(Segment(text, end, element, component), position)
    yield (group, place), walk.faults
