"""The type of event that states each kind of fact."""

from __future__ import annotations

from collections.abc import Mapping

from rules.facts import Authorization, Claim, Coverage, Fact, Finalization, Report, Review

_TYPES: Mapping[type[Fact], str] = {
    Claim: "claim.submitted.v1",
    Finalization: "claim.finalized.v1",
    Report: "imaging.reported.v1",
    Coverage: "coverage.recorded.v1",
    Authorization: "authorization.recorded.v1",
    Review: "review.completed.v1",
}


def event_type_of(fact: Fact) -> str:
    """One of the six."""
    return _TYPES[type(fact)]
