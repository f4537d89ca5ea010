"""Which of the pended lines a reviewer wants to see, as the page's address says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from urllib.parse import urlencode

from console.worklist.open_lines import WaitingLine

DUE: Final = {
    "": "any day",
    "overdue": "overdue",
    "today": "today",
    "week": "today or in the next 7 days",
}
"""When a line is due: the value in the address, and its words."""
WHO: Final = {"": "anybody or nobody", "mine": "you", "free": "nobody", "others": "somebody else"}
"""Who has a line: the value in the address, and its words."""
SEARCH_MAX: Final = 200
_WEEK: Final = timedelta(days=7)
_DAY_FORMATS: Final = ("%Y-%m-%d", "%m/%d/%Y")


class WorkFilter(NamedTuple):
    """What is selected; an empty text selects everything."""

    reason: str = ""
    plan: str = ""
    due: str = ""
    who: str = ""
    search: str = ""
    policy: str = ""

    def query(self, **changes: str) -> str:
        """The same as the query of an address, with some parts changed or added."""
        fields = {**self._asdict(), **changes}
        return urlencode({name: value for name, value in fields.items() if value})

    def said(self) -> Iterator[tuple[str, str]]:
        """What is selected, name and value, for a form that is sent from the page."""
        return ((name, value) for name, value in self._asdict().items() if value)

    @property
    def day_searched(self) -> date | None:
        """The day that is searched for; None: it is no day."""
        for form in _DAY_FORMATS:
            try:
                return datetime.strptime(self.search, form).date()  # noqa: DTZ007  # a day has no zone
            except ValueError:
                continue
        return None


def filter_in(query: Mapping[str, str]) -> WorkFilter:
    """What an address selects; values that there are not select everything."""
    due, who = query.get("due", ""), query.get("who", "")
    return WorkFilter(
        query.get("reason", "")[:SEARCH_MAX],
        query.get("plan", "")[:SEARCH_MAX],
        due if due in DUE else "",
        who if who in WHO else "",
        query.get("search", "").strip()[:SEARCH_MAX],
        query.get("policy", "")[:SEARCH_MAX],
    )


class Search:
    """
    What somebody typed: a day of service, or a part of the id of a claim, member or provider.

    Capital and small letters are the same.
    """

    def __init__(self, chosen: WorkFilter) -> None:
        self._day = chosen.day_searched
        self._text = chosen.search.casefold()

    def finds(self, line: WaitingLine) -> bool:
        """Whether a line is meant."""
        case, billed = line.case, line.billed
        if self._day is not None:
            return billed is not None and billed.on == self._day
        return (
            self._text in case.claim_id.casefold()
            or self._text in case.member_id.casefold()
            or (billed is not None and self._text in (billed.provider or ""))
        )


def is_due(on: date, due: str, today: date) -> bool:
    """Whether a due date is meant: a line is overdue from the day after."""
    if due == "overdue":
        return on < today
    if due == "today":
        return on == today
    return today <= on <= today + _WEEK
