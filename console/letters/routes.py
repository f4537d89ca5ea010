"""The addresses of letters: one as it would be sent, and its files."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, cast

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.access.guards import viewed
from console.letters.case import Lettering, LetterRefused
from console.letters.content import Letter
from console.letters.forms import FORMS, MEDIA_TYPES, LetterForm, made
from console.letters.loading import load_letters
from console.letters.model import Addressee
from console.letters.recorded import recorded_letter
from console.page import Page
from rules.loading.faults import LibraryRefused
from rules.loading.files import SHIPPED
from worker.events.fields import is_identifier
from worker.explain.claim_history import NoSuchClaim, SeveralMembers, claim_in_redis
from worker.failures import MissingError
from worker.store.keys import Keys

_NO_NAME: Final = re.compile(r"[^A-Za-z0-9-]+")
"""What a claim's id may hold and a file's name should not."""
_NAME_CHARACTERS_MAX: Final = 40
_ENDINGS: Final[dict[LetterForm, str]] = {"text": "txt", "html": "html", "pdf": "pdf"}


class NoLetter(MissingError):
    """There is no such letter; the message says why."""

    def __init__(self, why: str, status: int) -> None:
        self.status = status
        super().__init__(why)


def routes() -> list[Route]:
    """Which line, whose and to whom stands in the query, so that it is in the log of views."""
    return [Route("/letter", show), Route("/letter/file", send)]


@viewed("letter", kind="letter")
def show(request: Request) -> Response:
    """A letter on the page, with links to its files and to the other addressee's."""
    page = Page.of(request)
    try:
        return _rendered(page, _letter(page, request.query_params))
    except NoLetter as none:
        return _rendered(page, none)


@viewed("letter file", kind="letter")
def send(request: Request) -> Response:
    """A letter as a file to keep; the same letter is the same bytes."""
    page = Page.of(request)
    form = _form(request.query_params)
    try:
        letter = _letter(page, request.query_params)
    except NoLetter as none:
        return _rendered(page, none)
    claim = _NO_NAME.sub("-", request.query_params.get("claim", ""))[:_NAME_CHARACTERS_MAX]
    named = f'attachment; filename="{claim}-{letter.kind}-{letter.to}.{_ENDINGS[form]}"'
    return Response(
        made(letter, form),
        media_type=MEDIA_TYPES[form],
        headers={"Content-Disposition": named},
    )


def _rendered(page: Page, found: Letter | NoLetter) -> Response:
    asked = page.request.query_params
    is_none = isinstance(found, NoLetter)
    return page.render(
        "letters/letter_page.html",
        found.status if isinstance(found, NoLetter) else 200,
        letter=None if is_none else found,
        why=str(found) if is_none else "",
        asked={name: asked.get(name, "") for name in ("claim", "member", "line", "date")},
        to=_addressee(asked),
    )


def _letter(page: Page, asked: QueryParams) -> Letter:
    """The letter that is asked for; raises `NoLetter`."""
    claim_id, member_id = asked.get("claim", ""), asked.get("member", "")
    if not is_identifier(claim_id) or not is_identifier(member_id):
        raise NoLetter("Name the claim and its member.", 404)
    page = page.of_member(member_id)
    try:
        known = claim_in_redis(page.redis, Keys(page.settings.prefix), claim_id, member_id)
    except (NoSuchClaim, SeveralMembers):
        raise NoLetter("This member has no such claim.", 404) from None
    line = asked.get("line", "")
    if not (line.isascii() and line.isdigit() and int(line[:4]) in known.lines):
        raise NoLetter("The claim has no such line.", 404)
    try:
        folder = page.settings.library or SHIPPED
        of = Lettering(page.library, load_letters(folder, page.library))
        return recorded_letter(known, int(line), of, _addressee(asked), on=_date(asked))
    except (LetterRefused, LibraryRefused) as refused:
        raise NoLetter(str(refused), 409) from None


def _addressee(asked: QueryParams) -> Addressee:
    return "provider" if asked.get("to") == "provider" else "member"


def _form(asked: QueryParams) -> LetterForm:
    form = cast("LetterForm", asked.get("format", "pdf"))
    return form if form in FORMS else "pdf"


def _date(asked: QueryParams) -> date | None:
    try:
        return date.fromisoformat(asked.get("date", ""))
    except ValueError:
        return None
