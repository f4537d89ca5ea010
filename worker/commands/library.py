"""`adjudicator library`: commands about the rule library itself."""

from __future__ import annotations

import click

from worker.commands.lazy_group import LazyGroup

COMMANDS = {
    "show": "The policy beside our reading: terminal, Markdown or one HTML page.",
    "check": "Prove a library: every combination, row, code and date.",
    "new": "Lay out the folder of a policy, and say what is still missing in it.",
    "test": "Run the scenarios beside each policy, and say what none reaches.",
    "diff": "Which classes of claims two libraries decide differently.",
    "import": "Import a yearly ICD-10-CM release into the table of diagnoses.",
    "trace": "Which sections of a policy document changed, and what depends on them.",
}
"""Each command with its line in `--help`; it is in `library_<name>.py`."""


@click.group("library", cls=LazyGroup, lines=COMMANDS, modules="worker.commands.library_")
def command() -> None:
    """
    Read, prove and compare the rule library: the policy as it is applied here.

    None of this needs Redis, Celery or a claim.
    """
