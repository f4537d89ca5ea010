"""A door can be added as ARCHITECTURE.md says, and each forgotten step is noticed."""

from __future__ import annotations

import re

from tests.support.recipes import Step, carry_out, steps_on_the_page

READ = '''"""`adjudicator yaml read`: turns YAML documents into events."""

from __future__ import annotations

import sys

import click
import yaml

from worker.terminal.json_lines import json_line


@click.command("read")
def command() -> None:
    """Turn the YAML documents of standard input into events."""
    for event in yaml.safe_load_all(sys.stdin):
        click.echo(json_line(event))
'''
GROUP = '''"""`adjudicator yaml`: commands for claims that come as YAML."""

from __future__ import annotations

import click

from worker.commands.lazy_group import LazyGroup

COMMANDS = {"read": "Turn YAML documents into events."}
"""Each command with its line in `--help`; it is in `commands/<name>.py`."""


@click.group("yaml", cls=LazyGroup, lines=COMMANDS, modules="doors.yaml.commands.")
def command() -> None:
    """Claims that come as YAML."""
'''
PAGE = """\
# Claims as YAML

```sh
pip install 'mrs-adjudicator[yaml]'
adjudicator yaml read <claims.yaml
```

Each document is an event.
"""
LINE = '    "yaml": "Claims as YAML documents.",\n'
WRITTEN = 'write yaml.txt --extra yaml pyproject.toml --constraint locks/runtime.txt "$@"\n'
PROMISE = "| `adjudicator yaml read` | YAML documents of standard input as events, printed |\n"
FOLDER = "| claims as YAML documents | `yaml/` |\n"


def read_something(copy):
    for folder in ("doors/yaml", "doors/yaml/commands"):
        copy.write(f"{folder}/__init__.py", '"""Claims as YAML."""\n')
    copy.write("doors/yaml/commands/read.py", READ)


def group_its_commands(copy):
    copy.write("doors/yaml/command.py", GROUP)


def say_where_the_group_is(copy):
    row = '    "yaml": "doors.yaml.command",\n'
    copy.insert("worker/commands/lazy_group.py", r"^ABOVE = \{\n", row)


def put_it_into_the_list(copy):
    copy.insert("worker/cli.py", r"^(?=    \"bridge\": )", LINE)


def declare_what_it_needs_and_what_it_knows(copy):
    path = "pyproject.toml"
    copy.insert(path, r"^\[project\.optional-dependencies\]\n", 'yaml = ["pyyaml"]\n')
    copy.insert(path, r'^modules = \["doors\.fhir", "doors\.kafka", "doors\.x12"', ', "doors.yaml"')


def have_its_lock_written(copy):
    copy.insert("locks/write", r"^write kafka\.txt .*\n", WRITTEN)


def write_its_lock(copy):
    """What `make lock` takes from an index, and is locked for the tests already."""
    lock = copy.read("locks/dev.txt")
    (pinned,) = re.findall(r"^pyyaml==.*\n(?:    --hash.*\n)+", lock, re.MULTILINE)
    copy.write("locks/yaml.txt", pinned)


def tell_how_to_use_it(copy):
    copy.write("docs/yaml.md", PAGE)


def lead_to_its_page(copy):
    copy.insert("README.md", r"\[Kafka\]\(docs/kafka\.md\), ", "[YAML](docs/yaml.md), ")


def promise_its_commands(copy):
    copy.insert("docs/contract.md", r"^(?=\| `adjudicator bridge kafka`)", PROMISE)


def give_it_a_login_or_none(copy):
    copy.insert("tests/security/test_users.py", r"^NO_LOGIN = \{", '"yaml", ')


def say_which_login(copy):
    copy.insert("SECURITY.md", r"^(?=`bench`, )", "`yaml`, ")


def name_its_folder(copy):
    copy.insert("ARCHITECTURE.md", r"^\| claims as FHIR R4 resources, .*\n", FOLDER)


def tell_users(copy):
    copy.write("changelog.d/yaml.added.md", "`adjudicator yaml read` reads YAML.\n")


def write_the_pages(copy):
    assert 0 == copy.run("-m", "docs.generate").returncode


def test_a_door_is_added_as_told_and_each_forgotten_step_is_noticed(copy):
    doors, drift = "tests/doors/test_every_door.py::", "tests/drift/"
    helped = f"{doors}test_each_command_of_a_door_has_a_help_of_its_own[yaml read]"
    called = f"{doors}test_a_door_is_called_by_the_console_script[yaml]"
    extra = f"{doors}test_a_door_has_an_extra_that_is_installed_for_its_tests_too[yaml]"
    apart = f"{doors}test_no_door_may_import_another"
    written = f"{doors}test_the_extra_of_a_door_is_among_the_locks_that_are_written[yaml]"
    locked = f"{drift}test_installation.py::test_every_declared_dependency_is_locked[yaml.txt]"
    told = f"{doors}test_a_door_has_a_page_that_says_how_it_is_installed_and_called[yaml]"
    linked = f"{doors}test_the_readme_leads_to_the_page_of_a_door[yaml]"
    promised = f"{doors}test_the_contract_promises_what_a_door_is_called_by[yaml]"
    login = "tests/security/test_users.py::test_every_command_has_a_login_that_is_meant_for_it"
    secure = f"{drift}test_security_page.py::test_every_command_is_named_with_its_login"
    named = f"{drift}test_architecture.py::test_each_folder_of_the_code_is_named"
    notes = "tests/docs/test_release_notes.py::test_every_command_is_in_the_notes"
    page = "tests/docs/test_generated_pages.py::test_a_generated_file_is_what_make_docs_writes"
    steps = [
        Step("doors/<name>/commands/<command>.py", read_something, [helped]),
        Step("doors/<name>/command.py", group_its_commands, [helped]),
        Step("worker/commands/lazy_group.py", say_where_the_group_is, [called]),
        Step("worker/cli.py", put_it_into_the_list, [called]),
        Step("pyproject.toml", declare_what_it_needs_and_what_it_knows, [extra, apart]),
        Step("locks/write", have_its_lock_written, [written]),
        Step("locks/<name>.txt", write_its_lock, [locked]),
        Step("docs/<name>.md", tell_how_to_use_it, [told]),
        Step("README.md", lead_to_its_page, [linked]),
        Step("docs/contract.md", promise_its_commands, [promised]),
        Step("tests/security/test_users.py", give_it_a_login_or_none, [login]),
        Step("SECURITY.md", say_which_login, [secure]),
        Step("ARCHITECTURE.md", name_its_folder, [named]),
        Step("changelog.d/<name>.added.md", tell_users, [notes]),
        Step("docs/commands.md", write_the_pages, [f"{page}[docs/commands.md]"]),
    ]

    assert [step.path for step in steps] == steps_on_the_page("A door")
    assert [] == carry_out(copy, steps)
