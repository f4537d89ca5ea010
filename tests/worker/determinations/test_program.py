"""A program is named by its version and by the code that decides, wherever it is installed."""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import zipfile
from pathlib import Path

import pytest

import rules
from worker.determinations.program import WITHOUT_SOURCES, digest_of_code, is_same_code, program

RULES = Path(rules.__file__).parent


def folder(path: Path, **files: str) -> Path:
    path.mkdir(parents=True)
    for name, text in files.items():
        (path / f"{name}.py").write_text(text, encoding="utf-8")
    return path


def test_a_program_is_its_version_and_the_digest_of_its_rules():
    number, _, digest = program().partition("+")

    assert importlib.metadata.version("mrs-adjudicator") == number
    assert digest_of_code(RULES) == digest
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", digest)


def test_a_copy_elsewhere_is_the_same_program(tmp_path):
    copied = shutil.copytree(RULES, tmp_path / "rules", ignore=shutil.ignore_patterns("__*__"))
    for package in RULES.rglob("__init__.py"):
        shutil.copy(package, copied / package.relative_to(RULES))

    assert digest_of_code(RULES) == digest_of_code(copied)


def test_code_in_an_archive_is_the_same_program(tmp_path):
    with zipfile.ZipFile(tmp_path / "rules.zip", "w") as archive:
        for source in RULES.rglob("*.py"):
            archive.write(source, source.relative_to(RULES))

    assert digest_of_code(RULES) == digest_of_code(zipfile.Path(tmp_path / "rules.zip"))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"a": "1", "b": "3"}, id="another_content"),
        pytest.param({"a": "1", "c": "2"}, id="another_name"),
        pytest.param({"a": "1"}, id="one_less"),
        pytest.param({"a": "1", "b": "2", "c": ""}, id="an_empty_one_more"),
        pytest.param({"a": "2", "b": "1"}, id="contents_exchanged"),
    ],
)
def test_other_code_is_another_program(tmp_path, other):
    one = folder(tmp_path / "one", a="1", b="2")

    assert digest_of_code(one) != digest_of_code(folder(tmp_path / "other", **other))


def test_code_in_a_folder_below_counts_with_its_place(tmp_path):
    one, other = folder(tmp_path / "one"), folder(tmp_path / "other")
    folder(one / "below", a="1")
    folder(other / "beneath", a="1")

    assert digest_of_code(one) != digest_of_code(other)


def test_what_is_no_source_does_not_count(tmp_path):
    one = folder(tmp_path / "one", a="1")
    before = digest_of_code(one)

    (one / "table.csv").write_text("x", encoding="utf-8")
    folder(one / "__pycache__")
    (one / "__pycache__" / "a.cpython-311.pyc").write_bytes(b"x")

    assert before == digest_of_code(one)


def test_without_sources_no_digest_is_claimed(tmp_path):
    one = folder(tmp_path / "one")
    (one / "a.pyc").write_bytes(b"x")

    assert WITHOUT_SOURCES == digest_of_code(one)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        pytest.param("0.2.0+sha256:aa", True, id="the_same_form"),
        pytest.param("0.2.0+sha256:aa.compiled", True, id="the_same_code_compiled"),
        pytest.param("0.2.0+sha256:ab.compiled", False, id="other_code_compiled"),
        pytest.param("0.1.0+sha256:aa", False, id="another_version"),
        pytest.param(None, False, id="a_program_that_did_not_say"),
    ],
)
def test_the_same_code_decides_whether_it_is_compiled_or_not(other, expected):
    assert expected is is_same_code("0.2.0+sha256:aa", other)
