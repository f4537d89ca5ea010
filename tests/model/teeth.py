"""Puts each defect of the worker in, and has the exploration find the shortest way to its harm."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

from rich.console import Console
from rich.table import Table

from tests.defects.catching import plant, run_in
from tests.defects.defect import Defect
from tests.defects.worker_code import WORKER
from tests.model.real_replay import Deed, can_be_replayed

FOUND_IN: Final = {
    "an entry removed before the rest is checked and written": "nothing fails",
    "a commit in two steps: first the determinations, then the rest": "nothing fails",
    "counters written after the commit": "nothing fails",
    "a check after the first write": "rights taken",
    "no fence: whoever held the lease once may write": "a lease lost",
    "a lease given back that is another's by now": "a lease lost",
    "the identity of an event forgotten": "nothing fails",
    "each event of a batch decided on the state before the batch": "nothing fails",
    "an event in the lane of its bytes instead of its member's": "two at a time",
    "a dead letter dropped": "nothing fails",
    "rights that are not asked for before a commit writes": "rights taken",
    "a lane taken in a Redis that lost everything": "a Redis that lost all",
    "a dead letter put back that stays among the dead letters": "put back",
    "a commit that does not begin with the lease": "a Redis that stays full",
    "attempts not remembered": "an event that kills",
    "a trial remembered of an entry that is gone": "cut off and alone",
    "takes that finished nothing not remembered": "an event that kills",
    "a Redis that is away counted against the event": "lost while alone",
    "a determination timed by the worker's own clock": "a full Redis",
    "an entry taken from behind another": "a Redis cut off",
    "the record's version not compared": "given up at the door",
    "a commit that was stopped in its middle and is not finished": "half a script",
    "a whole batch put aside with its bad event": "memory ends",
    "the stream of determinations cut to its newest": "many lines",
    "the alarm of an evaluation that has ended rings": "nothing fails",
    "a member's id in the log": "nothing fails",
    "one claim as a plain Celery task": "nothing fails",
    "ready without its broker": "not ready",
    "ready with a blocked main thread": "not ready",
    "submit goes on after the last line that it read": "a command stopped",
}
"""Each defect, and the configuration in which some schedule turns it into harm."""


class Bite(NamedTuple):
    """What an exploration of the code with a defect found."""

    defect: Defect
    configuration: str
    wrong: str
    """Empty: nothing."""
    states: int
    story: list[str]
    deeds: list[list[str]]


def bite(defect: Defect, folder: Path, configuration: str) -> Bite:
    """Explores a copy of the project that has the defect."""
    plant(defect, folder)
    ran = run_in(folder, "tests.model.ladder", configuration)
    if ran.returncode == 1 and ran.stdout:
        said = json.loads(ran.stdout)
        return Bite(defect, *(said[name] for name in ("in", "wrong", "states", "story", "deeds")))
    return Bite(defect, configuration, "", 0, ran.stderr.splitlines()[-3:], [])


def on_real_processes(found: Bite, folder: Path) -> str:
    """What comes of the same story with real worker processes, on a Redis whose time runs."""
    told = [Deed(*deed) for deed in found.deeds]
    if not told or not all(map(can_be_replayed, told)):
        return "not replayed: nobody can do that to them"
    file = folder / "deeds.json"
    file.write_text(json.dumps(found.deeds))
    ran = run_in(folder, "tests.model.real_replay", found.configuration, str(file))
    if ran.returncode:
        return f"not replayed: {ran.stderr.splitlines()[-1]}"
    said = json.loads(ran.stdout.splitlines()[-1])
    return f"Redis answers {said['answer'].strip()!r}; the judge says {said['wrong'] or 'nothing'}"


def main() -> int:
    """Prints the story of each and a table of all; exits with 1 if one is not found."""
    console = Console(width=110)
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    table = Table("defect", "configuration", "steps", "states", "on real processes", box=None)
    missed = 0
    for defect in WORKER:
        if defect.name not in FOUND_IN or wanted not in defect.name:
            continue
        with tempfile.TemporaryDirectory(prefix="mrs-teeth-") as folder:
            copy = Path(folder) / "copy"
            found = bite(defect, copy, FOUND_IN[defect.name])
            real = on_real_processes(found, copy)
        missed += not found.wrong
        steps = str(len(found.story)) if found.wrong else "NOT FOUND"
        seen = (found.configuration, steps, f"{found.states:,}")
        table.add_row(defect.name, *seen, "no" if real.startswith("not") else "yes")
        console.print(f"{defect.name}\n  in {found.configuration!r}: {steps}", markup=False)
        for line in (*found.story, found.wrong, f"on real processes: {real}"):
            console.print(f"  {line}", markup=False)
    console.print(table)
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
