"""The scenario files beside the policies of a library, and what is wrong in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from rules.loading.folder import SCENARIOS
from worker.contract.determination import DeterminedLine
from worker.events.decode import Refusal, decode
from worker.events.file_formats import NotEventLines
from worker.events.files import event_lines
from worker.events.remittance import EVERY_CODE
from worker.nearest import offered
from worker.policy_tests.accepted import AcceptedGap, read_accepted
from worker.policy_tests.short_events import NotShort
from worker.policy_tests.short_form import read_short
from worker.replay.scenarios import NotAScenario, Scenario, scenario_of

_ENDINGS: Final = (".toml", ".jsonl")
_EXPECTED: Final = (*DeterminedLine.model_fields, "answers")
_MUST_SAY: Final = ("claim_id", "line", "outcome", "reason")


class PolicyScenario(NamedTuple):
    """A scenario beside a policy, and where it stands."""

    policy: str
    file: str
    """Path inside the library folder."""
    row: int
    scenario: Scenario


class ScenarioFault(NamedTuple):
    """Something that keeps a scenario from being tried."""

    policy: str
    file: str
    row: int
    wrong: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.row}: {self.wrong}"


class AcceptedBeside(NamedTuple):
    """A gap that a file beside a policy accepts."""

    policy: str
    file: str
    gap: AcceptedGap


class ScenariosBeside(NamedTuple):
    """All that stands beside the policies of a library."""

    scenarios: tuple[PolicyScenario, ...]
    faults: tuple[ScenarioFault, ...]
    accepted: tuple[AcceptedBeside, ...] = ()


Beside = PolicyScenario | ScenarioFault | AcceptedBeside
"""Something that a file says."""


def read_beside(folder: Path, policies: Iterable[str]) -> ScenariosBeside:
    """Reads the scenarios beside these policies of a library, in order of their files."""
    read = [one for policy in policies for one in _of_policy(folder, policy)]
    scenarios = [one for one in read if isinstance(one, PolicyScenario)]
    faults = [one for one in read if isinstance(one, ScenarioFault)]
    faults += [fault for one in scenarios for fault in _faults_of(one)]
    faults += _doubled(scenarios)
    bad = {(one.file, one.row) for one in faults}
    sound = tuple(one for one in scenarios if (one.file, one.row) not in bad)
    accepted = tuple(one for one in read if isinstance(one, AcceptedBeside))
    return ScenariosBeside(sound, tuple(sorted(faults)), accepted)


def policies_beside(folder: Path) -> tuple[str, ...]:
    """Returns the ids of the policies that have a folder of scenarios."""
    return tuple(sorted(path.parent.name for path in folder.glob(f"policies/*/{SCENARIOS}")))


def _of_policy(folder: Path, policy: str) -> Iterator[Beside]:
    beside = folder / "policies" / policy / SCENARIOS
    for path in sorted(beside.rglob("*")) if beside.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        if path.is_dir() or path.name.startswith("."):
            continue
        if path.suffix not in _ENDINGS:
            wrong = f"is no scenario file: these end in {' or '.join(_ENDINGS)}."
            yield ScenarioFault(policy, name, 1, wrong)
            continue
        try:
            yield from (_toml if path.suffix == ".toml" else _lines)(path, policy, name)
        except (NotShort, NotEventLines) as error:
            yield ScenarioFault(policy, name, 1, str(error))
        except UnicodeDecodeError:
            yield ScenarioFault(policy, name, 1, "is not UTF-8.")
        except OSError as error:
            yield ScenarioFault(policy, name, 1, f"cannot be read ({error.strerror}).")


def _toml(path: Path, policy: str, name: str) -> Iterator[Beside]:
    text = path.read_text("utf-8-sig")
    for one in read_short(text):
        if isinstance(one.scenario, NotShort):
            yield ScenarioFault(policy, name, one.row, str(one.scenario))
        else:
            yield PolicyScenario(policy, name, one.row, one.scenario)
    for gap in read_accepted(text):
        yield AcceptedBeside(policy, name, gap)


def _lines(path: Path, policy: str, name: str) -> Iterator[Beside]:
    for line in event_lines([str(path)], whole=True):
        try:
            scenario = scenario_of(line.raw, "This")
        except NotAScenario as error:
            yield ScenarioFault(policy, name, line.row, str(error))
        else:
            yield PolicyScenario(policy, name, line.row, scenario)


def _faults_of(one: PolicyScenario) -> Iterator[ScenarioFault]:
    """What is wrong with the expectations of a scenario: it must say how a line ends."""
    scenario = one.scenario
    place = (one.policy, one.file, one.row)
    if scenario.refused is None:
        yield from (ScenarioFault(*place, wrong) for wrong in _refusals(scenario))
    if not scenario.expect and not scenario.refused:
        yield ScenarioFault(*place, "expects nothing: say the outcome and reason of a line.")
    for wanted in scenario.expect:
        missing = [name for name in _MUST_SAY if name not in wanted]
        if missing:
            yield ScenarioFault(*place, f"expects without {' and '.join(missing)}.")
        for name in wanted:
            if name not in _EXPECTED:
                offer = offered(name, _EXPECTED)
                yield ScenarioFault(*place, f"expects {name!r}, which nothing has.{offer}")


def _refusals(scenario: Scenario) -> Iterator[str]:
    """Says what is wrong with each event that would be refused."""
    for raw in scenario.events:
        refusal = decode(bytes(raw), EVERY_CODE)
        if isinstance(refusal, Refusal):
            named = f"event {refusal.event_id} ({refusal.event_type})"
            for fault in refusal.faults:
                yield f"{named}: {fault.path}: expected {fault.expected}, found {fault.found}."


def _doubled(scenarios: Iterable[PolicyScenario]) -> Iterator[ScenarioFault]:
    seen: dict[tuple[str, str], PolicyScenario] = {}
    for one in scenarios:
        first = seen.setdefault((one.policy, one.scenario.name), one)
        if first is not one:
            wrong = f"has the name of another, of {first.file}, line {first.row}."
            yield ScenarioFault(one.policy, one.file, one.row, wrong)
