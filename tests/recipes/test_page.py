"""A page can be added as ARCHITECTURE.md says, and each forgotten step is noticed."""

from __future__ import annotations

from tests.support.recipes import Step, carry_out, steps_on_the_page

ROUTES = '''"""A page of what everybody should know."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.access.guards import viewed
from console.page import Page


def routes() -> list[Route]:
    """The one page."""
    return [Route("/notices", show)]


@viewed("notices")
def show(request: Request) -> Response:
    """What everybody should know."""
    return Page.of(request).render("notice_pages/notices.html")
'''
TEMPLATE = """\
{% extends "base.html" %}
{% block title %}Notices{% endblock %}
{% block main %}
<h1>Notices</h1>
<p>There is none.</p>
{% endblock %}
"""
LINK = '    NavigationLink("/notices", "Notices", "What everybody should know."),\n'
TOLD = "| `/notices` | what everybody should know | everybody |\n"
TRIED = '    "notices": ("auditor", "/notices"),\n'
FOLDER = "| what everybody should know | `notice_pages/` |\n"


def answer_a_request(copy):
    copy.write("console/notice_pages/__init__.py", '"""What everybody should know."""\n')
    copy.write("console/notice_pages/routes.py", ROUTES)


def show_something(copy):
    copy.write("console/templates/notice_pages/notices.html", TEMPLATE)


def put_it_among_the_routes(copy):
    imported = "from console.notice_pages.routes import routes as notice_routes\n"
    copy.insert("console/app.py", r"^from console\.logins import Logins\n", imported)
    copy.insert("console/app.py", r"^        \*report_routes\(\),\n", "        *notice_routes(),\n")


def lead_there(copy):
    copy.insert("console/navigation.py", r"^LINKS: Final = \(\n", LINK)


def put_it_into_the_docs(copy):
    copy.insert("docs/console.md", r"^\| `/report\.csv` .*\n", TOLD)


def try_it_for_barriers(copy):
    copy.insert("tests/console/browser/test_barriers.py", r"^PAGES = \{\n", TRIED)


def name_its_folder(copy):
    copy.insert("ARCHITECTURE.md", r"^\| the report, with filters and as CSV .*\n", FOLDER)


def test_a_page_is_added_as_told_and_each_forgotten_step_is_noticed(copy):
    navigation = "tests/console/test_navigation.py::"
    shown = f"{navigation}test_every_page_is_shown_with_a_title_and_one_heading"
    served = f"{navigation}test_a_link_is_offered_to_exactly_those_who_may_open_its_page[/notices]"
    reached = f"{navigation}test_every_page_is_reached_by_links_from_the_start"
    told = f"{navigation}test_every_page_is_in_the_table_of_the_docs"
    tried = f"{navigation}test_every_page_that_links_lead_to_is_tried_for_barriers"
    named = "tests/drift/test_architecture.py::test_each_folder_of_the_code_is_named"
    steps = [
        Step("console/<pages>/routes.py", answer_a_request, [shown]),
        Step("console/templates/<pages>/<page>.html", show_something, [shown]),
        Step("console/app.py", put_it_among_the_routes, [served]),
        Step("console/navigation.py", lead_there, [reached]),
        Step("docs/console.md", put_it_into_the_docs, [told]),
        Step("tests/console/browser/test_barriers.py", try_it_for_barriers, [tried]),
        Step("ARCHITECTURE.md", name_its_folder, [named]),
    ]

    assert [step.path for step in steps] == steps_on_the_page("A page of the console")
    assert [] == carry_out(copy, steps)
