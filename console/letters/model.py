"""What the folder `letters/` of a library holds: frozen data, read and checked as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

LetterKind = Literal["determination", "request", "appeal"]
Addressee = Literal["member", "provider"]
When = Literal[
    "any", "approved", "denied", "clinical", "by_person", "by_rules", "asks", "in_time", "overdue"
]
"""What must be so of a line for a block to stand in its letter, or an item to be asked of it."""
Listing = Literal["needs", "findings"]
CountsFrom = Literal["receipt", "date"]
"""Whether the days of an appeal run from the receipt of a letter or from its date."""

EVERY = "*"


class Slot(NamedTuple):
    """A place in a text for something of the case."""

    name: str


SlottedText = tuple[str | Slot, ...]
"""A text with its slots, in order."""


class LetterBlock(NamedTuple):
    """A part of a letter under its own heading."""

    id: str
    letters: frozenset[LetterKind]
    to: frozenset[Addressee]
    when: When
    heading: str
    paragraphs: tuple[SlottedText, ...]
    rows: tuple[tuple[str, SlottedText], ...]
    """A table of two columns; empty where there is none."""
    listing: Listing | None
    """What is listed after the paragraphs."""


class LetterTemplate(NamedTuple):
    """The blocks and the terms of one jurisdiction."""

    name: str
    states: frozenset[str]
    """Capital letters, or `*`."""
    lines_of_business: frozenset[str]
    counsel: str
    """Who has read the words, as the file says it."""
    appeal_days: int
    appeal_counts_from: CountsFrom
    external_months: int
    """0: no date can be given."""
    external_days_of_provider: int
    """0: the provider has no external review of its own."""
    blocks: tuple[LetterBlock, ...]

    @property
    def is_draft(self) -> bool:
        """Whether nobody's counsel has read it."""
        return self.counsel.startswith("nobody yet")


class NoticeItem(NamedTuple):
    """One thing that a letter must hold, with the law that asks for it (`contents.csv`)."""

    item: str
    letters: frozenset[LetterKind]
    to: frozenset[Addressee]
    when: When
    states: frozenset[str]
    lines_of_business: frozenset[str]
    block: str
    """The block that holds it."""
    slots: tuple[str, ...]
    """What that block must say, each of them not empty."""
    law: str


class SensitiveCode(NamedTuple):
    """Diagnoses that a law keeps out of letters, with words that give them away."""

    prefix: str
    kind: str
    states: frozenset[str]
    to: frozenset[Addressee]
    words: tuple[str, ...]
    law: str


class ReasonWords(NamedTuple):
    """A reason in plain words."""

    member: str
    provider: str
    judgement: str
    """The clinical judgement behind it; empty for reasons that are not clinical."""


class NeedWords(NamedTuple):
    """What is missing, in plain words, and why it is asked for."""

    member: str
    why: str


class LetterWords(NamedTuple):
    """Reasons, needs and criteria in the plain words of one policy."""

    reasons: Mapping[str, ReasonWords]
    needs: Mapping[str, NeedWords]
    criteria: Mapping[str, str]
    """Criterion -> what it asks, as a question."""


class Sender(NamedTuple):
    """Who sends the letters of a plan, and where answers go."""

    name: str
    address: str
    appeals_to: str
    phone: str
    tty: str
    fax: str
    web: str
    policy_copy: str


class LetterLibrary(NamedTuple):
    """All that letters are made of."""

    digest: str
    """`sha256:...` over the folder. It is no part of the library's: letters decide no claim."""
    order: tuple[str, ...]
    """The ids of all blocks as they follow each other in a letter."""
    common: tuple[LetterBlock, ...]
    templates: tuple[LetterTemplate, ...]
    contents: tuple[NoticeItem, ...]
    sensitive: tuple[SensitiveCode, ...]
    reasons: Mapping[str, ReasonWords]
    needs: Mapping[str, NeedWords]
    criteria: Mapping[str, str]
    """Criterion -> what it asks, as a question."""
    own: Mapping[str, LetterWords]
    """By policy: the words beside its versions, which go before those of the library."""
    services: Mapping[str, tuple[str, str]]
    """Procedure -> our label for the member and for the provider."""
    senders: Mapping[str, Sender]
    """By plan."""

    def words_of(self, policy_id: str) -> LetterWords:
        """The words of a policy: its own before the library's."""
        own = self.own.get(policy_id, LetterWords({}, {}, {}))
        return LetterWords(
            {**self.reasons, **own.reasons},
            {**self.needs, **own.needs},
            {**self.criteria, **own.criteria},
        )

    def template_for(self, state: str | None, line_of_business: str) -> LetterTemplate | None:
        """The template of a plan's law: that of its state, else that of every state."""
        found = [each for each in self.templates if line_of_business in each.lines_of_business]
        of_state = [each for each in found if state in each.states]
        for each in (*of_state, *(each for each in found if EVERY in each.states)):
            return each
        return None
