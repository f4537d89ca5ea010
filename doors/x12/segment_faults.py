"""The faults of a transaction set's segments, no more than an acknowledgement has use for."""

from __future__ import annotations

from typing import Final

from doors.x12.reading import SegmentFault

KEPT: Final = 100


class SegmentFaults:
    """Collects faults, each with the place at which the walk is."""

    def __init__(self) -> None:
        self.found: list[SegmentFault] = []
        self.position = 1
        """The number of the segment that is looked at; ST is 1."""
        self._rejecting = 0
        self._notes: set[str] = set()

    def add(
        self,
        segment: str,
        loop: str,
        text: str,
        code: str = "8",
        element: tuple[int, str] | None = None,
    ) -> None:
        """
        What the transaction set is rejected for.

        `code` is that of IK304; `element` is the number of the element with the code of IK403.
        """
        number, element_code = element or (None, None)
        if self._rejecting < KEPT:
            self._rejecting += 1
            self.found.append(
                SegmentFault(segment, self.position, loop, code, number, element_code, text)
            )

    def note(self, segment: str, loop: str, text: str) -> None:
        """What is wrong and harms nothing; each is told once a transaction set."""
        if text not in self._notes:
            self._notes.add(text)
            self.found.append(
                SegmentFault(segment, self.position, loop, "8", None, None, text, rejects=False)
            )
