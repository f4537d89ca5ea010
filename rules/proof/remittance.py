"""The codes of the reasons held against the published lists: none has ended, none lacks company."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from rules.loading.remittance import CarcDemand, RemittanceCode
from rules.plans import Plan
from rules.reasons import Reason


def ended_codes(
    reasons: Mapping[str, Reason], published: Sequence[RemittanceCode], as_of: date
) -> Iterator[str]:
    """CARCs and RARCs that the lists do not have, or that had ended."""
    known = {(code.kind, code.code): code for code in published}
    for reason in reasons.values():
        carc = () if reason.carc is None else (("CARC", reason.carc),)
        for kind, code in (*carc, *(("RARC", code) for code in reason.rarc)):
            held = known.get((kind, code))
            if held is None:
                yield f"{reason.code}: {kind} {code} is not on the published list"
            elif held.ended is not None and held.ended <= as_of:
                yield f"{reason.code}: {kind} {code} ended on {held.ended}"


def missing_company(
    reasons: Mapping[str, Reason], demands: Mapping[str, CarcDemand], plans: Mapping[str, Plan]
) -> Iterator[str]:
    """CARCs without the RARC or with another group than they demand."""
    for reason in reasons.values():
        demand = demands.get(reason.carc or "")
        if demand is None:
            continue
        if demand.needs_rarc and not reason.rarc:
            yield f"{reason.code}: CARC {reason.carc} demands a RARC"
        for group in sorted(_groups(reason, plans)):
            if demand.group not in (None, group):
                yield f"{reason.code}: CARC {reason.carc} demands group {demand.group}, not {group}"


def _groups(reason: Reason, plans: Mapping[str, Plan]) -> set[str]:
    """The groups that a denial for the reason can carry; none where it only pends."""
    by_plan = {
        "plan:investigational": {plan.investigational_group for plan in plans.values()},
        "plan:non_covered": {plan.non_covered_group for plan in plans.values()},
    }
    if reason.group is None:
        return set()
    return set(by_plan.get(reason.group, {reason.group}))
