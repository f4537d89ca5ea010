"""The states of the United States, by their two-letter postal codes."""

from __future__ import annotations

# fmt: off
STATES = frozenset((
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN",
    "IA", "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV",
    "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN",
    "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY", "DC", "PR", "GU", "VI", "AS", "MP",
))
# fmt: on
"""Including the District of Columbia and the territories, which have their own insurance laws."""

EVERY = "*"
"""The value of a row that applies in every state, and outside of any."""

HOW_TO_WRITE = "Use the two capital letters of a state."
