"""Types generated from the schemas compile in another language, and refuse what is wrong."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from tests.support.event_builders import CLAIM
from tests.support.programs import REQUIRED, needed_program
from tests.support.sources import ROOT
from worker.contract.catalog import FOLDER, file_name
from worker.contract.determination import DETERMINED

TYPESCRIPT = ROOT / "tests/worker/contract/typescript"


@pytest.mark.skipif(
    "npm" not in os.environ.get(REQUIRED, ""), reason="installs a compiler, so only where CI asks"
)
def test_typescript_types_compile_and_know_what_is_wrong(tmp_path):
    needed_program("npm")
    shutil.copytree(TYPESCRIPT, tmp_path, dirs_exist_ok=True)
    run(tmp_path, "npm", "ci", "--silent", "--no-audit", "--no-fund", "--prefer-offline")

    for name in (CLAIM, DETERMINED):
        schema = ROOT / "worker/contract" / FOLDER / file_name(name)
        types = run(tmp_path, "node_modules/.bin/json2ts", str(schema))
        (tmp_path / f"{name}.ts").write_text(types, encoding="utf-8")

    # Each line of `use.ts` that must not compile says so, and the compiler holds it to that.
    words = ["--strict", "--noEmit", "--target", "es2022", "--skipLibCheck"]
    words += ["--module", "esnext", "--moduleResolution", "bundler"]
    assert "" == run(tmp_path, "node_modules/.bin/tsc", *words, "use.ts")


def run(folder, *words: str) -> str:
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout
