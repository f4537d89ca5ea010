"""The parts of `whatif`: records in bulk, parts of an input, tallies, sweeps, pictures, misuse."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from decimal import Decimal
from hashlib import sha256
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from rules.facts import Event
from rules.library_files import SHIPPED, derive_library
from rules.member import Member, apply
from tests.rules.builders import LIMITED_MRI, claim, event, pet, report
from tests.support.event_builders import CLAIM, REPORT, encoded, event_of, with_value
from tests.support.plan_files import DAY
from tests.support.processes import eventually, is_running
from tests.support.sources import ROOT
from worker.bench.plan import plan_events
from worker.cli import adjudicator
from worker.event_writing import as_cloudevent
from worker.events import decode
from worker.partitions import Partitions, frames_of
from worker.whatif.flips import Ending
from worker.whatif.gathering import Gathering
from worker.whatif.plot import Panel, Series, axis_of, picture
from worker.whatif.sweep import NotASweep, read_sweeps, variations
from worker.whatif.tally import Cell, Example, Sum, Tally
from worker.whatif.trial import LibraryFolder

APPROVED, DENIED = Ending("approved", "CRITERIA_MET"), Ending("denied", "PET_EXCLUSIVE")
FLIPS = Cell("mrs", "a-plan", APPROVED, DENIED, "first_order")
STAYS = Cell("mrs", "a-plan", APPROVED, APPROVED, "same")


def _run(*words: object):
    return CliRunner().invoke(adjudicator, ["whatif", *map(str, words)])


# ------------------------------------------------------------------------------ records and parts


def test_a_record_gathered_in_bulk_is_the_one_that_events_one_by_one_lead_to(library):
    members: dict[str, Member] = {}
    gathered: dict[str, Gathering] = {}
    one_by_one, in_bulk = [], []

    for raw in islice(plan_events("bulk"), 600):
        for body in (raw, raw.replace(b'"units":1', b'"units":2')):
            event, digest = decode(body), sha256(body).digest()
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
        "from tests.worker.test_whatif_parts import Sleeping\n"
        "from worker.parallel import results_of\n"
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
    tally = Tally(1)

    for charge in (Decimal("99999999999999999999999999.99"), Decimal("0.000000001"), None):
        tally.count(FLIPS, charge)

    assert Sum(3, Decimal("99999999999999999999999999.990000001"), 1) == tally.total()


def test_tallies_of_parts_add_up():
    one, other = Tally(2), Tally(2)
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
    tally = Tally(most)

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
    cell = Cell("mrs", "p", Ending(before, "A"), Ending(after, "B"), "first_order")

    assert expected == cell.direction


# ----------------------------------------------------------------------------------------- sweeps


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("exclusivity_window_days=60, 90,60", (60, 90)),
        ("skull_base_pet_counts=yes,false", (True, False)),
        ("limited_first_study=pend,stands", ("pend", "stands")),
        ("exclusive_indications=1+3,6", ((1, 3), (6,))),
        ("standing_statuses=paid+allowed,paid", (("paid", "allowed"), ("paid",))),
    ],
)
def test_what_is_typed_is_read_as_the_parameter_has_it(typed, expected):
    (sweep,) = read_sweeps([typed], SHIPPED)

    assert expected == sweep.values


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        pytest.param(["no_such=1"], "is no sweep", id="no_such_parameter"),
        pytest.param(["pend_due_days"], "is no sweep", id="no_values"),
        pytest.param(["pend_due_days=soon"], "cannot be 'soon'; it is 30 now", id="no_number"),
        pytest.param(["skull_base_pet_counts=perhaps"], "cannot be", id="neither_yes_nor_no"),
        pytest.param(["exclusive_indications=one"], "cannot be", id="no_indication"),
        pytest.param(["pend_due_days=1", "pend_due_days=2"], "twice", id="swept_twice"),
    ],
)
def test_what_cannot_be_swept_is_said_so(typed, word):
    with pytest.raises(NotASweep, match=word):
        read_sweeps(typed, SHIPPED)


def test_a_value_that_the_library_would_refuse_is_refused_as_a_whole(tmp_path):
    sweeps = read_sweeps(["pet_after_mrs=deny,laugh"], SHIPPED)

    with pytest.raises(NotASweep, match="No library can have these values"):
        variations(sweeps, LibraryFolder("it", SHIPPED, None), tmp_path)


def test_too_many_combinations_are_refused(tmp_path):
    days = ",".join(map(str, range(101)))
    sweeps = read_sweeps([f"pend_due_days={days}"], SHIPPED)

    with pytest.raises(NotASweep, match="101 combinations; at most 100"):
        variations(sweeps, LibraryFolder("it", SHIPPED, None), tmp_path)


@pytest.fixture(scope="module")
def plan(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("plan") / "plan.jsonl"
    file.write_bytes(b"".join(line + b"\n" for line in islice(plan_events("sweep"), 600)))
    return file


def test_a_sweep_is_a_table_a_file_of_values_and_a_picture(plan, tmp_path):
    table, drawing = tmp_path / "sweep.csv", tmp_path / "sweep.svg"

    said = _run("--sweep", "conventional_lookback_days=365,90,180", "--csv", table, "--plot",
                drawing, plan)  # fmt: skip

    rows = list(csv.DictReader(io.StringIO(table.read_text())))
    assert 1 == said.exit_code
    assert ["", "365", "90", "180"] == [row["conventional_lookback_days"] for row in rows]
    assert rows[0]["mrs_approved"] == rows[3]["mrs_approved"]
    assert "0" == rows[3]["flips"]
    assert int(rows[2]["mrs_approved"]) <= int(rows[3]["mrs_approved"])
    assert int(rows[3]["mrs_approved"]) <= int(rows[1]["mrs_approved"])
    assert 0 < int(rows[2]["flips"])
    for row in rows[1:]:
        line = next(line for line in said.stdout.splitlines() if _begins(line, row))
        assert row["flips"] in line.replace(",", "").split()
    texts = [each.text for each in ElementTree.fromstring(drawing.read_text()).iter() if each.text]
    assert {"90", "180", "365", "MRS approved", "cascaded"} <= set(texts)


def _begins(line: str, row: dict[str, str]) -> bool:
    return line.split()[:1] == [row["conventional_lookback_days"]]


def test_sweeps_of_two_parameters_try_every_combination(plan):
    said = _run("--json", "--sweep", "exclusivity_window_days=60,90", "--sweep",
                "skull_base_pet_counts=true,false", plan)  # fmt: skip

    found = [row["values"] for row in _json(said)["sweep"]]
    assert [
        {"exclusivity_window_days": days, "skull_base_pet_counts": counts}
        for days in (60, 90)
        for counts in (True, False)
    ] == found


def test_one_row_of_a_sweep_is_what_that_library_alone_says(plan, tmp_path):
    derive_library(SHIPPED, tmp_path / "tried", {"exclusivity_window_days": 60}, [])

    swept = _json(_run("--json", "--sweep", "exclusivity_window_days=60", plan))["sweep"][0]
    alone = _json(_run("--json", "--library", tmp_path / "tried", plan))

    assert swept["values"] == {"exclusivity_window_days": 60}
    assert {name: alone[name] for name in alone} == {name: swept[name] for name in alone}


def _json(result):
    return json.loads(result.stdout)


# --------------------------------------------------------------------------------------- pictures


def test_numbers_stand_at_their_distances_and_words_side_by_side():
    assert [0, 0.25, 1] == list(axis_of("days", ["0", "90", "360"]).places)
    assert [0, 0.5, 1] == list(axis_of("what", ["pend", "stands", "ignore"]).places)
    assert [0] == list(axis_of("days", ["7"]).places)


@pytest.mark.parametrize(
    ("most", "expected"), [(0, "5"), (5, "5"), (6, "10"), (20, "20"), (21, "50"), (5001, "10,000")]
)
def test_the_grid_ends_at_a_round_number(most, expected):
    drawn = picture("", axis_of("x", ["1", "2"]), [Panel("", [Series("s", [0, most])])])

    assert f">{expected}</text>" in drawn


def test_a_picture_can_be_read_whatever_its_words_are():
    drawn = picture("<&>", axis_of("a", ["<1>", "2"]), [Panel("&", [Series('"<', [1, 2])])])

    assert "svg" in ElementTree.fromstring(drawn).tag


def test_of_many_labels_only_some_are_written():
    labels = [f"v{number}" for number in range(25)]

    drawn = picture("", axis_of("x", labels), [Panel("", [Series("s", range(25))])])

    assert ["v0", "v3", "v6"] == re.findall(r">(v\d+)</text>", drawn)[:3]


# ----------------------------------------------------------------------------------- the command


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param([], "Name a FILE", id="no_file"),
        pytest.param(["--recorded", DAY, "--sweep", "pend_due_days=1"], "Name a FILE", id="both"),
        pytest.param([DAY], "Say what to try", id="nothing_to_try"),
        pytest.param(["--csv", "x", "--library", SHIPPED, DAY], "--sweep", id="a_table_of_what"),
        pytest.param(["--sweep", "pend_due_days=x", DAY], "cannot be 'x'", id="no_number"),
        pytest.param(["--library", "/nowhere", DAY], "does not exist", id="no_such_library"),
    ],
)
def test_misuse_is_said_so(words, said):
    result = _run(*words)

    assert 2 == result.exit_code
    assert said in result.stderr


def test_a_library_that_is_refused_makes_exit_3(tmp_path):
    (tmp_path / "library.toml").write_text("generation = 'many'")

    result = _run("--library", tmp_path, DAY)

    assert 3 == result.exit_code
    assert "is refused" in result.stderr


def test_with_redis_away_what_is_recorded_cannot_be_tried(monkeypatch):
    monkeypatch.setenv("MRS_REDIS_URL", f"unix://{tempfile.gettempdir()}/no-such.sock")

    result = _run("--recorded", "--sweep", "pend_due_days=31")

    assert 3 == result.exit_code


def test_where_nothing_flips_it_says_so_and_exits_0():
    result = _run("--library", SHIPPED, DAY)

    assert (0, "") == (result.exit_code, result.stderr)
    assert "No line comes out otherwise." in result.stdout


def test_a_refused_event_alone_makes_exit_1(tmp_path):
    file = tmp_path / "events.jsonl"
    file.write_bytes(encoded(event_of(REPORT)) + b"\n{\n")

    result = _run("--library", SHIPPED, file)

    assert 1 == result.exit_code
    assert '"NOT_JSON"' in result.stderr
    assert "1 refused" in result.stdout


def test_other_plan_files_can_be_tried_by_themselves(tmp_path):
    plans = tmp_path / "plans"
    plans.mkdir()
    text = (SHIPPED / "plans" / "sample-commercial.toml").read_text()
    (plans / "sample-commercial.toml").write_text(
        re.sub(r"need_peer_review = false", "need_peer_review = true", text)
    )
    file = tmp_path / "events.jsonl"
    file.write_bytes(encoded(with_value(event_of(CLAIM), "data.diagnoses", ["F32.9", "F33.9"])))

    found = _json(_run("--plans", plans, "--json", file))

    assert ["PEER_REVIEW"] == [row["after"] for row in found["by_reason"]]


def test_a_line_whose_plan_is_gone_is_told_as_one_of_its_plan(tmp_path):
    plans = tmp_path / "plans"
    plans.mkdir()
    source = SHIPPED / "plans" / "sample-medicaid.toml"
    (plans / source.name).write_text(source.read_text())
    file = tmp_path / "events.jsonl"
    unknown = with_value(event_of(CLAIM), "data.plan_id", "nobody-knows-it")
    events = [event_of(CLAIM), with_value(with_value(unknown, "data.claim_id", "C-2"), "id", "e-2")]
    file.write_bytes(b"\n".join(map(encoded, events)))

    found = _json(_run("--plans", plans, "--json", file))

    plans_told = {row["plan_id"]: row["lines"] for row in found["by_plan"]}
    assert {"(unknown to both)": 0, "sample-commercial": 1} == plans_told


CASCADE = [claim(), report(on=-100), pet(on=5, received=10)]
"""With a shorter lookback the spectroscopy waits, and then the PET is no longer denied."""
UNDONE = [
    claim(),
    report("S-1", on=-100),
    report("S-2", on=-10, result="conclusive"),
    pet(on=5, received=10),
]
"""A longer window would deny the PET, but the spectroscopy is denied first."""


def test_the_terminal_shows_every_table_and_an_example_of_each_order(tmp_path, monkeypatch):
    in_use, tried, file = tmp_path / "in use", tmp_path / "tried", tmp_path / "events.jsonl"
    derive_library(SHIPPED, in_use, {"exclusivity_window_days": 6}, [])
    derive_library(SHIPPED, tried, {"conventional_lookback_days": 90, "pend_due_days": 31}, [])
    waiting = [claim(diagnoses=("D49.6",)), LIMITED_MRI]
    stories = {"M-1": CASCADE, "M-2": [*UNDONE[:-1], pet(on=7, received=10)], "M-3": waiting}
    lines = [
        encoded(as_cloudevent(event(fact, number, member_id)))
        for member_id, facts in stories.items()
        for number, fact in enumerate(facts)
    ]
    file.write_bytes(b"\n".join(lines))
    monkeypatch.setenv("MRS_LIBRARY", str(in_use))

    said = _run("--library", tried, file).stdout

    for title in ("By outcome", "By reason", "By plan", "All lines"):
        assert title in said
    assert "3 lines come out otherwise (charges 2,550.00): 2 by themselves, 1 cascaded" in said
    assert "1 more would by themselves" in said
    assert "1 keep outcome and reason but differ in what stands beside them: due_on 1" in said
    assert "Examples of lines that flip by themselves" in said
    assert "Examples of lines that flip only because others come out otherwise" in said
    assert "PET_EXCLUSIVE -> PET_EXCLUSIVITY_UNCLEAR (1 like it): claim P-1 line 1 of M-1" in said
