"""A kind of criterion: of which specialty is who ordered the service."""

from __future__ import annotations

from rules.terms_of_lines import OrderedByTerms
from tests.rules.asking_of_lines import AUTHORIZED, ask, criterion, whole
from tests.rules.builders import NPI, authorization, claim, line

NEUROLOGIST, NEUROSURGEON, DENTIST = "2084N0400X", "207T00000X", "122300000X"
SPECIALIST = criterion(
    "ordered_by", OrderedByTerms(specialties=frozenset({NEUROLOGIST, NEUROSURGEON}))
)
UNKNOWN = (
    ("unknown", "unknown"),
    "the line does not say the specialty of who ordered the service",
    (),
)
BY_DENTIST = (("not_met", "other"), f"ordered by specialty {DENTIST}", ())


def ordered(specialty, number=1):
    return line(number)._replace(ordering_npi=NPI, ordering_specialty=specialty)


def test_one_of_the_specialties_is_enough():
    for specialty in (NEUROLOGIST, NEUROSURGEON):
        found = ask(SPECIALIST, claim(lines=(ordered(specialty),)))

        assert (("met", None), f"ordered by specialty {specialty}", ()) == whole(found)


def test_another_specialty_is_not():
    assert BY_DENTIST == whole(ask(SPECIALIST, claim(lines=(ordered(DENTIST),))))


def test_a_line_that_names_no_specialty_leaves_it_open():
    assert UNKNOWN == whole(ask(SPECIALIST, claim()))
    assert UNKNOWN == whole(ask(SPECIALIST, claim(lines=(ordered(None),))))


def test_another_line_of_the_claim_says_nothing_of_it():
    both = claim(lines=(line(1), ordered(NEUROLOGIST, 2)))

    assert UNKNOWN == whole(ask(SPECIALIST, both))
    assert "met" == ask(SPECIALIST, both, number=2).answer


def test_an_authorization_lifts_it():
    found = ask(SPECIALIST, claim(lines=(ordered(DENTIST),)), authorization())

    assert AUTHORIZED == whole(found)
