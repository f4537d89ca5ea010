"""The states of the United States, by the two letters that the mail uses."""

from __future__ import annotations

# fmt: off
STATES = frozenset((
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN",
    "IA", "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV",
    "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN",
    "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY", "DC", "PR", "GU", "VI", "AS", "MP",
))
# fmt: on
"""With the District of Columbia and the territories, which have insurance laws of their own."""

EVERY = "*"
"""What a row says that holds in every state, and outside any."""

HOW_TO_WRITE = "Write the two capital letters of a state."
