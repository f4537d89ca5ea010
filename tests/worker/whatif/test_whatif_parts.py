"""What `whatif` is made of: members gathered, shared out over processes, and counted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from decimal import Decimal
from hashlib import sha256
from itertools import islice
from pathlib import Path

import pytest

from rules.facts import Event
from rules.loading.files import SHIPPED, derive_library
from rules.member.member import Member
from rules.member.open_member import apply
from tests.support.processes import eventually, is_running
from tests.support.remittance import CODES
from tests.support.sources import ROOT
from worker.bench.plan import plan_events
from worker.events.decode import decode
from worker.processes.partitions import Partitions, frames_of
from worker.whatif.collection import Gathering
from worker.whatif.flips import FlipEnding, PolicyService
from worker.whatif.tally import Cell, Example, FlipTotals, Sum

APPROVED, DENIED = FlipEnding("approved", "CRITERIA_MET"), FlipEnding("denied", "PET_EXCLUSIVE")
MRS = PolicyService("6.01.03", "mrs")
FLIPS = Cell(MRS, "a-plan", APPROVED, DENIED, "first_order", MRS)
STAYS = Cell(MRS, "a-plan", APPROVED, APPROVED, "same", MRS)


# ------------------------------------------------------------------------------ records and parts


def test_a_record_gathered_in_bulk_is_the_one_that_events_one_by_one_lead_to(library):
    members: dict[str, Member] = {}
    gathered: dict[str, Gathering] = {}
    one_by_one, in_bulk = [], []

    for raw in islice(plan_events("bulk"), 600):
        for body in (raw, raw.replace(b'"units":1', b'"units":2')):
            event, digest = decode(body, CODES), sha256(body).digest()
            assert isinstance(event, Event)
            applied = apply(members.get(event.member_id, Member()), event, digest, library)
            members[event.member_id] = applied.member
            one_by_one.append(applied.recognition)
            in_bulk.append(gathered.setdefault(event.member_id, Gathering()).take(event, digest))

    assert one_by_one == in_bulk
    assert {"new", "duplicate", "reused"} == set(in_bulk)
    assert {member_id: member.record for member_id, member in members.items()} == {
        member_id: gathering.record() for member_id, gathering in gathered.items()
    }


def test_frames_of_a_member_are_in_one_part_in_the_order_in_which_they_came():
    members = [f"M-{number}" for number in range(700)]
    with Partitions() as parts:
        for turn in range(3):
            for member in members:
                parts.add(member, f"{member} {turn} {'x' * 300}".encode())

        read = [[frame.split()[:2] for frame in frames_of(part)] for part in parts.parts()]

    assert 3 * len(members) == sum(map(len, read))
    for part in read:
        for member in {member for member, _ in part}:
            assert [b"0", b"1", b"2"] == [turn for of, turn in part if of == member]
    assert len(members) == sum(len({member for member, _ in part}) for part in read)


def test_parts_are_for_their_owner_only_and_are_gone_afterwards():
    with Partitions() as parts:
        parts.add("M-1", b"a diagnosis")
        (part,) = parts.parts()
        folder = part.parent

        assert 0o700 == folder.stat().st_mode & 0o777

    assert not folder.exists()


def test_no_part_is_left_behind_when_it_is_told_to_end(tmp_path):
    tried = tmp_path / "tried"
    derive_library(SHIPPED, tried, {"exclusivity_window_days": 60}, [])
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "worker.cli", "whatif", "--library", str(tried), "-"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
    ) as running:
        assert running.stdin is not None
        assert eventually(lambda: bool(list(tmp_path.glob("mrs-parts-*"))))
        time.sleep(0.5)

        running.send_signal(signal.SIGTERM)
        status = running.wait(10)

    assert 128 + signal.SIGTERM == status
    assert [tried] == list(tmp_path.iterdir())


def test_processes_end_with_the_one_that_started_them(tmp_path):
    script = (
        "import os, time\n"
        "from pathlib import Path\n"
        "from tests.worker.whatif.test_whatif_parts import Sleeping\n"
        "from worker.processes.parallel import results_of\n"
        "if __name__ == '__main__':\n"
        "    print(*results_of(Sleeping(), [Path('1'), Path('2')], 2))\n"
    )
    file = tmp_path / "main.py"
    file.write_text(script)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MRS_TESTS_PIDS": str(tmp_path)}
    with subprocess.Popen([sys.executable, str(file)], env=environment) as running:
        assert eventually(lambda: 2 == len(list(tmp_path.glob("*.pid"))))
        pids = [int(each.stem) for each in tmp_path.glob("*.pid")]

        running.kill()

    assert eventually(lambda: not any(map(is_running, pids)))


class Sleeping:
    """A job that takes longer than any test."""

    def prepare(self):
        return sleep


def sleep(_part: Path) -> None:
    Path(os.environ["MRS_TESTS_PIDS"], f"{os.getpid()}.pid").touch()
    signal.pause()


# ------------------------------------------------------------------------------------------ tally


def _example(size: int, claim_id: str = "C-1") -> Example:
    return Example(size, claim_id, 1, "M-1", {"claim_id": claim_id})


def test_charges_add_up_without_losing_a_digit():
    tally = FlipTotals(1)

    for charge in (Decimal("99999999999999999999999999.99"), Decimal("0.000000001"), None):
        tally.count(FLIPS, charge)

    assert Sum(3, Decimal("99999999999999999999999999.990000001"), 1) == tally.total()


def test_tallies_of_parts_add_up():
    one, other = FlipTotals(2), FlipTotals(2)
    for tally, size in ((one, 5), (other, 3)):
        tally.count(FLIPS, Decimal(size))
        tally.count(STAYS, None)
        tally.keep(FLIPS, _example(size))
        tally.details.update(["needs"])
        tally.reworded += 1
        tally.undone += 1

    one.add(other)

    assert {FLIPS: Sum(2, Decimal(8)), STAYS: Sum(2, Decimal(0), 2)} == one.cells
    assert (Counter(needs=2), 2, 2, 2) == (one.details, one.reworded, one.undone, one.flips)
    assert [[3, 5]] == [[kept.size for kept in each] for each in one.examples.values()]


@pytest.mark.parametrize(("most", "expected"), [(0, []), (1, ["C-3"]), (2, ["C-3", "C-1"])])
def test_the_examples_that_are_kept_are_those_with_the_fewest_events_beside_them(most, expected):
    tally = FlipTotals(most)

    for size, claim_id in ((4, "C-2"), (2, "C-1"), (1, "C-3"), (9, "C-4")):
        tally.keep(FLIPS, _example(size, claim_id))

    (kept,) = tally.examples.values()
    assert expected == [example.claim_id for example in kept]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param("denied", "pended", "favourable", id="denied_to_pended"),
        pytest.param("pended", "not_applicable", "favourable", id="pended_to_not_applicable"),
        pytest.param("not_applicable", "approved", "favourable", id="not_applicable_to_approved"),
        pytest.param("approved", "pended", "adverse", id="approved_to_pended"),
        pytest.param("pended", "pended", "neutral", id="another_reason_to_wait"),
    ],
)
def test_a_flip_is_better_or_worse_for_the_provider(before, after, expected):
    endings = (FlipEnding(before, "A"), FlipEnding(after, "B"))
    cell = Cell(MRS, "p", *endings, "first_order", MRS)

    assert expected == cell.direction
