"""A shell is offered what the library in use has, by the protocol that the shells speak."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

from rules.loading.files import SHIPPED, load_library, read_policy
from tests.support.sources import ROOT, text_of
from worker.cli import COMMANDS, adjudicator

LIBRARY = load_library(SHIPPED)


def offered(typed: str, env: dict[str, str] | None = None) -> list[str]:
    """What zsh would be told for the last word of a line, without the descriptions."""
    words = typed.split(" ")
    environment = {
        "_ADJUDICATOR_COMPLETE": "zsh_complete",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(words) - 1),
    }
    result = CliRunner().invoke(
        adjudicator, [], prog_name="adjudicator", env=environment | (env or {})
    )
    kinds_values_and_helps = result.stdout.splitlines()
    return kinds_values_and_helps[1::3]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("adjudicator ", set(COMMANDS), id="commands"),
        pytest.param(
            "adjudicator re", {"replay", "readjudicate", "report"}, id="commands_that_begin_so"
        ),
        pytest.param("adjudicator pends --reason ", set(LIBRARY.reasons), id="reasons_of_pends"),
        pytest.param("adjudicator readjudicate --reason ", set(LIBRARY.reasons), id="reasons"),
        pytest.param("adjudicator pends --reason CRITERIA", {"CRITERIA_MET"}, id="one_reason"),
        pytest.param("adjudicator readjudicate --plan ", set(LIBRARY.plans), id="plans"),
        pytest.param(
            "adjudicator whatif --sweep ",
            {f"{each.name}=" for each in read_policy(SHIPPED)[-1].parameters},
            id="parameters",
        ),
        pytest.param("adjudicator whatif --sweep nonsense=", set(), id="no_such_parameter"),
        pytest.param(
            "adjudicator library show --version ",
            {each.version for each in read_policy(SHIPPED)},
            id="versions",
        ),
        pytest.param(
            "adjudicator replay --orders given,",
            {"given,reversed", "given,shuffled", "given,doubled"},
            id="orders",
        ),
        pytest.param(
            "adjudicator dead-letters list --reason NOT_",
            {"NOT_JSON", "NOT_UTF8", "NOT_AN_EVENT"},
            id="reasons_of_dead_letters",
        ),
    ],
)
def test_what_can_come_next_is_offered(typed, expected):
    assert expected == set(offered(typed))


def test_the_answers_of_a_parameter_are_offered_one_after_another():
    asked = next(each for each in read_policy(SHIPPED)[-1].parameters if each.type == "choice")
    first, second = str(asked.value), str(asked.other_answers[0])

    assert {f"{asked.name}={first}", f"{asked.name}={second}"} <= set(
        offered(f"adjudicator whatif --sweep {asked.name}=")
    )
    assert f"{asked.name}={first},{second}" in offered(
        f"adjudicator whatif --sweep {asked.name}={first},{second[:1]}"
    )


@pytest.mark.parametrize("name", ["MRS_LIBRARY", "MRS_REDIS_URL"])
@pytest.mark.parametrize("option", ["pends --reason", "readjudicate --plan", "whatif --sweep"])
def test_a_library_or_setting_that_is_refused_offers_nothing_and_breaks_no_line(
    name, option, tmp_path
):
    value = str(tmp_path) if name == "MRS_LIBRARY" else "nonsense"

    assert [] == offered(f"adjudicator {option} ", {name: value})


def test_offering_commands_imports_none():
    program = (
        "import sys; from worker.cli import adjudicator\n"
        "adjudicator.shell_complete(adjudicator.make_context('adjudicator', [], "
        "resilient_parsing=True), '')\n"
        "print([name for name in sys.modules if name.startswith('worker.commands.re')])"
    )

    said = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert "[]\n" == said.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_page_of_commands_says_what_to_put_where(shell):
    assert f"_ADJUDICATOR_COMPLETE={shell}_source adjudicator" in text_of("docs/commands.md")
