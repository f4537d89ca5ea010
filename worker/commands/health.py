"""`adjudicator health`: checks whether this machine's worker is alive, or ready."""

from __future__ import annotations

import json

import click

from worker.config.settings import load_settings
from worker.processes.health import is_alive, is_ready


@click.command("health")
@click.option(
    "--ready", is_flag=True, help="Check that it can do its work, not only that it is alive."
)
@click.option("--json", "as_json", is_flag=True, help="Write both as one JSON object.")
@click.pass_context
def command(ctx: click.Context, ready: bool, as_json: bool) -> None:
    """
    Check that this machine's worker is alive (or, with --ready, ready): exit 0, else 1.

    Reads two files in MRS_STATE_DIR that the worker touches every second. It uses neither Redis nor
    Celery, so it is suitable as a probe. A worker that was killed is not ready within
    MRS_LEASE_SECONDS, and not alive after 30 seconds.
    """
    settings = load_settings()
    folder = settings.state_dir
    is_so = is_ready(folder, settings.lease_seconds) if ready else is_alive(folder)
    word = "ready" if ready else "alive"
    if as_json:
        click.echo(json.dumps({"alive": is_alive(folder), "ready": is_ready(folder)}))
        ctx.exit(0 if is_so else 1)
    click.echo(word if is_so else f"not {word}: see {folder} and the worker's log")
    ctx.exit(0 if is_so else 1)
