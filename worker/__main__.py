"""`adjudicator`, and `python -m worker`: takes signals before the rest is imported."""

from __future__ import annotations

import sys
from typing import NoReturn

from worker.commands.interruption import NOT_BEGUN, command_in, exit_code_of, tell_stopped
from worker.processes.interruption import leave_signals, signal_of, take_signals


def main() -> NoReturn:
    """Runs `adjudicator` and exits."""
    command = command_in(sys.argv[1:])
    try:
        take_signals()
        from worker.cli import main as run  # noqa: PLC0415  # see above
    except BaseException as stopped:
        number = signal_of(stopped)
        if number is None:
            raise
        leave_signals()
        tell_stopped(command, number, NOT_BEGUN)
        sys.exit(exit_code_of(command, number))
    run()


if __name__ == "__main__":
    main()
