"""
Checks a transaction set against the map of its implementation guide, which pyx12 carries.

It finds what a 999 reports in IK3 and IK4. Whether the set is read does not depend on it: what
cannot be read is refused by the reading itself.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final, NamedTuple, TextIO

import pyx12.map_if
import pyx12.params
from pyx12.error_item import EleError
from pyx12.errors import EngineError, X12Error
from pyx12.map_walker import walk_tree
from pyx12.segment import Segment
from pyx12.x12file import X12Reader

_MAPS: Final = {
    "004010X096": "837.4010.X096.A1.xml",
    "004010X098": "837.4010.X098.A1.xml",
    "005010X222": "837.5010.X222.A1.xml",
    "005010X223": "837Q3.I.5010.X223.A1.xml",
}
"""The map of each guide; addenda differ in details that the map of one speaks for."""

FAULTS_MAX: Final = 100
"""Faulty segments that are reported of one set; there may be more."""
SEGMENTS_MAX: Final = 20_000
"""How far into a set its guide is followed; that many take some seconds."""

_Node = Any
"""A node of a map, which pyx12 types as loosely."""

_GROUP: Final = "/ISA_LOOP/GS_LOOP"
_GUIDE_LENGTH: Final = len("005010X222")
_ELEMENT_CODES: Final = frozenset({"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"})
_VALUE_MAX: Final = 99
_ENVELOPE: Final = frozenset({"ISA", "GS", "GE", "IEA"})
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
    loop: str | None = None
    """Its loop in the guide, where it is known."""


class GuideWalk:
    """
    Follows one transaction set through the map of its guide, segment by segment.

    It gathers at most `FAULTS_MAX` faults, and goes no further than `SEGMENTS_MAX` segments or
    the point beyond which the map does not get. Without a map it finds nothing.
    """

    def __init__(self, guide: str) -> None:
        self.faults: list[GuideFault] = []
        name = _MAPS.get(guide[:_GUIDE_LENGTH])
        self._is_over = name is None
        if name:
            self._walker = walk_tree()
            self._walker.forceWalkCounterToLoopStart("/ISA_LOOP", "/ISA_LOOP/ISA")
            self._walker.forceWalkCounterToLoopStart(_GROUP, f"{_GROUP}/GS")
            self._node: _Node = _map_of(name).getnodebypath(f"{_GROUP}/GS")

    def take(self, segment: Segment, position: int) -> None:
        """Takes the next segment, which is the `position`th of the set, with `ST` as 1."""
        if self._is_over:
            return
        try:
            found, _, _, errors = self._walker.walk_errors(
                self._node, segment, position, position, None
            )
        except EngineError:
            self._is_over = True
            return
        for error in errors:
            name = (error.seg_data or segment).get_seg_id() or ""
            self.faults.append(GuideFault(name, error.seg_count or position, error.err_cde))
        if found is not None:
            self._node = found
            self.faults += _of_elements(found, position, segment)
        del self.faults[FAULTS_MAX:]
        self._is_over = position >= SEGMENTS_MAX or len(self.faults) == FAULTS_MAX


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


def guide_faults(file: TextIO) -> GuideFaults:
    """
    What the guides do not allow in each transaction set of a file.

    It ends without a word where the file cannot be read on, which its reading says.
    """
    found: dict[SetPlace, Sequence[GuideFault]] = {}
    interchange = group = place = -1
    guide, walk = "", GuideWalk("")
    with suppress(X12Error, IndexError):
        reader = X12Reader(file)
        for segment in reader:
            name = segment.get_seg_id()
            if name == "ISA":
                interchange, group = interchange + 1, -1
            elif name == "GS":
                group, place, guide = group + 1, -1, segment.get_value("GS08") or ""
            elif name == "ST":
                place, walk = place + 1, GuideWalk(guide)
                found[interchange, group, place] = walk.faults
            if name not in _ENVELOPE:
                walk.take(segment, reader.get_seg_count() + (name == "SE"))
            reader.pop_errors()
    return found
