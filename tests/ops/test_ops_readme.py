"""The page on watching has a row for each alert, and its pictures and links are there."""

from __future__ import annotations

import re

import pytest

from ops.grafana import picture
from tests.ops.alert_causes import ALWAYS, BUSINESS, BY_SERIES_ONLY, MACHINE
from tests.ops.expressions import PAGES
from tests.ops.fire_alerts import names_of
from tests.support.prometheus import SHIPPED
from tests.support.sources import ROOT, text_of
from worker.metrics import catalog

TEXT = text_of("ops/README.md")


def test_the_table_of_fired_alerts_has_a_row_for_each_and_says_that_it_fired():
    rows = re.findall(r"^\| \[(Mrs\w+)\]\([^)]+\) \| (\w+) \| .* \| (.*) \|$", TEXT, re.MULTILINE)

    fired = {(alert, severity) for alert, severity, after in rows if re.fullmatch(r"\d+ s", after)}

    caused = {name for cause in (*BUSINESS, *MACHINE) for name in names_of(cause)}
    assert fired == caused | {(ALWAYS, "none")}
    assert set(BY_SERIES_ONLY) == {alert for alert, _, after in rows if after == "-"}


def test_links_and_pictures_lead_somewhere():
    links = re.findall(r"\]\(([^)#]+)\)", TEXT)

    assert links
    assert [] == [link for link in links if not (ROOT / "ops" / link).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.uid)
def test_a_picture_shows_every_panel(page):
    drawn = text_of(f"ops/pictures/{page.uid}.svg")

    missing = [panel.title for panel in page.panels if f">{panel.title}</text>" not in drawn]

    assert [] == missing


def test_metrics_beside_the_contract_are_described():
    of_the_contract = set(re.findall(r"`(mrs_\w+)`", text_of("docs/contract.md")))
    others = {metric.name for metric in (*catalog.EXPORTED, *catalog.OF_A_WORKER)}

    assert set() == others - of_the_contract - set(re.findall(r"`(mrs_\w+)`", TEXT))


def test_ports_are_those_of_the_configuration():
    configured = (SHIPPED / "prometheus.yml").read_text()

    for port in ("9808", "9809"):
        assert port in TEXT
        assert port in configured


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        pytest.param(0.125, "percentunit", "12.5%", id="share"),
        pytest.param(0.0125, "s", "12.5 ms", id="short_time"),
        pytest.param(61.0, "s", "61.0 s", id="time"),
        pytest.param(1234.0, "short", "1,234", id="count"),
        pytest.param(1234.5, "short", "1,234", id="more_than_can_be_told_apart"),
        pytest.param(0.0266, "short", "0.0266", id="fraction"),
        pytest.param(2.5, "cps", "2.5/s", id="rate"),
        pytest.param(3 * 2**20, "bytes", "3 MiB", id="memory"),
    ],
)
def test_values_are_drawn_as_a_person_reads_them(value, unit, expected):
    assert expected == picture.shown(value, unit)
