"""The first `policy.toml` of a policy: its sections, the criteria of every policy, and places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from worker.policy_drafts.document import SectionFound
from worker.policy_drafts.kind_text import USUAL, criterion_text


class DraftNames(NamedTuple):
    """How a new policy is called."""

    policy: str
    version: str
    """The first day on which it holds."""
    service: str


_HEAD: Final = """\
# Policy {policy}, as it was read. docs/policies.md says what may stand here.
# What is empty is still to be said: `adjudicator library new {policy}` lists it.

id = "{policy}"
version = "{version}"
# A word for what it decides: code_sets/{service}.csv has the procedures.
service = "{service}"
# A word for what it only holds against its own, if there is such a thing:
# watched_service = ""
# Which document was read, and when:
source = ""
effective_from = {version}
# The month of the next review, as "2027-01", and the day on which the document was approved:
next_review = ""
# approved = 2026-01-15
listed_diagnoses = 0
# How lines begin that are on every page of the document:
page_furniture = []


# ------------------------------------------------------------------------------------ the sections
# `automated` is true where a criterion, parameter, reason or purpose cites the section.
# The reading says in your own words what it asks for.
"""
_SECTION: Final = """
# line {row} of the document
[[section]]
id = "{id}"
markers = [{markers}]
digest = "{digest}"
automated = false
reading = ""
"""
_CRITERIA: Final = """

# ------------------------------------------------------- the criteria, in the order they are asked
# Say of each in which sections it rests, and how a determination cites them.

{criteria}

# Here: a [[criterion]] for each thing that the document asks, in the order in which it is asked.
# `adjudicator library new {policy} --kind purpose` prints one of the kind `purpose`, to be filled.


# --------------------------------------- the parameters: where the policy is silent and we chose

[parameter.pend_due_days]
type = "days"
value = ""
section = ""
question = "How many days after receipt does a pended line fall due?"
other_answers = {{ least = 0, most = 365 }}
source = ""


# ------------------------------- where the policy is silent, unclear or at odds with itself

[[open_question]]
id = "when a held line falls due"
kind = "silent"
sections = []
question = "How long may a line wait?"
readings = []
chosen = ""
parameters = ["pend_due_days"]
"""


def policy_text(names: DraftNames, sections: Sequence[SectionFound]) -> str:
    """Returns the whole file."""
    criteria = "\n\n".join(map(criterion_text, USUAL))
    return (
        _HEAD.format(**names._asdict())
        + "".join(map(_section, sections))
        + _CRITERIA.format(criteria=criteria, policy=names.policy)
    )


def _section(section: SectionFound) -> str:
    markers = ", ".join(map(_quoted, section.markers))
    return _SECTION.format(
        row=section.row, id=_escaped(section.id), markers=markers, digest=section.digest
    )


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
