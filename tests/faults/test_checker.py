"""The judge of all runs sees each kind of guilt; one that acquits everyone proves nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from rules.facts import Origin
from tests.faults.checker import Sent, judge
from tests.faults.observed import Observed
from tests.faults.run import started
from tests.faults.workload import entries_of, entry_of

EVENTS = 80

Case = tuple[Observed, Sent]


@pytest.fixture(scope="module")
def healthy_run(nursery) -> Case:
    """What a run without any fault left behind."""
    with started(nursery, seed=0) as run:
        run.start_workers(1)
        run.send(entries_of("healthy", EVENTS))
        run.drained()
        return run.observe(), run.arrived()


def _without_determination(observed: Observed, sent: Sent) -> Case:
    return observed._replace(determinations=observed.determinations[:-1]), sent


def _determination_twice(observed: Observed, sent: Sent) -> Case:
    last = observed.determinations[-1]
    return observed._replace(determinations=[*observed.determinations, last]), sent


def _other_determination(observed: Observed, sent: Sent) -> Case:
    *others, (entry_id, fields) = observed.determinations
    event = json.loads(fields[b"event"])
    event["data"]["reason"] = "CRITERIA_MET"
    event["data"]["outcome"] = "approved"
    changed = (entry_id, {b"event": json.dumps(event, separators=(",", ":")).encode()})
    return observed._replace(determinations=[*others, changed]), sent


def _determination_of_another_hour(observed: Observed, sent: Sent) -> Case:
    *others, (entry_id, fields) = observed.determinations
    later = f"{int(entry_id.partition('-')[0]) + 3_600_000}-0"
    return observed._replace(determinations=[*others, (later, fields)]), sent


def _without_letter(observed: Observed, sent: Sent) -> Case:
    return observed._replace(letters=observed.letters[1:]), sent


def _letter_twice(observed: Observed, sent: Sent) -> Case:
    return observed._replace(letters=[*observed.letters, observed.letters[0]]), sent


def _letter_of_a_good_event(observed: Observed, sent: Sent) -> Case:
    good = next(fields for fields in sent.entries if b"event" in fields)
    letter = ("9-0", {**good, b"reason": b"ATTEMPTS_EXHAUSTED"})
    return observed._replace(letters=[*observed.letters, letter]), sent


def _record_without_an_event(observed: Observed, sent: Sent) -> Case:
    return _with_record(observed, lambda entries: entries[:-1]), sent


def _record_in_another_order(observed: Observed, sent: Sent) -> Case:
    def swap(entries: Sequence[tuple[Origin, Any]]) -> list[tuple[Origin, Any]]:
        (one, first), (two, second), *others = entries
        return [
            (two._replace(sequence=one.sequence), second),
            (one._replace(sequence=two.sequence), first),
            *others,
        ]

    return _with_record(observed, swap), sent


def _record_with_an_event_of_nobody(observed: Observed, sent: Sent) -> Case:
    def add(entries: Sequence[tuple[Origin, Any]]) -> list[tuple[Origin, Any]]:
        origin, fact = entries[-1]
        return [*entries, (origin._replace(digest=bytes(32), id="x", sequence=99), fact)]

    return _with_record(observed, add), sent


def _with_record(observed: Observed, change: Callable[..., Any]) -> Observed:
    """The same, but for the records of members with several claims."""
    members = {
        member_id: member._replace(
            record=member.record._replace(claims=tuple(change(member.record.claims)))
        )
        for member_id, member in observed.members.items()
        if len(member.record.claims) > 1
    }
    return observed._replace(members={**observed.members, **members})


def _counted(field: str, more: int) -> Callable[[Observed, Sent], Case]:
    def change(observed: Observed, sent: Sent) -> Case:
        counters = dict(observed.survey.counters)
        name = next(one for one in counters if one.startswith(field))
        counters[name] += more
        survey = observed.survey._replace(counters=counters)
        return observed._replace(survey=survey), sent

    return change


def _sent_once_more(observed: Observed, sent: Sent) -> Case:
    return observed, Sent(entries=[*sent.entries, sent.entries[0]])


def _sent_what_never_came(observed: Observed, sent: Sent) -> Case:
    return observed, Sent(entries=[*sent.entries, entry_of(b"[]")])


def _came_once_more(observed: Observed, sent: Sent) -> Case:
    return observed, Sent(entries=sent.entries[:-1])


def _without_index(observed: Observed, sent: Sent) -> Case:
    return observed._replace(indexes={}), sent


def _without_pends(observed: Observed, sent: Sent) -> Case:
    return observed._replace(pends={}), sent


def _remembered_trial(observed: Observed, sent: Sent) -> Case:
    return observed._replace(attempts=1), sent


@pytest.mark.parametrize(
    ("guilt", "change"),
    [
        pytest.param("lost", _without_determination, id="a_determination_is_missing"),
        pytest.param("doubled", _determination_twice, id="a_determination_is_there_twice"),
        pytest.param("wrong", _other_determination, id="a_determination_says_something_else"),
        pytest.param("wrong", _determination_of_another_hour, id="a_determination_came_later"),
        pytest.param("lost", _without_letter, id="a_dead_letter_is_missing"),
        pytest.param("doubled", _letter_twice, id="a_dead_letter_is_there_twice"),
        pytest.param("wrong", _letter_of_a_good_event, id="a_good_event_is_set_aside"),
        pytest.param("lost", _record_without_an_event, id="an_event_is_not_in_its_record"),
        pytest.param("wrong", _record_in_another_order, id="events_in_another_order"),
        pytest.param("wrong", _record_with_an_event_of_nobody, id="an_event_that_nobody_sent"),
        pytest.param("wrong", _counted("mrs_events_total|claim", 1), id="events_miscounted"),
        pytest.param("wrong", _counted("mrs_determinations_total", 1), id="published_miscounted"),
        pytest.param("wrong", _counted("mrs_findings_total", -1), id="findings_miscounted"),
        pytest.param("wrong", _counted("mrs_lines_current", 1), id="lines_miscounted"),
        pytest.param("wrong", _counted("mrs_event_age_seconds|bucket", 1), id="ages_miscounted"),
        pytest.param("lost", _sent_once_more, id="a_duplicate_is_not_counted"),
        pytest.param("lost", _sent_what_never_came, id="an_entry_never_came"),
        pytest.param("doubled", _came_once_more, id="an_entry_came_that_was_not_sent"),
        pytest.param("wrong", _without_index, id="the_index_is_missing"),
        pytest.param("wrong", _without_pends, id="the_pends_are_missing"),
        pytest.param("wrong", _remembered_trial, id="a_trial_is_still_remembered"),
    ],
)
def test_each_guilt_is_seen(guilt, change, healthy_run, library):
    observed, sent = change(*healthy_run)

    verdict = judge(observed, sent, [library])

    assert verdict.findings()[guilt]


def test_a_run_without_a_fault_is_found_guilty_of_nothing(healthy_run, library):
    assert "" == str(judge(*healthy_run, [library]))


def test_an_order_that_killed_its_workers_and_is_set_aside_is_no_lost_event(healthy_run, library):
    observed, sent = healthy_run
    order = {b"order": b"readjudicate", b"member": b"M-1", b"reason": b"ATTEMPTS_EXHAUSTED"}
    letters = [*observed.letters, ("9-0", order)]

    verdict = judge(observed._replace(letters=letters), sent, [library])

    assert "" == str(verdict)
