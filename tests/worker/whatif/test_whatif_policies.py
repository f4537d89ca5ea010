"""What `whatif` says of a library with several policies: each by its own words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from rules.loading.files import SHIPPED, derive_library, load_library
from tests.rules.builders import claim, event, pet
from tests.rules.second_policy import SECOND, SECOND_PLAN, write_two_policies
from tests.support.event_builders import encoded
from worker.cli import adjudicator
from worker.events.encode import as_cloudevent
from worker.whatif.sweep import NotASweep, read_sweeps
from worker.whatif.sweep_table import counted_lines

FIRST = "6.01.03"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped policy and one more, whose services are spectroscopy and positron."""
    return write_two_policies(tmp_path_factory.mktemp("two") / "library")


@pytest.fixture
def day(tmp_path: Path) -> Path:
    """A spectroscopy of either plan, a PET of the second, and a line of neither policy."""
    facts = {
        "M-1": [claim()],
        "M-2": [claim("C-2", plan=SECOND_PLAN), pet("P-2", on=5, plan=SECOND_PLAN, received=10)],
        "M-3": [claim("C-3", procedure="99213")],
    }
    file = tmp_path / "day.jsonl"
    file.write_bytes(
        b"\n".join(
            encoded(as_cloudevent(event(fact, number, member_id)))
            for member_id, of_member in facts.items()
            for number, fact in enumerate(of_member)
        )
    )
    return file


def _run(*words: object) -> Result:
    return CliRunner().invoke(adjudicator, ["whatif", "--jobs", "1", *map(str, words)])


def _found(*words: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_run("--json", *words).stdout)
    return found


