"""The function that chooses a member's shard is the same in each language that the page gives."""

from __future__ import annotations

import re
import sqlite3
import subprocess
from pathlib import Path
from zlib import crc32

import pytest

from tests.support.programs import needed_program
from tests.support.sources import text_of
from worker.config.shards import shard_of

SHARDS = 64
MEMBERS = ["M-1", "M-2", "M-3", "m\u00fcller", "\u6f22\u5b57-7", *(f"A{n:09}" for n in range(200))]
EXPECTED = [shard_of(member, SHARDS) for member in MEMBERS]

JAVA = """
public class Shards {{
    {function}
    public static void main(String[] words) throws Exception {{
        var in = new String(System.in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        for (String member : in.split("\\n")) System.out.println(shardOf(member, {shards}));
    }}
}}
"""
GO = """
package main

import (
	"bufio"
	"fmt"
	"hash/crc32"
	"os"
)

{function}

func main() {{
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {{
		fmt.Println(shardOf(lines.Text(), {shards}))
	}}
}}
"""


def given_in(language: str) -> str:
    """What the page gives."""
    pattern = rf"^```{language}\n(.+?)^```$"
    found = re.findall(pattern, text_of("docs/shards.md"), re.MULTILINE | re.DOTALL)
    (function,) = found
    return function


def test_members_spread_over_all_shards():
    assert set(range(SHARDS)) >= set(EXPECTED)
    assert 55 < len(set(EXPECTED))


def test_java(tmp_path: Path):
    file = tmp_path / "Shards.java"
    file.write_text(JAVA.format(function=given_in("java"), shards=SHARDS))
    subprocess.run([needed_program("javac"), "-d", tmp_path, file], check=True)

    assert EXPECTED == said_by(["java", "-cp", tmp_path, "Shards"])


def test_go(tmp_path: Path):
    (tmp_path / "shards.go").write_text(GO.format(function=given_in("go"), shards=SHARDS))
    built = tmp_path / "shards"
    words = [needed_program("go"), "build", "-o", built, tmp_path / "shards.go"]
    subprocess.run(words, cwd=tmp_path, check=True)

    assert EXPECTED == said_by([built])


def test_sql():
    database = sqlite3.connect(":memory:")
    # SQLite has no `crc32`; this is what that of MySQL gives.
    database.create_function("crc32", 1, lambda text: crc32(text.encode()))
    database.execute("CREATE TABLE members (member_id TEXT)")
    database.executemany("INSERT INTO members VALUES (?)", [(each,) for each in MEMBERS])

    found = dict(database.execute(given_in("sql")).fetchall())
    database.close()

    assert dict(zip(MEMBERS, EXPECTED, strict=True)) == found


@pytest.mark.parametrize(("member", "shard"), [("M-1", 55), ("M-2", 62)])
def test_a_member_stays_where_it_is(member, shard):
    assert shard == shard_of(member, SHARDS)


def said_by(words: list[str | Path]) -> list[int]:
    done = subprocess.run(words, input="\n".join(MEMBERS).encode(), capture_output=True, check=True)
    return [int(line) for line in done.stdout.split()]
