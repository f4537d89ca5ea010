"""`make wheel`: what is compiled, and what is built where that cannot be done."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile

from tests.support.sources import ROOT, text_of

HOOK = tomllib.loads(text_of("pyproject.toml"))["tool"]["hatch"]["build"]["targets"]["wheel"][
    "hooks"
]["custom"]


def test_where_the_rules_do_not_compile_the_wheel_is_pure_python(tmp_path):
    broken = tmp_path / "broken" / "mypyc"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise ImportError('there is no mypyc here')\n")

    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")],
        cwd=ROOT,
        env={**os.environ, "COMPILE_RULES": "1", "PYTHONPATH": str(broken.parent)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert 0 == built.returncode, built.stderr
    (wheel,) = (tmp_path / "dist").iterdir()
    assert wheel.name.endswith("-py3-none-any.whl")
    assert "The wheel is pure Python" in built.stdout + built.stderr
    assert "rules/judge.py" in zipfile.ZipFile(wheel).namelist()


def test_every_module_that_is_compiled_or_left_out_is_there():
    compiled = [list(ROOT.glob(pattern)) for pattern in HOOK["compiled"]]

    assert all(compiled)
    assert [] == [path for path in HOOK["interpreted"] if not (ROOT / path).is_file()]
