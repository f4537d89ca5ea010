"""The report's page: the figures of the command, with filters, as CSV, and never small ones."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from console.report_page.counts import SHOWN_FOR, ReportCounts
from worker.cli import adjudicator
from worker.report.sources import RecordedSource
from worker.store.keys import Keys

pytestmark = pytest.mark.xdist_group("report_page")  # some change the installation


def test_without_a_session_there_are_no_figures(console_day):
    for address in ("/report", "/report.csv"):
        assert 303 == console_day.browser().get(address).status_code


@pytest.mark.parametrize("role", ["reviewer", "senior", "auditor"])
def test_every_role_sees_the_report(console_day, role):
    answer = console_day.logged_in(role).get("/report")

    assert 200 == answer.status_code
    assert "The counters say the same." in answer.text
    assert "By plan" in answer.text
    assert " style=" not in answer.text


def test_the_file_says_what_the_command_says(console_day, monkeypatch, tmp_path):
    monkeypatch.setenv("MRS_REDIS_URL", console_day.settings.redis_url.get_secret_value())
    written = tmp_path / "report.csv"

    result = CliRunner().invoke(adjudicator, ["report", "--json", "--csv", str(written)])
    answer = console_day.logged_in().get("/report.csv")

    assert 0 == result.exit_code
    assert json.loads(result.stdout)["agrees_with_counters"]
    assert written.read_text("utf-8") == answer.text
    assert answer.headers["content-disposition"] == 'attachment; filename="report.csv"'
    assert "no-store" == answer.headers["cache-control"]


def test_small_counts_are_hidden_unless_they_are_asked_for(console_day):
    browser = console_day.logged_in()

    hidden = list(csv.DictReader(browser.get("/report.csv").text.splitlines()))
    shown = list(csv.DictReader(browser.get("/report.csv?small=1").text.splitlines()))

    assert not {row["pended"] for row in hidden} & set("123456789")
    assert {row["pended"] for row in shown} & set("123456789")


def test_a_filter_restricts_all_tables_and_stays_chosen(console_day):
    text = console_day.logged_in().get("/report?plan=sample-no-mrs&service=all&small=1").text

    assert '<option value="sample-no-mrs" selected>' in text
    assert "only plan sample-no-mrs" in text
    assert "<code>sample-commercial</code>" not in text


@pytest.mark.parametrize(
    "query",
    ["?plan=%3Cscript%3E", "?service=nobody", "?quarter=", "?state=%00&reason=%F0%9F%A6%80"],
    ids=["a script", "no service", "empty", "odd characters"],
)
def test_whatever_stands_in_the_address_is_text(console_day, query):
    answer = console_day.logged_in().get(f"/report{query}")

    assert 200 == answer.status_code
    assert "<script>" not in answer.text


def test_a_file_is_in_the_log_as_an_export(console_day):
    console_day.logged_in("auditor", "A-31").get("/report.csv?state=NY")

    last = [each for each in console_day.views() if each["viewer"] == "A-31"][-1]

    assert ("export", "report file", {"state": "NY"}) == (
        last["kind"],
        last["page"],
        last["subjects"],
    )


def test_a_count_is_kept_for_some_minutes_unless_another_is_asked_for(console_day):
    counts, now = ReportCounts(), datetime(2026, 1, 1, tzinfo=UTC)

    def at(seconds, *, anew=False):
        moment = now + timedelta(seconds=seconds)
        source = RecordedSource(console_day.redis, Keys("mrs"))
        kept = counts.get("mrs", [source], console_day.library, moment, anew=anew)
        return (kept.at - now).total_seconds()

    limit = SHOWN_FOR.total_seconds()
    assert [0, 0, limit, limit] == [at(0), at(limit - 1), at(limit), at(limit + 1)]
    assert limit + 2 == at(limit + 2, anew=True)


def test_counting_anew_leads_back_to_the_same_choice(console_day):
    answer = console_day.logged_in().get("/report?state=NY&anew=1")

    assert (303, "/report?state=NY") == (answer.status_code, answer.headers["location"])


def test_counters_that_say_otherwise_are_told(console_day):
    field = "mrs_lines_current|mrs|approved|CRITERIA_MET|commercial"
    console_day.redis.hincrby(console_day.keys.counters, field, 1)
    try:
        browser = console_day.logged_in()
        browser.get("/report?anew=1")
        assert "The counters say otherwise" in browser.get("/report").text
    finally:
        console_day.redis.hincrby(console_day.keys.counters, field, -1)


def test_where_there_is_an_archive_the_command_is_named(console_day):
    archived = Keys("mrs").archived
    console_day.redis.hset(archived, mapping={"archive": "a-1", "files": "1"})
    try:
        for address in ("/report?anew=1", "/report.csv?anew=1"):
            answer = console_day.logged_in().get(address)
            assert 409 == answer.status_code
            assert "adjudicator report --archive DIR" in answer.text
    finally:
        console_day.redis.delete(archived)