@pytest.fixture
def is_in_use(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both policies are in use, not only tried."""
    monkeypatch.setenv("MRS_LIBRARY", str(folder))


@pytest.mark.usefixtures("is_in_use")
def test_lines_are_counted_by_policy_and_service(folder: Path, day: Path) -> None:
    found = _found("--library", folder, day)

    assert {"mrs": 1, "pet": 0, "other": 1, "spectroscopy": 1, "positron": 1} == found["lines"]
    assert [
        (FIRST, "mrs", 1),
        (FIRST, "pet", 0),
        (FIRST, "other", 1),
        (SECOND, "spectroscopy", 1),
        (SECOND, "positron", 1),
    ] == [(row["policy"], row["service"], row["of_lines"]) for row in found["by_policy"]]


@pytest.mark.usefixtures("is_in_use")
def test_the_terminal_names_the_policies_where_there_are_several(folder: Path, day: Path) -> None:
    said = _run("--library", folder, day).stdout

    assert f"versions {FIRST} 2025-03-17, {SECOND} " in said.splitlines()[0]
    assert f"{FIRST} 1 MRS, 0 PET; {SECOND} 1 spectroscopy, 1 positron" in said
    assert f"{SECOND} spectroscopy" in said[said.index("All lines") :]


def test_of_one_policy_its_name_is_left_out(day: Path) -> None:
    said = _run("--sweep", "pend_due_days=30", day).stdout
    told = _run("--plans", SHIPPED / "plans", day).stdout

    assert FIRST not in said
    assert "4 lines: 2 MRS, 1 PET" in told


def test_a_policy_that_is_added_counts_lines_that_were_of_none(folder: Path, day: Path) -> None:
    found = _found("--library", folder, day)

    balance = {(row["policy"], row["service"], row["outcome"]): row for row in found["balance"]}
    assert (0, 1) == tuple(
        balance[SECOND, "positron", "pended"][side]["lines"] for side in ("before", "after")
    )


@pytest.mark.usefixtures("is_in_use")
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({SECOND: {"least_parts": 1}}, [SECOND], id="one"),
        pytest.param(
            {FIRST: {"pend_due_days": 7}, SECOND: {"least_parts": 1}}, [FIRST, SECOND], id="both"
        ),
    ],
)
def test_the_head_names_the_policies_that_differ(
    changed: dict[str, dict[str, object]],
    expected: list[str],
    folder: Path,
    day: Path,
    tmp_path: Path,
) -> None:
    tried = folder
    for policy, parameters in changed.items():
        derive_library(tried, tmp_path / policy, parameters, [], policy)
        tried = tmp_path / policy

    result = _run("--library", tried, day)

    assert f"Policies that differ: {', '.join(expected) or 'none'}" == result.stdout.splitlines()[2]


def test_a_policy_that_only_one_library_has_differs(folder: Path, day: Path) -> None:
    found = _found("--library", folder, day)

    assert [SECOND] == found["changed_policies"]
    assert [[FIRST], [FIRST, SECOND]] == [
        list(found[side]["policies"]) for side in ("in_use", "tried")
    ]


# ---------------------------------------------------------------------------------------- sweeps


@pytest.mark.parametrize(
    ("typed", "policy", "expected"),
    [
        pytest.param("least_parts=1", None, (SECOND, (1,)), id="of_one_policy_alone"),
        pytest.param("least_dose=0.50", None, (SECOND, ("0.50",)), id="a_measure"),
        pytest.param("pend_due_days=7", SECOND, (SECOND, (7,)), id="of_both_and_named"),
    ],
)
def test_a_parameter_of_any_policy_can_be_swept(
    typed: str, policy: str | None, expected: tuple[str, tuple[object, ...]], folder: Path
) -> None:
    (sweep,) = read_sweeps([typed], folder, policy)

    assert expected == (sweep.policy, sweep.values)


@pytest.mark.parametrize(
    ("typed", "policy", "said"),
    [
        pytest.param("pend_due_days=7", None, "name one of them with --policy", id="which"),
        pytest.param("least_parts=1", FIRST, "is not a sweep", id="of_the_other_policy"),
        pytest.param("least_parts=1", SECOND[:-1], "Did you mean", id="no_such_policy"),
        pytest.param("least_parts=two", None, "cannot be 'two'; it is 2 now", id="no_count"),
        pytest.param("least_dose=much", None, "cannot be 'much'; it is 2.5 now", id="no_measure"),
    ],
)
def test_what_cannot_be_swept_is_said_so(
    typed: str, policy: str | None, said: str, folder: Path
) -> None:
    with pytest.raises(NotASweep, match=said):
        read_sweeps([typed], folder, policy)


@pytest.mark.usefixtures("is_in_use")
def test_a_sweep_changes_its_policy_alone(folder: Path, day: Path) -> None:
    (swept,) = _found("--policy", SECOND, "--sweep", "pend_due_days=7", day)["sweep"]

    assert {"due_on": 2} == swept["other_details"]["fields"]


@pytest.mark.usefixtures("is_in_use")
def test_the_table_of_a_sweep_says_whose_parameter_it_is(folder: Path, day: Path) -> None:
    picture = day.with_suffix(".svg")

    result = _run("--policy", SECOND, "--plot", picture, "--sweep", "pend_due_days=7", day)
    said = result.stdout

    assert f"pend_due_days of {SECOND}" in said, result.stderr
    assert f"Effect of pend_due_days of {SECOND}" in picture.read_text()


@pytest.mark.usefixtures("is_in_use")
def test_a_sweep_has_the_columns_of_its_policy(folder: Path, day: Path) -> None:
    file = day.with_suffix(".csv")

    _run("--csv", file, "--sweep", "least_parts=1", day)

    heads = file.read_text().splitlines()[0].split(",")
    assert ["spectroscopy_approved", "spectroscopy_pended", "spectroscopy_denied"] == heads[10:13]
    assert ["positron_pended", "positron_denied", "spectroscopy_approved_charge"] == heads[13:]


def test_columns_of_several_policies_say_of_which(folder: Path) -> None:
    labels = [each.label for each in counted_lines(load_library(folder), {FIRST, SECOND})]

    assert [f"{FIRST} MRS approved", f"{SECOND} spectroscopy approved"] == labels[::5]


def test_whose_parameters_needs_parameters(folder: Path, day: Path) -> None:
    result = _run("--library", folder, "--policy", SECOND, day)

    assert 2 == result.exit_code
    assert "--policy says whose parameters to --sweep" in result.stderr
