"""An honest record is found to be so, whatever libraries decided it and whichever are given."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.library_model import Library
from tests.rules.builders import claim, event, pet, report, review
from tests.rules.deciding import library as changed_library
from tests.rules.deciding import shipped
from tests.support.event_builders import encoded
from tests.support.recordings import Step, recording
from worker.audit.verification import verify
from worker.bench.plan import member_events
from worker.events.encode import as_cloudevent

PARAMETERS = (
    {"unusable_lookback_days": 180},
    {"exclusivity_window_days": 30, "unlisted_but_documented": "accept"},
    {"conventional_lookback_days": 30, "pet_after_mrs": "pend"},
    {"pend_due_days": 31},
    {"conventional_lookback_days": 365, "unusable_lookback_days": 365},
)


@cache
def generation(number: int) -> Library:
    """The libraries of an installation, one after the other."""
    own = changed_library(**PARAMETERS[number])
    return replace(own, generation=number + 1, digest=f"sha256:{number}")


def libraries(*numbers: int) -> dict[str, Library]:
    return {generation(number).digest: generation(number) for number in numbers}


@st.composite
def recordings(draw):
    """A member of a generated plan, during whose life the library changes some times."""
    number = draw(st.integers(0, 400))
    events = [encoded(event) for event in member_events("audit", number)]
    steps, current = [], 0
    for raw in events:
        later = draw(st.sampled_from(["no", "no", "no", "before", "again"]))
        if later != "no" and current < 3:
            current += 1
            if later == "again":
                steps.append(Step(generation(current)))
        steps.append(Step(generation(current), raw))
    if draw(st.booleans()):
        steps.append(Step(generation(4)))
    return recording(f"M-{number:07d}", steps)


@given(recordings())
def test_with_every_library_all_is_derived_again_and_nothing_found(evidence):
    verified = verify(evidence, libraries(0, 1, 2, 3, 4))

    assert () == verified.findings
    assert (len(evidence.found), 0, 0) == (
        verified.checked,
        verified.by_themselves,
        verified.unchecked.total(),
    )


@given(recordings(), st.sampled_from([c for n in range(5) for c in combinations(range(5), n)]))
def test_without_some_library_nothing_is_found_either_and_each_revision_is_counted(
    evidence, given_ones
):
    verified = verify(evidence, libraries(*given_ones))

    assert () == verified.findings
    named = [digest for digest in verified.unchecked if digest not in libraries(*given_ones)]
    assert list(verified.unchecked) == named
    counted = verified.checked + verified.by_themselves + verified.unchecked.total()
    assert len(evidence.found) == counted


def _told(*facts, member_id="M-1"):
    return [
        encoded(as_cloudevent(event(fact, number, member_id)))
        for number, fact in enumerate(facts, 1)
    ]


STORY = _told(
    claim(received=10),
    report(),
    pet(on=5, received=10),
    review("P-1"),
    report("S-2", on=-1, result="conclusive"),
)


def test_a_library_that_came_after_an_event_which_published_nothing_is_told_from_one_before_it():
    """Both leave determinations of one version that name the library as their cause."""
    billed, silent = _told(claim(received=10), report(on=-300))
    steps = [Step(generation(0), billed), Step(generation(0), silent), Step(generation(4))]
    evidence = recording("M-1", steps)

    verified = verify(evidence, libraries(0, 4))

    assert ((), 2) == (verified.findings, verified.checked)


def test_a_library_that_published_nothing_leaves_no_trace_and_is_no_fault():
    evidence = recording("M-1", [*(Step(generation(0), raw) for raw in STORY), Step(generation(3))])

    verified = verify(evidence, libraries(0, 3))

    assert ((), len(evidence.found)) == (verified.findings, verified.checked)


@pytest.mark.parametrize(
    ("given_ones", "checked", "by_themselves", "unchecked"),
    [
        pytest.param((0, 1), 2, 0, 0, id="both"),
        pytest.param((0,), 1, 0, 1, id="the_first"),
        pytest.param((1,), 0, 1, 1, id="the_second"),
        pytest.param((), 0, 0, 2, id="neither"),
    ],
)
def test_what_is_not_given_is_not_checked_and_what_comes_after_it_by_itself(
    given_ones, checked, by_themselves, unchecked
):
    raws = _told(claim(diagnoses=("G40.209",), received=10))
    evidence = recording("M-1", [Step(generation(0), raws[0]), Step(generation(1))])
    assert 2 == len(evidence.found)

    verified = verify(evidence, libraries(*given_ones))

    assert () == verified.findings
    assert (checked, by_themselves, unchecked) == (
        verified.checked,
        verified.by_themselves,
        verified.unchecked.total(),
    )


def test_a_member_of_whom_nothing_was_published_is_verified_too():
    evidence = recording("M-1", [Step(generation(0), raw) for raw in _told(report())])

    verified = verify(evidence, {shipped().digest: shipped()})

    assert ((), 1, 0) == (verified.findings, verified.events, verified.unchecked.total())
