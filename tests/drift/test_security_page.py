"""Each line of SECURITY.md's table is proved by a command that there is."""

from __future__ import annotations

import re

import pytest

from tests.support.sources import ROOT, text_of
from worker.cli import COMMANDS

TABLE = re.search(r"\| threat .*?\n\n", text_of("SECURITY.md"), re.DOTALL)[0]
ROWS = [line.split(" | ") for line in TABLE.strip().splitlines()[2:]]
USERS = set(re.findall(r"^user (\S+)", text_of("deploy/users.acl"), re.MULTILINE)) - {"default"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip("| "))
def test_a_line_of_the_table_names_a_command_that_there_is(row):
    commands = re.findall(r"`([^`]+)`", row[-1])
    files = re.findall(r"tests/\S+\.py", " ".join(commands))
    targets = re.findall(r"make ([a-z-]+)", " ".join(commands))

    assert files or targets
    assert [] == [file for file in files if not (ROOT / file).exists()]
    assert [] == [each for each in targets if f"\n{each}:" not in text_of("Makefile")]


def test_every_user_of_redis_is_explained():
    assert set() == {user for user in USERS if f"| `{user}` |" not in text_of("SECURITY.md")}


def test_every_command_is_named_with_its_login():
    users = text_of("SECURITY.md").partition("## Users of Redis")[2].partition("\n## ")[0]

    assert [] == [name for name in COMMANDS if not re.search(rf"`{name}(?: --\w+)?`", users)]


def test_every_test_of_security_is_in_the_table():
    tests = {str(path.relative_to(ROOT)) for path in (ROOT / "tests/security").glob("test_*.py")}

    assert tests == set(re.findall(r"tests/security/test_\w+\.py", text_of("SECURITY.md")))
