"""Writes the results of a proof as scenarios: witnesses with their decisions, and breaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rules.determination import Determination
from rules.library_model import Library
from rules.plans import AuthorityRow
from rules.policy.sections import named_sections
from rules.policy_version import service_word
from rules.proof.check import Proof
from rules.proof.differences import ClassDifference
from rules.proof.situation import Situation
from rules.proof.witnesses import Witness
from worker.determinations.data import Data
from worker.events.encode import as_cloudevent


def scenario_of_witness(witness: Witness, library: Library, sections: Iterable[str]) -> Data:
    """Turns a witness into a scenario with its full decision; `sections`: all ids."""
    service, outcome, reason, _ = witness.ending
    cited = library.reasons[reason].section
    return _scenario(
        f"{_word(service)}: {outcome.replace('_', ' ')}, {reason}{_said(witness)}",
        f"{library.reasons[reason].label}; nothing in it can be left out",
        list(named_sections(cited, tuple(sections)) or (cited,)),
        witness.situation,
        [_expected(witness.determination)],
    )


def scenario_of_difference(difference: ClassDifference, after: Library) -> Data:
    """Returns the smallest situation of a class; it expects what the library `after` decides."""
    before = difference.decided.before
    is_now = difference.decided.after
    turns = (f"{one.kind} {one.name}: {one.before} -> {one.after}" for one in difference.turns_on)
    return _scenario(
        f"{_word(is_now.service)}: {before.outcome} {before.reason} -> "
        f"{is_now.outcome} {is_now.reason}",
        "; ".join(turns),
        [after.reasons[is_now.reason].section],
        difference.situation,
        [_expected(is_now)],
    )


def scenarios_of_breaches(checks: Iterable[Proof]) -> Iterator[Data]:
    """
    Returns the situations that show faults; they expect nothing, as their results are wrong.

    Leaves out those under hypothetical plans: a scenario cannot bring its own plan.
    """
    for check in checks:
        for fault in check.faults:
            if fault.situation is not None and not fault.situation.plans:
                yield _scenario(f"{check.name}: {fault.what}", check.asks, [], fault.situation, [])


def _said(witness: Witness) -> str:
    """Says, for a line that awaits a peer, whether the peer sees a recommendation."""
    if witness.ending.reason != "PEER_REVIEW":
        return ""
    return " of a recommendation" if witness.ending.is_recommended else " of the findings alone"


_WORDS = {"mrs": "spectroscopy", "other": "another service"}
"""Kept for the names that scenarios have; other services are read as everywhere."""


def _word(service: str) -> str:
    return _WORDS.get(service) or service_word(service)


def _scenario(
    name: str, why: str, cites: list[str], situation: Situation, expect: list[Data]
) -> Data:
    scenario: Data = {"name": name, "why": why, "cites": cites}
    if situation.rows:
        scenario["authorities"] = [_row(row) for row in situation.rows]
    if situation.answers:
        scenario["parameters"] = dict(situation.answers)
    scenario["events"] = [as_cloudevent(event) for event in situation.events()]
    scenario["expect"] = expect
    return scenario


def _row(row: AuthorityRow) -> Data:
    return {
        "authority": row.authority,
        "reference": row.reference,
        "procedures": sorted(row.procedures),
        "lines_of_business": sorted(row.lines_of_business),
        "effective_from": row.effective_from.isoformat(),
        "effective_to": row.effective_to and row.effective_to.isoformat(),
        "effect": row.effect,
    }


def _expected(one: Determination) -> Data:
    names = ("claim_id", "line", "outcome", "reason", "group", "carc")
    expected: Data = {name: getattr(one, name) for name in names}
    return expected | {
        "rarc": list(one.rarc),
        "needs": [need._asdict() for need in one.needs],
        "recommended": one.recommended and one.recommended._asdict(),
    }
