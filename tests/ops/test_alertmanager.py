"""Alertmanager's configuration: valid, and each urgency goes where it belongs."""

from __future__ import annotations

import re
import subprocess

import pytest
import yaml

from tests.support.programs import needed_program
from tests.support.prometheus import alert_names, all_rules
from tests.support.sources import ROOT

FILE = ROOT / "ops/alertmanager/alertmanager.yml"
CONFIG = yaml.safe_load(FILE.read_text())


def test_alertmanager_takes_it():
    amtool = needed_program("amtool")

    checked = subprocess.run(
        [amtool, "check-config", FILE], capture_output=True, text=True, check=False
    )

    assert 0 == checked.returncode, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("severity", "receiver"),
    [("page", "page"), ("ticket", "ticket"), ("none", "watchdog")],
)
def test_alertmanager_itself_sends_each_urgency_to_its_receiver(severity, receiver):
    amtool = needed_program("amtool")

    sent = subprocess.run(
        [amtool, "config", "routes", "test", f"--config.file={FILE}", f"severity={severity}"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert receiver == sent.stdout.strip()


def test_every_urgency_has_a_route_of_its_own_or_the_first_one():
    (root,) = ({CONFIG["route"]["receiver"]},)
    own = {each["receiver"]: each["matchers"] for each in CONFIG["route"]["routes"]}
    urgencies = {rule["labels"]["severity"] for rule in all_rules() if "alert" in rule}

    assert {"ticket"} == root
    assert {"watchdog": ['severity = "none"'], "page": ['severity = "page"']} == own
    assert {"page", "ticket", "none"} == urgencies


def test_installations_are_told_apart():
    assert "installation" in CONFIG["route"]["group_by"]
    assert [] == [each for each in CONFIG["inhibit_rules"] if "installation" not in each["equal"]]


def test_what_holds_others_back_are_alerts_that_there_are():
    named = set(re.findall(r"Mrs\w+", str(CONFIG["inhibit_rules"])))

    assert named
    assert set() == named - alert_names()


def test_nobody_is_told_until_someone_fills_it_in():
    assert [{"name": name} for name in ("page", "ticket", "watchdog")] == CONFIG["receivers"]
