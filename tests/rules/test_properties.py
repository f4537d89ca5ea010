"""What must hold of every member, whatever happened to it (`rules.md` 1)."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from rules.adjudicate import adjudicate
from rules.determination import Determination
from rules.facts import Claim, Event
from rules.history.record import Record, append, recognise
from rules.member.member import Member, Publication, line_key
from rules.member.open_member import apply
from tests.rules.builders import digest_of, record_of
from tests.rules.nasty_members import effort, members, nasty_library
from tests.rules.stepping import check_each_step

Decided = tuple[Determination, ...]


def decided(events: Iterable[Event]) -> Decided:
    return adjudicate(record_of(events), nasty_library())


def accepted(events: Iterable[Event]) -> Record:
    """The record after events of which some come again."""
    record = Record()
    for event in events:
        if recognise(record, event) == "new":
            record = append(record, event, digest_of(event))
    return record


@given(members(), st.randoms(use_true_random=False))
@effort(80)
def test_any_order_with_any_repeats_ends_in_the_same_determinations(
    events: list[Event], random: Random
) -> None:
    as_given = decided(events)
    disordered = [*events, *random.choices(events, k=random.randrange(4))]
    random.shuffle(disordered)

    actual = adjudicate(accepted(disordered), nasty_library())

    assert as_given == actual


@given(members(), st.randoms(use_true_random=False))
@effort(60)
def test_one_event_at_a_time_ends_where_the_whole_record_does(
    events: list[Event], random: Random
) -> None:
    random.shuffle(events)

    check_each_step(events, nasty_library())


@given(members())
@effort(40)
def test_each_publication_is_what_the_record_of_its_version_is_decided_as(
    events: list[Event],
) -> None:
    member = Member()
    publications: list[Publication] = []
    for event in events:
        applied = apply(member, event, digest_of(event), nasty_library())
        publications += applied.publications
        member = applied.member

    for one in publications:
        known = member.record.first(one.record_version)
        assert one.determination in adjudicate(known, nasty_library())
    revisions = [(line_key(one.now), one.revision) for one in publications]
    assert len(set(revisions)) == len(revisions)
    assert sorted(revisions) == sorted(
        (line_key(last), revision)
        for last in member.published
        for revision in range(1, last.revision + 1)
    )


@given(members(most=6), members(most=6), st.randoms(use_true_random=False))
@effort(30)
def test_members_never_affect_each_other(
    ones: list[Event], others: list[Event], random: Random
) -> None:
    others = [event._replace(member_id="M-2") for event in others]
    mixed = [*ones, *others]
    random.shuffle(mixed)
    records: dict[str, Record] = {}
    for event in mixed:
        known = records.setdefault(event.member_id, Record())
        records[event.member_id] = append(known, event, digest_of(event))

    actual = {member: adjudicate(known, nasty_library()) for member, known in records.items()}

    assert {"M-1": decided(ones), "M-2": decided(others)} == actual


def with_claims(events: Iterable[Event], changed: Iterable[Claim]) -> list[Event]:
    """The events with their claims changed, in order."""
    new = iter(changed)
    return [
        event._replace(fact=next(new)) if isinstance(event.fact, Claim) else event
        for event in events
    ]


def claims_of(events: Iterable[Event]) -> list[Claim]:
    return [event.fact for event in events if isinstance(event.fact, Claim)]


@given(members())
@effort(40)
def test_neither_the_order_of_lines_nor_of_pointers_matters(events: list[Event]) -> None:
    reversed_claims = [
        claim._replace(
            lines=tuple(
                line._replace(diagnosis_pointers=line.diagnosis_pointers[::-1])
                for line in reversed(claim.lines)
            )
        )
        for claim in claims_of(events)
    ]

    actual = decided(with_claims(events, reversed_claims))

    assert decided(events) == actual


@given(members())
@effort(40)
def test_nor_does_the_order_of_diagnoses_with_the_pointers_that_follow_it(
    events: list[Event],
) -> None:
    reversed_claims = []
    for claim in claims_of(events):
        count = len(claim.diagnoses)
        lines = tuple(
            line._replace(diagnosis_pointers=tuple(count + 1 - p for p in line.diagnosis_pointers))
            for line in claim.lines
        )
        reversed_claims.append(claim._replace(diagnoses=claim.diagnoses[::-1], lines=lines))

    actual = decided(with_claims(events, reversed_claims))

    assert decided(events) == actual


@given(members())
@effort(60)
def test_every_determination_is_whole(events: list[Event]) -> None:
    for one in decided(events):
        assert one.section
        assert all(found.section and found.because for found in one.findings)
        assert (one.outcome == "pended") == (one.due_on is not None)
        assert one.recommended is None or one.reason == "PEER_REVIEW"
        assert (one.decided_by == "nobody") == (one.outcome == "pended")
        assert (one.decided_by == "person") == (one.review is not None and one.outcome != "pended")
        assert one.outcome in ("pended", "denied") or not one.needs


@given(members())
@effort(60)
def test_every_denial_has_a_finding_or_a_review_and_codes_that_belong_together(
    events: list[Event],
) -> None:
    for one in decided(events):
        if one.outcome == "denied":
            assert one.review or [f for f in one.findings if f.answer == "not_met" and f.reason]
            assert one.group is not None
            assert one.carc is not None
        else:
            assert one.group is None
        if one.outcome not in ("denied", "pended"):
            assert (None, ()) == (one.carc, one.rarc)
        assert one.carc != "18" or (one.group, one.rarc) == ("OA", ())
        assert one.carc not in ("16", "96", "252") or len(one.rarc) == 1


@given(members())
@effort(40)
def test_the_answers_of_a_line_add_up_to_its_outcome(events: list[Event]) -> None:
    for one in decided(events):
        if one.service != "mrs" or one.review or not one.findings:
            continue
        answers = [found.answer.value for found in one.findings]
        expected = "approved"
        if "not_met" in answers:
            expected = "pended" if one.reason == "PEER_REVIEW" else "denied"
        elif "unknown" in answers:
            expected = "pended"
        assert expected == one.outcome


@given(members())
@effort(30)
def test_a_plan_that_excludes_the_service_says_nothing_clinical(events: list[Event]) -> None:
    excluded = [claim._replace(plan_id="sample-no-mrs") for claim in claims_of(events)]

    for one in decided(with_claims(events, excluded)):
        if one.service == "mrs" and one.findings:
            assert ("denied", "NON_COVERED_BENEFIT") == (one.outcome, one.reason)
