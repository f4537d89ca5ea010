"""A claim's page as a nurse reads it, on the sample day."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from click.testing import CliRunner

from console.claim import changes
from console.deciding.cases import Case
from tests.support.event_builders import CLAIM, REPORT, encoded, event_of
from worker.cli import adjudicator

pytestmark = pytest.mark.xdist_group("claim_page")


def shown(console_day: Any, claim: str, **asked: Any) -> str:
    answer = console_day.logged_in().get("/claim", params={"claim": claim, **asked})
    assert 200 == answer.status_code
    return str(answer.text)


def in_one_line(text: str) -> str:
    return " ".join(text.split())


def test_the_outcome_stands_in_few_words_and_then_in_those_of_explain(console_day, monkeypatch):
    monkeypatch.setenv("MRS_REDIS_URL", console_day.server.url)
    told = CliRunner(env={"COLUMNS": "300"}).invoke(adjudicator, ["explain", "CLM-2025-0460"])

    text = shown(console_day, "CLM-2025-0460", line=1)

    assert '<strong class="sentence">Pended: result of MRI or CT not clear.</strong>' in text
    because = re.search(r"</strong>\s*<br><span>(.*?)</span>", text)
    assert because
    assert because[1][1:] in in_one_line(told.stdout)
    for need in ("A reviewer&#39;s decision on the line.", "(conventional_imaging_report)"):
        assert need in text
    assert "Due by 2025-08-15." in in_one_line(told.stdout)
    assert "Due by 2025-08-15." in text


def test_the_diagnoses_of_the_line_stand_in_its_head(console_day):
    text = in_one_line(shown(console_day, "CLM-2025-0460", line=1))

    assert re.search(r"<dt>Diagnoses</dt><dd>[A-Z]\d\d[.\w, ]*</dd>", text)


def test_age_and_sex_stand_above_the_picture_without_the_day_of_birth(console_day):
    known = shown(console_day, "CLM-2025-0449")
    unknown = shown(console_day, "CLM-2025-0460")

    assert "<p>Age 64 on the day of this line, sex female.</p>" in known
    assert "1961" not in known
    assert "on the day of this line" not in unknown


def test_a_finding_says_what_it_looked_at_beside_how_we_read_the_policy(console_day):
    text = shown(console_day, "CLM-2025-0460", line=1)

    finding = text.split('class="finding deciding"')[1].split("</li>")[0]
    assert "Conventional imaging:" in finding
    assert "this decides" in finding
    assert "Looked at: report ST-011-1" in in_one_line(finding)
    assert "How we read the policy: I.A" in finding
    assert "conventional_lookback_days = 180" in finding


def test_the_picture_has_a_title_a_description_and_the_same_as_a_table(console_day):
    text = shown(console_day, "CLM-2025-0460", line=1)

    svg = text.split("<svg")[1].split("</svg>")[0]
    assert 'role="img" aria-labelledby="timeline-title timeline-desc"' in svg
    assert "The line in question is of 2025-06-28." in svg
    assert "Shown by day: 1 MRI or CT, 2 MRS, 1 Treatment." in svg
    assert "style=" not in svg
    assert "The same as a table (4)" in text
    assert "within the 180 days in which MRI or CT is looked for" in text


def test_parts_of_one_study_on_several_claims_are_shown_together(console_day):
    (line,) = event_of(CLAIM)["data"]["lines"]
    for claim, modifier in (("C-26", "26"), ("C-TC", "TC")):
        lines = [{**line, "modifiers": [modifier]}]
        event = event_of(CLAIM, claim_id=claim, member_id="M-parts", lines=lines)
        console_day.work_off(encoded(event | {"id": claim}))

    text = in_one_line(shown(console_day, "C-26"))

    assert "is one study, known from" in text
    assert "line 1 of claim C-26 (professional part, plan sample-commercial) (this line)" in text
    assert "line 1 of claim C-TC (technical part, plan sample-commercial)</a>" in text


def test_revisions_say_what_caused_each(console_day):
    pended = event_of(CLAIM, claim_id="C-rev", member_id="M-rev", attestations=[])
    report = event_of(REPORT, member_id="M-rev") | {"id": "mri-1"}
    console_day.work_off(encoded(pended | {"id": "rev-1"}), encoded(report))

    text = shown(console_day, "C-rev")

    rows = text.split("<h2>Revisions</h2>")[1]
    assert f"{pended['source']} rev-1" in rows
    assert f"{report['source']} mri-1" in rows
    assert "Approved: all criteria met." in text


def test_a_line_that_was_approved_and_no_longer_is_is_flagged(console_day):
    approved = event_of(CLAIM, claim_id="C-paid", member_id="M-paid")
    pet = event_of(REPORT, study_id="P-1", member_id="M-paid", procedure="78608", modifiers=[])
    console_day.work_off(encoded(approved | {"id": "paid"}))
    console_day.work_off(encoded(pet | {"id": "pet-paid"}))

    text = shown(console_day, "C-paid")

    assert "only a person may take anything back" in text


def _latest(console_day: Any) -> list[dict[str, Any]]:
    data = (json.loads(event)["data"] for event in console_day.world.determinations())
    return list({(one["claim_id"], one["line"], one["member_id"]): one for one in data}.values())


def test_every_claim_of_the_day_can_be_shown(console_day):
    browser = console_day.logged_in()

    cases = [Case(one["member_id"], one["claim_id"], one["line"]) for one in _latest(console_day)]

    answers = [browser.get(f"/claim?{case.query}").status_code for case in cases]

    assert {200} == set(answers)


def test_what_would_change_it_is_told_at_once_where_little_is_known(console_day):
    text = in_one_line(shown(console_day, "CLM-2025-0460", line=1))

    assert "Each set was decided again" in text
    assert "It would be resolved by" in text
    assert "What a notice may say of it" in text


@pytest.mark.parametrize(
    ("at_once", "on_demand", "expected"),
    [
        pytest.param(0, 99, "Find out what would change it", id="on_demand"),
        pytest.param(0, 0, "adjudicator explain --what-would-change", id="by_the_command"),
    ],
)
def test_of_more_it_is_asked_for(console_day, monkeypatch, at_once, on_demand, expected):
    monkeypatch.setattr(changes, "AT_ONCE_EVENTS_MAX", at_once)
    monkeypatch.setattr(changes, "ON_DEMAND_EVENTS_MAX", on_demand)

    text = shown(console_day, "CLM-2025-0460", line=1)
    asked = shown(console_day, "CLM-2025-0460", line=1, changes="yes")

    assert expected in text
    assert ("Each set was decided again" in asked) is (on_demand > 0)


def test_where_the_law_lets_a_person_see_the_findings_only_nothing_points_anywhere(console_day):
    console_day.work_off(encoded(_in_texas()))

    text = shown(console_day, "C-tx")

    assert "Pended: a person decides it; below is what the rules found." in text
    assert 'class="findings plain-colours"' in text
    assert "this decides" not in text
    assert "ecommended" not in text
    assert "clinical denial" not in text
    assert "What would change the outcome is not shown." in text
    assert 'class="notice outcome "' in text


def test_nor_does_the_worklist_say_where_the_findings_point(console_day):
    console_day.work_off(encoded(_in_texas()))

    row = console_day.logged_in().get("/worklist?search=C-tx").text.split("C-tx, line 1")[1]

    assert "a person decides it" in row.split("</tr>")[0]
    assert "clinical denial" not in row.split("</tr>")[0]


def _in_texas() -> dict[str, Any]:
    """A claim that a law leaves to a person: the rules found no indication."""
    (line,) = event_of(CLAIM)["data"]["lines"]
    line = {**line, "date_of_service": "2026-01-10", "diagnosis_pointers": [1]}
    terms = {"plan_id": "sample-tx-commercial", "received_at": "2026-01-20"}
    event = event_of(CLAIM, claim_id="C-tx", member_id="M-tx", diagnoses=["F03.90"], **terms)
    return {**event, "id": "tx", "data": {**event["data"], "lines": [line], "attestations": []}}


def test_without_a_line_the_first_that_waits_is_shown(console_day):
    assert "<h1>Claim CLM-2025-0460, line 1</h1>" in shown(console_day, "CLM-2025-0460")
    assert "<h1>Claim CLM-2025-0460, line 2</h1>" in shown(console_day, "CLM-2025-0460", line="2")
    assert "<h1>Claim CLM-2025-0460, line 1</h1>" in shown(console_day, "CLM-2025-0460", line="77")


def test_a_claim_id_of_several_members_asks_whose(console_day):
    for member in ("M-a", "M-b"):
        event = event_of(CLAIM, claim_id="C-two", member_id=member)
        console_day.work_off(encoded(event | {"id": member}))

    text = shown(console_day, "C-two")

    assert "Whose is meant?" in text
    assert "/claim?claim=C-two&amp;member=M-b" in text


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({"claim": "no-such"}, id="unknown"),
        pytest.param({}, id="none"),
        pytest.param({"claim": "CLM-2025-0460", "member": "M-001"}, id="another_members"),
        pytest.param({"claim": "../../etc/passwd"}, id="a_path"),
        pytest.param({"claim": "x" * 500}, id="too_long"),
        pytest.param({"claim": "C\n1"}, id="a_line_end"),
    ],
)
def test_a_claim_that_there_is_not_is_said_to_be_none(console_day, asked):
    answer = console_day.logged_in().get("/claim", params=asked)

    assert 404 == answer.status_code
    assert "No such claim" in answer.text


def test_what_is_archived_is_said_to_be(console_day):
    event = event_of(CLAIM, claim_id="C-old", member_id="M-old")
    console_day.work_off(encoded(event | {"id": "old"}))
    for entry_id in console_day.redis.lrange(console_day.keys.index("M-old"), 0, -1):
        console_day.redis.xdel(console_day.keys.determinations, entry_id)

    answer = console_day.logged_in().get("/claim", params={"claim": "C-old"})

    assert 404 == answer.status_code
    assert "they may be archived" in answer.text


def test_stored_text_is_shown_as_text(console_day):
    claim = '<script>alert(1)</script>"'
    event = event_of(CLAIM, claim_id=claim, member_id="<b>M", attestations=[])
    console_day.work_off(encoded(event | {"id": "<i>id"}))

    text = shown(console_day, claim) + console_day.logged_in().get("/worklist").text

    assert "<script>" not in text
    assert "<b>M" not in text
    assert "<i>id" not in text


def test_a_view_of_a_claim_is_recorded(console_day):
    console_day.logged_in("auditor", "A-8").get("/claim?claim=CLM-2025-0460&member=M-011")

    mine = [each for each in console_day.views() if each["viewer"] == "A-8"]
    assert ("claim", {"claim": "CLM-2025-0460", "member": "M-011"}) == (
        mine[-1]["page"],
        mine[-1]["subjects"],
    )
