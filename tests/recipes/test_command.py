"""A command can be added as ARCHITECTURE.md says, and each forgotten step is noticed."""

from __future__ import annotations

from tests.support.recipes import Step, carry_out, steps_on_the_page

COMMAND = '''"""`adjudicator greet`: a greeting."""

from __future__ import annotations

import click


@click.command("greet")
@click.option("--loudly", is_flag=True, help="In capitals.")
def command(loudly: bool) -> None:
    """Greet whoever is there."""
    click.echo("HELLO" if loudly else "hello")
'''
LIST = "tests/worker/commands/test_cli.py"


def write_the_module(copy):
    copy.write("worker/commands/greet.py", COMMAND)


def put_it_into_the_list(copy):
    copy.insert("worker/cli.py", r"^COMMANDS = \{\n", '    "greet": "Greet whoever is there.",\n')


def give_it_a_login_or_none(copy):
    copy.insert("tests/security/test_users.py", r"^NO_LOGIN = \{", '"greet", ')


def say_which_login(copy):
    copy.insert("SECURITY.md", r"^(?=`bench`, )", "`greet`, ")


def tell_users(copy):
    copy.write("changelog.d/greet.added.md", "`adjudicator greet` greets.\n")


def write_the_pages(copy):
    assert 0 == copy.run("-m", "docs.generate").returncode


def test_a_command_is_added_as_told_and_each_forgotten_step_is_noticed(copy):
    every_command_has_help = f"{LIST}::test_every_command_has_a_help_of_its_own"
    login = "tests/security/test_users.py::test_every_command_has_a_login_that_is_meant_for_it"
    named = "tests/drift/test_security_page.py::test_every_command_is_named_with_its_login"
    notes = "tests/docs/test_release_notes.py::test_every_command_is_in_the_notes"
    page = "tests/docs/test_generated_pages.py"
    steps = [
        Step("worker/commands/<name>.py", write_the_module, [every_command_has_help]),
        Step("worker/cli.py", put_it_into_the_list, [f"{LIST}::test_every_file_is_in_the_list"]),
        Step("tests/security/test_users.py", give_it_a_login_or_none, [login]),
        Step("SECURITY.md", say_which_login, [named]),
        Step("changelog.d/<name>.added.md", tell_users, [notes]),
        Step("docs/commands.md", write_the_pages, [page]),
    ]

    assert [step.path for step in steps] == steps_on_the_page("A command")
    assert [] == carry_out(copy, steps)
    assert "HELLO\n" == copy.run("-m", "worker.cli", "greet", "--loudly").stdout
