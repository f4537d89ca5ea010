"""What the documents tell people to type can be typed: commands, subcommands and options."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from tests.support.sources import ROOT, text_of
from worker.cli import adjudicator

DOCUMENTS = [
    *("README.md", "SECURITY.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "rules/README.md"),
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "ops").rglob("*.md")),
]
TYPED = re.compile(r"(?:`|^)(adjudicator [^`\n]+?)(?:`|  +#|$)", re.MULTILINE)

PROMISED = set(
    re.findall(r"^\| `adjudicator ([a-z0-9-]+)", text_of("docs/contract.md"), re.MULTILINE)
)
"""What the contract names may be told of before it is built."""


def typed_in(document: str) -> list[str]:
    """Each line in which a document has the console script called."""
    return TYPED.findall(text_of(document))


def faults_of(typed: str) -> list[str]:
    """What of a command line there is not; words in capitals stand for something else."""
    command: click.Command = adjudicator
    faults = []
    for word in shlex.split(typed)[1:]:
        if word.startswith("-"):
            known = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
            faults += [] if word.partition("=")[0] in {*known, "--help"} else [word]
        elif isinstance(command, click.Group) and word.islower():
            found = command.get_command(click.Context(command), word)
            if found is None:
                return [] if word in PROMISED else [word]
            command = found
    return faults


def test_what_is_to_be_typed_can_be_typed():
    wrong = {
        (document, typed): faults
        for document in DOCUMENTS
        for typed in typed_in(document)
        if (faults := faults_of(typed))
    }

    assert {} == wrong


def test_the_readme_calls_commands():
    assert len(typed_in("README.md")) > 5


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("adjudicator pends --overdue", [], id="an_option"),
        pytest.param("adjudicator pends --overdone", ["--overdone"], id="no_such_option"),
        pytest.param("adjudicator dead-letters discard ID --because WHY", [], id="a_subcommand"),
        pytest.param("adjudicator dead-letters forget ID", ["forget"], id="no_such_subcommand"),
        pytest.param("adjudicator decode FILE", ["decode"], id="no_such_command"),
        pytest.param("adjudicator COMMAND --help", [], id="any_command"),
    ],
)
def test_a_line_that_cannot_be_typed_is_found(typed, expected):
    assert expected == faults_of(typed)
