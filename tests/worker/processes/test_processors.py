"""How many processors a container leaves, as its kernel writes it down, and what a worker does."""

from __future__ import annotations

import os
from pathlib import Path

import click
import pytest

from worker.app import make_app
from worker.commands.worker import PROCESSES_A_PROCESSOR_MAX, command
from worker.config.settings import load_settings
from worker.processes.processors import usable_processors

OF_THE_MACHINE = len(os.sched_getaffinity(0))


def usable(folder: Path, limits: dict[str, str], own: str) -> int:
    """With these `cpu.max` by group, for a process whose line of version 2 names a group."""
    for group, limit in limits.items():
        (folder / group).mkdir(parents=True, exist_ok=True)
        (folder / group / "cpu.max").write_text(limit)
    (folder / "own").write_text(own)
    return usable_processors(folder, folder / "own")


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        pytest.param("100000 100000\n", 1, id="one_processor"),
        pytest.param("50000 100000\n", 1, id="half_a_processor"),
        pytest.param("1000 100000\n", 1, id="a_hundredth_of_one"),
        pytest.param("max 100000\n", OF_THE_MACHINE, id="no_limit"),
        pytest.param("99900000 100000\n", OF_THE_MACHINE, id="more_than_the_machine_has"),
        pytest.param("100000\n", OF_THE_MACHINE, id="not_two_numbers"),
        pytest.param("100000 0\n", OF_THE_MACHINE, id="a_period_of_nothing"),
        pytest.param("", OF_THE_MACHINE, id="empty"),
    ],
)
def test_the_limit_of_the_own_group_holds(tmp_path, limit, expected):
    assert expected == usable(tmp_path, {"": limit}, "0::/\n")


@pytest.mark.skipif(OF_THE_MACHINE < 2, reason="a limit above one processor shows on two")
def test_part_of_a_processor_counts_as_a_whole_one(tmp_path):
    assert 2 == usable(tmp_path, {"": "110000 100000"}, "0::/\n")


def test_the_limit_of_a_group_around_the_own_one_holds_too(tmp_path):
    limits = {"kube/pod": "100000 100000", "kube/pod/worker": "max 100000"}

    assert 1 == usable(tmp_path, limits, "5:cpu:/elsewhere\n0::/kube/pod/worker\n")


def test_the_limit_of_another_group_does_not(tmp_path):
    assert OF_THE_MACHINE == usable(tmp_path, {"other": "100000 100000"}, "0::/own\n")


def usable_of_version_1(folder: Path, quota: str, own: str, period: str = "100000\n") -> int:
    """With a quota of cgroup v1 for the group `pod` of the controllers `cpu,cpuacct`."""
    group = folder / "cpu,cpuacct" / "pod"
    group.mkdir(parents=True)
    (group / "cpu.cfs_quota_us").write_text(quota)
    (group / "cpu.cfs_period_us").write_text(period)
    (folder / "own").write_text(own)
    return usable_processors(folder, folder / "own")


@pytest.mark.parametrize(
    ("quota", "period", "expected"),
    [
        pytest.param("100000\n", "100000\n", 1, id="one_processor"),
        pytest.param("50000\n", "100000\n", 1, id="half_a_processor"),
        pytest.param("-1\n", "100000\n", OF_THE_MACHINE, id="no_limit"),
        pytest.param("99900000\n", "100000\n", OF_THE_MACHINE, id="more_than_the_machine_has"),
        pytest.param("\n", "100000\n", OF_THE_MACHINE, id="no_number"),
        pytest.param("100000\n", "0\n", OF_THE_MACHINE, id="a_period_of_nothing"),
    ],
)
@pytest.mark.parametrize("group", ["/pod", "/pod/worker"], ids=["its_own", "around_its_own"])
def test_the_limit_of_version_1_holds(tmp_path, quota, period, expected, group):
    own = f"9:memory:/elsewhere\n4:cpu,cpuacct:{group}\n0::/\n"

    assert expected == usable_of_version_1(tmp_path, quota, own, period)


@pytest.mark.parametrize(
    "own",
    [
        pytest.param("4:cpu,cpuacct:/other\n", id="of_another_group"),
        pytest.param("4:cpuset:/pod\n", id="of_another_controller"),
        pytest.param("no line of it\n", id="unreadable"),
    ],
)
def test_the_limit_of_version_1_of_others_does_not(tmp_path, own):
    assert OF_THE_MACHINE == usable_of_version_1(tmp_path, "100000", own)


def test_the_folder_of_version_1_may_be_named_otherwise_than_in_the_line(tmp_path):
    (tmp_path / "cpu").symlink_to("cpu,cpuacct")

    assert 1 == usable_of_version_1(tmp_path, "100000", "4:cpuacct,cpu:/pod\n")


def test_without_groups_the_kernel_says_where_this_process_runs(tmp_path):
    assert OF_THE_MACHINE == usable_processors(tmp_path, tmp_path / "nothing")


def concurrency(*words: str) -> int:
    """What the command takes them for."""
    # A command keeps the names of its help from the first time that it is asked.
    as_shipped = {"help_option_names": ["-h", "--help"]}
    return command.make_context("worker", list(words), **as_shipped).params["concurrency"]


def test_a_worker_has_a_process_for_each_processor_unless_told_otherwise():
    assert usable_processors() == concurrency()


def test_celery_itself_starts_as_many():
    assert usable_processors() == make_app(load_settings()).conf.worker_concurrency


def test_a_worker_takes_as_many_as_it_may_and_not_one_more():
    most = PROCESSES_A_PROCESSOR_MAX * usable_processors()

    with pytest.raises(click.BadParameter, match=f"{most + 1} is more than {most}: 4 for each"):
        concurrency("--concurrency", str(most + 1))

    assert most == concurrency("--concurrency", str(most))
