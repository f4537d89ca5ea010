"""What children did is added up by their main process."""

from __future__ import annotations

import os

from worker.intake.work_reports import FinishedWork, WorkReports


def test_what_children_send_is_added_up():
    reports = WorkReports()
    for applied in (1, 2):
        if os.fork() == 0:
            reports.send(FinishedWork(applied=applied, set_aside=1, determinations=3))
            os._exit(0)
        os.wait()

    reports.receive()
    reports.receive()

    assert FinishedWork(applied=3, set_aside=2, determinations=6) == reports.total
    assert 5 == reports.total.events


def test_nothing_done_is_not_reported():
    reports = WorkReports()

    reports.send(FinishedWork())

    reports.receive()
    assert FinishedWork() == reports.total


def test_a_main_process_that_does_not_read_holds_nobody_up():
    reports = WorkReports()

    for _ in range(5000):
        reports.send(FinishedWork(applied=1))

    reports.receive()
    assert 0 < reports.total.applied < 5000
