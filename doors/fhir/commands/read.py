"""`adjudicator fhir read`: turns FHIR resources into events."""

from __future__ import annotations

import click


@click.command("read")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
def command(files: tuple[str, ...]) -> None:
    """Turn the claims of FILE (a file, NDJSON, a bundle, or - for standard input) into events."""
    del files
    raise click.ClickException("No FHIR resource can be read yet.")
