"""The console script `adjudicator`: its list of commands, and how it reports failures."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import click

from worker.commands.failures import FOUND_WANTING, CommandFailed, CommandStopped, said_of
from worker.commands.interruption import WORKER, command_in, exit_code_of
from worker.commands.lazy_group import LazyGroup
from worker.config.settings import must_be_settings
from worker.determinations.rules_form import rules_form
from worker.processes.interruption import (
    drop_output,
    flush_output,
    leave_signals,
    output_is_closed,
    said_when_stopped,
    signal_of,
    take_signals,
)

COMMANDS = {
    "demo": "See it work: real Redis, real workers and a day of sample claims.",
    "decide": "Decide events from a file, without Redis or Celery.",
    "x12": "Claims as X12 files: read them, watch a folder, answer them.",
    "fhir": "Claims as FHIR resources, from files and over HTTP.",
    "bridge": "Events from Kafka to the queue, and determinations to Kafka.",
    "submit": "Send events from a file to the queue.",
    "queue": "Show what waits in the queue, or wait until it is worked off.",
    "replay": "Put scenarios through the queue and compare what comes out.",
    "explain": "Say in words how a claim was decided, and why.",
    "console": "Pages for people: what is pended, each claim, deciding, letters.",
    "letter": "Write the letter about a decision: determination, request, appeal.",
    "pends": "List what waits for someone, by when, and for what.",
    "dead-letters": "See what could not be processed; put it back or discard it.",
    "readjudicate": "Have recorded members decided again, after a change of the library.",
    "whatif": "Try another library on events, before it is live.",
    "audit": "Derive past decisions again; hand out the evidence.",
    "report": "Count what was decided, by plan, state, reason and quarter.",
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

CLICKS_BROKEN_PIPE = 1
"""What click exits with when nobody reads the output, as after `--help | head`."""

_NAME = f"{__name__}.name"
_NEEDS_SETTINGS = f"{__name__}.needs_settings"
_OF_CLICK = (click.ClickException, click.exceptions.Exit, click.Abort)


class Adjudicator(LazyGroup):
    """All commands; a failure of theirs becomes one line and an exit code, and so does a signal."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Notes which command it is, and whether the settings must be readable for it."""
        ctx.meta[_NAME] = command_in(args)
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
        except BaseException as error:
            command = ctx.meta.get(_NAME, "")
            if isinstance(error, BrokenPipeError) and output_is_closed():
                drop_output()
                ctx.exit(0)  # whoever reads has enough
            if number := signal_of(_cause_of(error)):
                raise CommandStopped(command, number, said_when_stopped(error)) from error
            if not isinstance(error, Exception) or isinstance(error, _OF_CLICK):
                raise
            if os.environ.get("MRS_LOG_LEVEL", "").lower() == "debug" and command != WORKER:
                raise
            raise CommandFailed(said_of(error), said_when_stopped(error), command) from error


def _cause_of(error: BaseException) -> BaseException:
    """What click made an `Abort` of: Ctrl-C at a question."""
    if isinstance(error, click.Abort) and isinstance(error.__context__, KeyboardInterrupt):
        return error.__context__
    return error


@click.group(
    cls=Adjudicator,
    lines=COMMANDS,
    modules="worker.commands.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done; 1 a difference, a fault or a refused event was found; "
    "2 misuse; 3 could not be done (Redis is away, the library is refused); 130 interrupted by "
    "Ctrl-C; 143 ended by SIGTERM.",
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


def main() -> NoReturn:
    """Runs the command that was typed, and exits without a traceback."""
    try:
        take_signals()
        code = _run()
    except BaseException as stopped:
        number = signal_of(stopped)  # a second one, while the first was told
        if number is None:
            raise
        code = exit_code_of(command_in(sys.argv[1:]), number)
    leave_signals()
    flush_output()
    sys.exit(code)


def _run() -> int:
    try:
        code = adjudicator.main(prog_name="adjudicator", standalone_mode=False)
    except click.ClickException as failure:
        leave_signals()  # a second Ctrl-C does not take the word from it
        failure.show()
        return failure.exit_code
    except (click.Abort, SystemExit) as ended:
        stopped = _cause_of(ended)
        if number := signal_of(stopped):
            return _stopped(stopped, number)
        if isinstance(ended, click.Abort):
            click.echo("Aborted.", err=True)
            return FOUND_WANTING
        if ended.code == CLICKS_BROKEN_PIPE and output_is_closed():
            return 0
        raise
    return code if isinstance(code, int) else 0


def _stopped(by: BaseException, number: int) -> int:
    """A signal came before the command was known, or while an earlier one was handled."""
    leave_signals()
    failure = CommandStopped(command_in(sys.argv[1:]), number, said_when_stopped(by))
    failure.show()
    return failure.exit_code


if __name__ == "__main__":
    main()
