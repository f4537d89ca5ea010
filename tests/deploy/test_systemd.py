"""deploy/systemd: units that systemd takes, with commands, settings and files that there are."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.support.programs import needed_program
from tests.support.sources import ROOT, text_of
from worker.cli import COMMANDS
from worker.config.setting_names import PREFIX
from worker.config.settings import Settings
from worker.processes.shutdown import WARM_SECONDS_MAX

FOLDER = ROOT / "deploy/systemd"
SERVICES = sorted(FOLDER.glob("*.service"))
TIMERS = sorted(FOLDER.glob("*.timer"))
PROGRAM = "/opt/adjudicator/bin/adjudicator"
SCRIPT = "/usr/local/lib/mrs-adjudicator/backup.sh"
README = text_of("deploy/README.md")


def settings_of(unit: Path) -> dict[str, list[str]]:
    """Each key of a unit with its values, in their order."""
    found = defaultdict(list)
    for line in unit.read_text().splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found[key].append(value)
    return found


def environment_of(unit: Path) -> dict[str, str]:
    """What a service is told."""
    words = [word for each in settings_of(unit)["Environment"] for word in shlex.split(each)]
    return dict(word.split("=", 1) for word in words)


def verified(folder: Path, changes: dict[str, str]) -> str:
    """What systemd says against the units, with programs of this machine in their places."""
    analyze = needed_program("systemd-analyze")
    here = {
        PROGRAM: str(Path(sys.executable).parent / "adjudicator"),
        SCRIPT: str(ROOT / "deploy/kubernetes/backup/backup.sh"),
    }
    for unit in (*SERVICES, *TIMERS):
        text = unit.read_text()
        for word, other in (here | changes).items():
            text = text.replace(word, other)
        (folder / unit.name).write_text(text)
    said = subprocess.run(
        [analyze, "verify", *folder.iterdir()], capture_output=True, text=True, check=False
    )
    return said.stdout + said.stderr


def test_systemd_takes_the_units(tmp_path):
    assert "" == verified(tmp_path, {})


@pytest.mark.parametrize(
    ("word", "slip"),
    [
        ("TimeoutStopSec", "TimeoutStopsSec"),
        ("Restart=always", "Restart=ever"),
        ("OnCalendar=*-*-* 03", "OnCalendar=*-*-* 33"),
        ("ExecStart=/", "ExecStart=nowhere/"),
    ],
    ids=["a key", "a value", "a time", "a program"],
)
def test_systemd_finds_a_slip(tmp_path, word, slip):
    assert verified(tmp_path, {word: slip})


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.stem)
def test_a_service_runs_a_command_that_there_is(unit):
    (line,) = settings_of(unit)["ExecStart"]
    program, *words = line.split()

    assert program in {PROGRAM, SCRIPT}
    assert program == SCRIPT or words[0] in COMMANDS


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.stem)
def test_a_service_is_told_settings_that_there_are(unit):
    names = {name for name in environment_of(unit) if name.startswith(PREFIX)}

    assert names <= {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.stem)
def test_a_secret_is_a_file_that_systemd_hands_over_and_the_readme_installs(unit):
    handed = dict(each.split(":") for each in settings_of(unit)["LoadCredential"])
    read = {value for name, value in environment_of(unit).items() if name.endswith("_FILE")}

    assert {f"%d/{name}" for name in handed} == read
    assert handed == {name: f"/etc/mrs-adjudicator/{name}" for name in handed}
    (installed,) = re.findall(
        r"^install -m 600 ([^\\]+)\\\n +/etc/mrs-adjudicator/$", README, re.MULTILINE
    )
    assert set(handed) <= set(installed.split())


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.stem)
def test_a_service_may_do_nothing_but_its_work(unit):
    told = settings_of(unit)

    assert ["mrs-adjudicator"] == told["User"]
    assert ["strict"] == told["ProtectSystem"]
    assert [""] == told["CapabilityBoundingSet"]
    assert ["yes"] == told["NoNewPrivileges"]


@pytest.mark.parametrize("name", ["mrs-worker", "mrs-exporter"])
def test_what_notices_a_lost_installation_remembers_it_in_a_folder_that_outlives_a_reboot(name):
    told = settings_of(FOLDER / f"{name}.service")

    assert f"%S/{name}" == environment_of(FOLDER / f"{name}.service")["MRS_STATE_DIR"]
    assert ([name], ["0700"]) == (told["StateDirectory"], told["StateDirectoryMode"])
    assert f"`/var/lib/{name}`" in README


def test_a_worker_is_given_longer_to_end_than_it_takes():
    (seconds,) = settings_of(FOLDER / "mrs-worker.service")["TimeoutStopSec"]

    assert int(seconds) > WARM_SECONDS_MAX


@pytest.mark.parametrize("unit", TIMERS, ids=lambda path: path.stem)
def test_a_timer_starts_a_service_of_its_name_each_day_and_is_enabled_by_the_readme(unit):
    (when,) = settings_of(unit)["OnCalendar"]

    assert unit.with_suffix(".service") in SERVICES
    assert re.fullmatch(r"\*-\*-\* \d\d:\d\d:00 UTC", when)
    assert ["yes"] == settings_of(unit)["Persistent"]
    assert unit.name in README


def test_the_backup_comes_after_the_archive_and_reads_what_it_wrote():
    archive, backup = (settings_of(FOLDER / f"mrs-{name}.timer") for name in ("archive", "backup"))
    (written,) = settings_of(FOLDER / "mrs-archive.service")["ExecStart"]
    (read,) = settings_of(FOLDER / "mrs-backup.service")["ExecStart"]

    assert archive["OnCalendar"] < backup["OnCalendar"]
    assert written.split()[-1] == read.split()[-1]


def test_the_readme_installs_what_the_units_run():
    assert f"deploy/kubernetes/backup/backup.sh \\\n    {SCRIPT}\n" in README
    assert "install -m 644 deploy/systemd/* /etc/systemd/system/\n" in README
