"""A criterion that looks for other services is asked again when one of them becomes known."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from rules.answers import met, unknown
from rules.criteria.companion import ask_companion
from rules.criteria.n_of import ask_n_of
from rules.criterion import Criterion
from rules.member.member import Member
from rules.member.open_member import OpenMember
from rules.terms import EarlierStudyTerms
from rules.terms_of_lines import CompanionTerms, NOfTerms
from tests.rules.builders import LIMITED_MRI, claim, digest_of, event, finalization, void
from tests.rules.deciding import decide, shipped
from tests.support.libraries import with_versions


def criterion(name, terms, ask, **reasons):
    known = shipped().policies[0].reasons
    return Criterion(
        name=name,
        kind=name,
        services=frozenset({"mrs"}),
        section="Codes",
        gate=None,
        bars=False,
        is_by_itself=False,
        reasons={role: known[code] for role, code in reasons.items()},
        terms=terms,
        parameters={},
        ask=ask,
    )


COMPANION = criterion(
    "companion",
    CompanionTerms(companions=frozenset({"99213"}), missing="pend"),
    ask_companion,
    missing="INDICATION_UNCLEAR",
)
ANY_OF = criterion(
    "n_of",
    NOfTerms(parts=(COMPANION,), least=1),
    ask_n_of,
    fewer="INVESTIGATIONAL_INDICATION",
    open="INDICATION_UNCLEAR",
)


def with_criterion(row):
    """The shipped library, whose policy also asks this of spectroscopies."""
    (version,) = shipped().versions
    criteria = (*version.criteria[:-1], row, version.criteria[-1])
    return with_versions(shipped(), (replace(version, criteria=criteria),))


def outcomes_at_last(sendings, using):
    """What is published last of each line, where events come one after the other."""
    member, last = OpenMember(Member(), using), {}
    for position, sending in enumerate(sendings, start=1):
        one = event(sending, position)
        for told in member.apply(one, digest_of(one)).publications:
            decided = told.determination
            last[decided.claim_id, decided.line] = (decided.outcome, decided.reason)
    return last


VISIT = claim("V-1", "99213")


@pytest.mark.parametrize("row", [COMPANION, ANY_OF], ids=["itself", "a part of another"])
@pytest.mark.parametrize(
    ("others", "expected"),
    [
        pytest.param([], "pended", id="nothing"),
        pytest.param([VISIT], "approved", id="a companion"),
        pytest.param([claim("V-1", "99214")], "pended", id="something else"),
        pytest.param([VISIT, void("V-2", "V-1")], "pended", id="a companion that is voided"),
        pytest.param([VISIT, finalization("V-1", status="denied")], "pended", id="a denied one"),
    ],
)
def test_the_last_word_is_the_same_in_every_order(row, others, expected):
    using = with_criterion(row)
    facts = (claim(), LIMITED_MRI, *others)
    whole = {key: (one.outcome, one.reason) for key, one in decide(*facts, using=using).items()}

    assert expected == whole["C-1", 1][0]
    for order in permutations(facts):
        assert whole == outcomes_at_last(order, using)


def of_any_visit(asked, row):
    """Met if any visit is on record, whatever its day."""
    visits = [line for line in asked.history.known.live if line.procedure == "99213"]
    if visits:
        return met(row, asked.library, "a visit is on record")
    return unknown(row, "missing", "no visit is on record")


def test_a_kind_that_nobody_has_classed_is_taken_to_look_at_all_services():
    row = criterion("visited", object(), of_any_visit, missing="INDICATION_UNCLEAR")
    using = with_criterion(row)

    decided = outcomes_at_last((claim(), LIMITED_MRI, VISIT), using)

    assert "approved" == decided["C-1", 1][0]


def looking_back(days, unusable):
    (version,) = shipped().versions
    own = version.having(EarlierStudyTerms)
    terms = replace(own.terms, lookback_days=days, unusable_lookback_days=unusable)
    return own.with_fields(terms=terms)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param(looking_back(10, 20), 730, id="a shorter one beside the policy's own"),
        pytest.param(looking_back(10, 900), 900, id="a longer one"),
        pytest.param(looking_back(901, 900), 901, id="of which the other number is longer"),
        pytest.param(
            ANY_OF.with_fields(terms=NOfTerms(parts=(looking_back(10, 900),), least=1)),
            900,
            id="a part of another",
        ),
    ],
)
def test_the_longest_look_back_of_any_criterion_counts(row, expected):
    (policy,) = with_criterion(row).policies

    assert expected == policy.longest_window_days
