"""
The kinds of criteria that look at a line, its claim and its plan.

None of them is by itself: what is kept by the terms of a line knows neither its claim's place, nor
its units, nor who ordered it, nor what was authorized.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rules.criteria.attested import ask_attested
from rules.criteria.authorization import ask_authorization
from rules.criteria.companion import ask_companion
from rules.criteria.criterion_kind import CriterionKind
from rules.criteria.measured import ask_measured
from rules.criteria.n_of import ask_n_of
from rules.criteria.never import ask_never
from rules.criteria.ordered_by import ask_ordered_by
from rules.criteria.place_of_service import ask_place_of_service
from rules.criteria.referred import ask_referred
from rules.criteria.units import ask_units
from rules.terms import NoTerms
from rules.terms_of_lines import (
    AttestedTerms,
    AuthorizationTerms,
    CompanionTerms,
    MeasuredTerms,
    NOfTerms,
    OrderedByTerms,
    PlaceTerms,
    ReferredTerms,
    UnitsTerms,
)

LINE_KINDS: Final[Mapping[str, CriterionKind]] = {
    "never": CriterionKind(NoTerms, ask_never, {"never": ""}),
    "referred": CriterionKind(ReferredTerms, ask_referred, {"referred": ""}),
    "units": CriterionKind(UnitsTerms, ask_units, {"too_many": ""}),
    "place_of_service": CriterionKind(
        PlaceTerms, ask_place_of_service, {"elsewhere": "", "unknown": ""}
    ),
    "ordered_by": CriterionKind(OrderedByTerms, ask_ordered_by, {"other": "", "unknown": ""}),
    "authorization": CriterionKind(AuthorizationTerms, ask_authorization, {"missing": ""}),
    "attested": CriterionKind(AttestedTerms, ask_attested, {"missing": ""}),
    "measured": CriterionKind(MeasuredTerms, ask_measured, {"outside": "", "missing": ""}),
    "companion": CriterionKind(CompanionTerms, ask_companion, {"missing": ""}),
    "n_of": CriterionKind(NOfTerms, ask_n_of, {"fewer": "", "open": ""}),
}
"""By name."""
