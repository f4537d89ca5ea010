"""Compiles modules of the source tree in the current folder with mypyc.

    python compile_modules.py FOLDER rules/judge.py ...

What imports find is then in FOLDER/lib.
"""

from __future__ import annotations

import sys

from mypyc.build import mypycify
from setuptools import Distribution
from setuptools.command.build_ext import build_ext


def main() -> None:
    """Ends as mypy or the C compiler does where they find something wrong."""
    folder, *modules = sys.argv[1:]
    extensions = mypycify(
        ["--config-file=", "--ignore-missing-imports", *modules],
        opt_level="3",
        target_dir=f"{folder}/work",
        group_name="compiled_rules",
    )
    command = build_ext(Distribution({"name": "rules", "ext_modules": extensions}))
    command.build_lib, command.build_temp = f"{folder}/lib", f"{folder}/work"
    command.ensure_finalized()
    command.run()


if __name__ == "__main__":
    main()
