"""`adjudicator x12 read`: turns 837 files into events."""

from __future__ import annotations

import click
import pyx12.x12file  # noqa: F401  # the walk will use it


@click.command("read")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
def command(files: tuple[str, ...]) -> None:
    """Turn the claims of FILE (a file, a folder, or - for standard input) into events."""
    del files
    raise click.ClickException("No X12 file can be read yet.")
