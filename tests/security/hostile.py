"""Texts that would do something if they were ever taken for more than texts."""

from __future__ import annotations

import unicodedata
from typing import Any, Final

from hypothesis import strategies as st

from tests.support.event_builders import (
    AUTHORIZATION,
    CLAIM,
    COVERAGE,
    FINALIZED,
    PERSON,
    REPORT,
    REVIEW,
    TREATMENT,
    denial,
    event_of,
    with_value,
)

MARK: Final = "QZX7"
"""Stands in every hostile text, so that it is found wherever it comes out."""

STEERING: Final = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode categories of what moves a cursor or hides a letter."""

TEXTS: Final = {
    "clears_the_screen": "\x1b[2J\x1b[H",
    "sets_the_title": "\x1b]0;owned\x07",
    "asks_the_terminal_to_type": "\x1b[6n\x1bP$q\x1b\\",
    "eight_bit_escape": "\x9b31m",
    "hides_by_direction": "\u202egnikcah\u2066",
    "overwrites_the_line": "approved\rdenied\b\b",
    "new_lines": "a\nb\r\nc\x0b\x0c\x85\u2028\u2029d",
    "forges_a_log_line": '"}\n{"level":"critical","event":"owned"}',
    "forges_a_metric": 'x"} 1\nmrs_redis_up 7\n#',
    "redis_protocol": "\r\n*1\r\n$8\r\nFLUSHALL\r\n",
    "redis_inline": "x\r\nSHUTDOWN NOSAVE\r\n",
    "another_key": "x:record:M-1",
    "the_door": ":events",
    "a_hash_tag": "{mrs}{0}",
    "a_pattern": "*?[a-z]^",
    "lua": "' .. redis.call('FLUSHALL') .. '",
    "lua_long_text": "]]redis.call('FLUSHALL')--[[",
    "percent_format": "%s%n%(id)s%d%%",
    "brace_format": "{0.__class__.__mro__}{data[claim_id]}{}",
    "template": "${jndi:ldap://127.0.0.1/a}{{7*7}}$(touch owned)`touch owned`",
    "rich_markup": "[bold red]x[/][link=file:///etc/passwd]",
    "a_path": "../../../../etc/passwd",
    "an_absolute_path": "/etc/passwd",
    "an_option": "--raw",
    "sql": "'; DROP TABLE claims;--",
    "html": "<script>alert(1)</script>",
    "a_formula": "=cmd|'/C calc'!A0",
    "zero": "\x00after",
    "widest_letters": "\U0010fffe\U0001f9ff" * 20,
    "combining": "e" + "\u0301" * 200,
    "very_long": "x" * 250,
    "number": "1e999",
    "a_word_of_ours": "readjudicate",
}  # fmt: skip
"""By what each would do."""

FIELDS: Final = {
    CLAIM: "id source data.claim_id data.member_id data.plan_id data.place_of_service "
    "data.lines[0].rendering_npi data.lines[0].revenue_code data.lines[0].ordering_npi "
    "data.attestations[0].kind data.attestations[0].reference data.attestations[0].unit",
    FINALIZED: "id source data.claim_id data.member_id",
    REPORT: "id source data.study_id data.member_id",
    COVERAGE: "id source data.member_id data.plan_id",
    TREATMENT: "id source data.treatment_id data.member_id",
    AUTHORIZATION: "id source data.authorization_id data.member_id",
    REVIEW: "id source data.claim_id data.member_id data.reason data.reviewer_role "
    "data.reviewer_id data.credential",
    PERSON: "id source data.member_id",
}
"""Every place of an event that takes any text; a code has a form of its own."""

CODES: Final = {
    CLAIM: "data.diagnoses[0] data.lines[0].procedure data.lines[0].modifiers[0] "
    "data.lines[0].ordering_specialty",
    REPORT: "data.procedure data.modifiers[0] data.diagnoses[0]",
    TREATMENT: "data.procedure data.diagnoses[0] data.therapy",
    AUTHORIZATION: "data.procedure",
    REVIEW: "data.carc data.rarc[0]",
}
"""Every place that takes a code and so none of the texts."""

BASES: Final = {event_type: event_of(event_type) for event_type in FIELDS} | {REVIEW: denial()}


def marked(text: str) -> str:
    """A hostile text that is a valid id and can be found again."""
    return f"{MARK}{text}"[:256]


hostile_texts = st.sampled_from(sorted(TEXTS.values())).map(marked) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=60
).map(marked)
"""Those of the table, and any others."""


def hostile_event(event_type: str, text: str, number: int) -> dict[str, Any]:
    """An event of the type with the text in every place that takes one; its ids are its own."""
    event = BASES[event_type]
    for path in FIELDS[event_type].split():
        event = with_value(event, path, text)
    return with_value(event, "id", f"{event_type}-{number}{text}"[:256])


def hostile_codes(event_type: str, text: str, number: int) -> dict[str, Any]:
    """An event of the type with the text in every place that takes a code."""
    event = BASES[event_type]
    for path in CODES[event_type].split():
        event = with_value(event, path, text)
    return with_value(event, "id", f"codes-{event_type}-{number}")


def is_steering(output: str) -> bool:
    """Whether a terminal would do anything with an output but show it."""
    return any(unicodedata.category(letter) in STEERING for letter in output.replace("\n", ""))
