"""The jobs of deploy/kubernetes: the archive and the backup, with their volumes and their times."""

from __future__ import annotations

import pytest

from tests.deploy.kubernetes_objects import BACKUP, BY_NAME, JOBS, TOLD, container_of
from worker.cli import adjudicator
from worker.config.settings import Settings

SPECS = {name: BY_NAME[f"CronJob {name}"]["spec"] for name in JOBS}


def test_the_archive_is_a_command_that_there_is_in_a_folder_of_its_volume():
    program, folder = container_of("archive")["args"]
    command = adjudicator.get_command(None, program)  # type: ignore[arg-type]  # asks no context
    (place,) = (
        each["mountPath"]
        for each in container_of("archive")["volumeMounts"]
        if each["name"] == "archive"
    )

    assert command is not None
    assert folder == f"{place}/archive"


def test_the_backup_copies_the_archive_from_where_the_archive_writes_it():
    _, script, target, archive = container_of("backup")["command"]
    mounts = {each["name"]: each for each in container_of("backup")["volumeMounts"]}

    assert container_of("archive")["args"][1] == archive
    assert mounts["archive"]["readOnly"] is True
    assert mounts["backup"]["mountPath"] == target
    assert script == f"{mounts['script']['mountPath']}/backup.sh"
    assert (BACKUP / "backup.sh").is_file()


def test_what_the_backup_is_told_is_what_the_script_reads():
    script = (BACKUP / "backup.sh").read_text()
    told = {each["name"]: each["value"] for each in container_of("backup")["env"]}

    assert {"REDIS_WORDS", "PASSWORD_FILE", "PREFIX", "KEEP"} == set(told)
    assert [] == [name for name in told if f"${{{name}:-" not in script]
    assert TOLD["MRS_PREFIX"] == told["PREFIX"] == Settings.model_fields["prefix"].default


@pytest.mark.parametrize("name", JOBS)
def test_a_job_never_runs_beside_itself_and_ends_some_day(name):
    job = SPECS[name]["jobTemplate"]["spec"]

    assert "Forbid" == SPECS[name]["concurrencyPolicy"]
    assert "Never" == JOBS[name]["restartPolicy"]
    assert 0 < job["activeDeadlineSeconds"] < 86400
    assert SPECS[name]["timeZone"] == "Etc/UTC"


def test_each_runs_once_a_day_and_the_backup_after_the_archive():
    hours = {}
    for name, spec in SPECS.items():
        minute, hours[name], *rest = spec["schedule"].split()
        assert minute.isdigit()
        assert ["*", "*", "*"] == rest

    assert int(hours["archive"]) < int(hours["backup"])


@pytest.mark.parametrize("name", JOBS)
def test_a_job_has_a_volume_of_its_own_that_outlives_it(name):
    claim = BY_NAME[f"PersistentVolumeClaim {name}"]["spec"]
    claimed = {
        each["name"]: each["persistentVolumeClaim"]["claimName"]
        for each in JOBS[name]["volumes"]
        if "persistentVolumeClaim" in each
    }

    assert ["ReadWriteOnce"] == claim["accessModes"]
    assert claimed[name] == name
    assert set(claimed) <= set(JOBS)
