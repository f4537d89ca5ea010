"""Measures forms of the program in turn each round: compiled, pure Python, and another release."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import msgspec

from rules.library_model import Library
from worker.bench.extent import Extent
from worker.bench.forms import ProgramForm
from worker.bench.growth import CURVES, GrowthCurve, curve_of
from worker.bench.inputs import Inputs, written_inputs
from worker.bench.kernel import JUDGED
from worker.bench.members import CLAIMS
from worker.bench.spread import Spread, spread_of
from worker.bench.subject_process import SubjectProcess, subject

LATENCY_RATE: Final = 100
"""Events per second on a quiet day."""

_MEASURED_SECONDS: Final = 0.3

LATENCY, MEMORY = "p99", "member_bytes"
PEERS: Final[Mapping[str, str]] = {
    "peer": "ours_2",
    "peer_without_persistence": "ours_2_without_persistence",
}
"""One claim per Celery task, and what it is held against; measured in the shipped form alone."""

LESS_IS_BETTER: Final = frozenset({*CURVES, LATENCY, MEMORY})

_Sizes = dict[int, list[float]]


class FormComparison(msgspec.Struct, frozen=True):
    """All numbers by form of the program."""

    forms: Mapping[str, Mapping[str, str]]
    """By the name of a form: `version`, and `rules`, which says whether they are compiled."""
    measured: Mapping[str, Mapping[str, Spread]]
    """By workload and form: lines or events in a second, seconds (`p99`) or bytes."""
    curves: Mapping[str, Mapping[str, GrowthCurve]]
    """By what grows, and form."""
    ratios: Mapping[str, Mapping[str, Spread]]
    """By two forms, `compiled_to_against`, and workload: how many times as good the first is, in
    the same round. Of what grows, at the largest size."""


class _Rounds:
    """The numbers of all rounds, by workload and form; those of curves by size as well."""

    def __init__(self) -> None:
        self.of: dict[str, dict[str, list[float]]] = {}
        self.grown: dict[str, dict[str, _Sizes]] = {}

    def note(self, workload: str, form: str, number: float | None) -> None:
        if number is not None:
            self.of.setdefault(workload, {}).setdefault(form, []).append(number)

    def note_growth(self, curve: str, form: str, size: int, seconds: float | None) -> None:
        if seconds is not None:
            sizes = self.grown.setdefault(curve, {}).setdefault(form, {})
            sizes.setdefault(size, []).append(seconds)


def compare_forms(
    forms: Sequence[ProgramForm], library: Library, extent: Extent, tell: Callable[[], object]
) -> FormComparison:
    """
    Measures each form in a process of its own; `tell` is called after each round of a form.

    Of a single form only what grows: the rest is measured by other parts.
    """
    rounds = _Rounds()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mrs-bench-")))
        inputs = written_inputs(folder, library, extent)
        subjects: dict[str, SubjectProcess] = {
            form.name: stack.enter_context(subject(form, folder)) for form in forms
        }
        about = {name: asked.ask("about") for name, asked in subjects.items()}
        for number in range(extent.rounds):
            for name, asked in subjects.items():
                if number == 0:
                    _measure_once(asked, name, inputs, rounds)
                if len(forms) > 1:
                    _measure(asked, name, inputs, extent, rounds)
                if len(forms) > 1 and name == forms[0].name:
                    _measure_peers(asked, name, inputs, rounds)
                tell()
    return FormComparison(
        about,
        {name: _spreads(of_form) for name, of_form in rounds.of.items()},
        {
            curve: {name: curve_of(sizes) for name, sizes in of_form.items()}
            for curve, of_form in rounds.grown.items()
        },
        dict(_ratios(rounds, [form.name for form in forms])),
    )


def _measure(
    asked: SubjectProcess, form: str, inputs: Inputs, extent: Extent, rounds: _Rounds
) -> None:
    lines = asked.ask("lines_a_second", members=inputs.members, seconds=_MEASURED_SECONDS)
    rounds.note(JUDGED, form, lines)
    for name, volatile in zip(PEERS.values(), (False, True), strict=True):
        rate = asked.ask("events_a_second", contender="ours", volatile=volatile, **inputs.batches)
        rounds.note(name, form, rate)
    rounds.note(LATENCY, form, asked.ask("p99", rate=LATENCY_RATE, seconds=extent.seconds))


def _measure_peers(asked: SubjectProcess, form: str, inputs: Inputs, rounds: _Rounds) -> None:
    for name, volatile in zip(PEERS, (False, True), strict=True):
        rate = asked.ask("events_a_second", contender="peer", volatile=volatile, **inputs.singly)
        rounds.note(name, form, rate)


def _measure_once(asked: SubjectProcess, form: str, inputs: Inputs, rounds: _Rounds) -> None:
    """What grows, in seconds of the processor, and memory: an old release takes minutes for it."""
    for curve, files in inputs.applied.items():
        for size, file in files.items():
            seconds = asked.ask("seconds_of_events", events=file)
            rounds.note_growth(curve, form, size, seconds)
    for size, file in inputs.studies.items():
        lines = asked.ask("lines_a_second", members=file, seconds=_MEASURED_SECONDS)
        rounds.note_growth("studies", form, size, lines and CLAIMS / lines)
    rounds.note(MEMORY, form, asked.ask("member_bytes"))


def _spreads(of_form: Mapping[str, Iterable[float]]) -> Mapping[str, Spread]:
    return {name: spread_of(numbers) for name, numbers in of_form.items()}


def _ratios(rounds: _Rounds, forms: Sequence[str]) -> Iterator[tuple[str, Mapping[str, Spread]]]:
    """Compares each form with those after it, and the shipped one with its peers."""
    at_largest = {
        curve: {form: sizes[max(sizes)] for form, sizes in of_form.items()}
        for curve, of_form in rounds.grown.items()
    }
    measured = {**rounds.of, **at_largest}
    for number, one in enumerate(forms):
        for other in forms[number + 1 :]:
            yield (
                f"{one}_to_{other}",
                {
                    name: spread_of(_times(name, of_form[one], of_form[other]))
                    for name, of_form in measured.items()
                    if {one, other} <= of_form.keys()
                },
            )
    shipped = forms[0]
    yield (
        f"{shipped}_to_peer",
        {
            ours: spread_of(_times(ours, rounds.of[ours][shipped], rounds.of[peer][shipped]))
            for peer, ours in PEERS.items()
            if peer in rounds.of and ours in rounds.of
        },
    )


def _times(workload: str, mine: Sequence[float], its: Sequence[float]) -> Iterator[float]:
    """How many times as good `mine` are as `its`, by round."""
    for one, other in zip(mine, its, strict=True):
        yield other / one if workload in LESS_IS_BETTER else one / other
