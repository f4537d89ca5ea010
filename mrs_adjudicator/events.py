"""
A class for each type of event: its fields and their types, checked when an event is made.

    from mrs_adjudicator.events import ClaimSubmitted
"""

from __future__ import annotations

from mrs_adjudicator.neighbours import must_be_ours

must_be_ours("rules", "worker")

from worker.events.models import *  # noqa: E402, F403  # only once it is known to be ours
