"""The console script `adjudicator`: its list of commands, and how it reports failures."""

from __future__ import annotations

import os
import sys

import click

from worker.commands.failures import CommandFailed, said_of
from worker.commands.lazy_group import LazyGroup
from worker.config.settings import must_be_settings
from worker.determinations.rules_form import rules_form

COMMANDS = {
    "demo": "See it work: real Redis, real workers and a day of sample claims.",
    "decide": "Decide events from a file, without Redis or Celery.",
    "submit": "Send events from a file to the queue.",
    "queue": "Show what waits in the queue, or wait until it is worked off.",
    "replay": "Put scenarios through the queue and compare what comes out.",
    "explain": "Say in words how a claim was decided, and why.",
    "pends": "List what waits for someone, by when, and for what.",
    "dead-letters": "See what could not be processed; put it back or discard it.",
    "readjudicate": "Have recorded members decided again, after a change of the library.",
    "whatif": "Try another library on events, before it is live.",
    "audit": "Derive past decisions again; hand out the evidence.",
    "archive": "Move determinations that everybody has read from Redis to files.",
    "library": "Read and prove the rules: show, check, trace.",
    "contract": "Print the contract as JSON Schemas; check files against it.",
    "worker": "Run a worker that works off the queue.",
    "health": "Tell whether this machine's worker is alive, or ready.",
    "follow": "Say what became of one event, without naming whose it is.",
    "exporter": "Show Prometheus what the installation does.",
    "bench": "Measure this machine against one claim per Celery task.",
    "doctor": "Say what is wrong with an installation, and what to do.",
}
"""Each command with its line in `--help`; `worker/commands/` has one file per command."""

_NEEDS_SETTINGS = f"{__name__}.needs_settings"


class Adjudicator(LazyGroup):
    """All commands; a failure of theirs becomes one line and an exit code."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Notes whether anything is to be done for which the settings must be readable."""
        # Help is there to mend them by, and the doctor reports them beside everything else.
        is_help = any(name in args for name in ctx.help_option_names)
        ctx.meta[_NEEDS_SETTINGS] = not is_help and args[:1] != ["doctor"]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command; an expected failure becomes one line and an exit code."""
        try:
            if ctx.meta[_NEEDS_SETTINGS]:
                must_be_settings()
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            raise  # the reader of our output is gone; click handles it
        except Exception as error:
            if os.environ.get("MRS_LOG_LEVEL", "").lower() == "debug":
                raise
            raise CommandFailed(said_of(error)) from error


@click.group(
    cls=Adjudicator,
    lines=COMMANDS,
    modules="worker.commands.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done; 1 a difference, a fault or a refused event was found; "
    "2 misuse; 3 could not be done (Redis is away, the library is refused).",
)
@click.version_option(
    package_name="mrs-adjudicator",
    prog_name="adjudicator",
    message=f"%(prog)s, version %(version)s (rules: {rules_form()})",
)
def adjudicator() -> None:
    """
    Decides MRS claims by medical policy 6.01.03 and explains each decision.

    Start with `adjudicator demo`. `adjudicator COMMAND --help` says more about a command.
    Settings are environment variables (MRS_REDIS_URL, MRS_LIBRARY, ...): see docs/settings.md.
    """


def main() -> None:
    """The console script."""
    sys.exit(adjudicator(prog_name="adjudicator"))


if __name__ == "__main__":
    main()
