"""What a line asks for is what some smallest set of facts needs to turn or reopen it."""

from __future__ import annotations

from hypothesis import given

from rules.adjudicate import adjudicate
from rules.analysis.needs_proved import needs_proved
from rules.analysis.sufficient_sets import SET_SIZE_MAX
from rules.determination import Determination
from rules.facts import Event
from rules.history.record import Record
from rules.library_model import Library
from tests.rules.builders import record_of
from tests.rules.nasty_members import effort, members, nasty_library
from tests.rules.waiting_members import waits_settled


@given(members(most=7))
@effort(60)
def test_a_line_asks_for_all_that_would_help_and_for_nothing_else(events: list[Event]) -> None:
    known, using = record_of(events), nasty_library()
    for one in adjudicate(known, using):
        if _is_searched(one, known) and not _is_entangled(known, using):
            proved = needs_proved(known, using, (one.claim_id, one.line))

            asked = frozenset(need.code for need in one.needs)

            assert proved.own <= asked <= proved.any


def _is_searched(one: Determination, known: Record) -> bool:
    """Whether as many facts as are tried together can do: each finding may want one, a PET two."""
    opened = sum(finding.reason is not None for finding in one.findings)
    if waits_settled(one, known):
        opened += 1  # sent again, it wants its original too
    return one.outcome in ("pended", "denied") and opened < SET_SIZE_MAX


def _is_entangled(known: Record, using: Library) -> bool:
    """Whether one claim bills several such services: what corrects one of them moves the others."""
    version = using.versions[0]
    services = (
        [version.service_of(line.procedure) for line in claim.lines] for _, claim in known.claims
    )
    return any(len(of_claim) - of_claim.count("other") > 1 for of_claim in services)
