"""A kind of criterion: a service that the policy does not cover, whatever the line says."""

from __future__ import annotations

import pytest

from tests.rules.asking_of_lines import AUTHORIZED, ask, criterion, whole
from tests.rules.builders import LIMITED_MRI, attestation, authorization, claim

NEVER = criterion("never")
NOT_COVERED = (("not_met", "never"), "the policy does not cover 76390, whatever it is for", ())


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(claim(), id="a listed diagnosis"),
        pytest.param(claim(diagnoses=("C61",)), id="an unrelated diagnosis"),
        pytest.param(claim(attestations=(attestation(),)), id="an attestation"),
    ],
)
def test_it_is_never_met(asked):
    found = ask(NEVER, asked, LIMITED_MRI)

    assert NOT_COVERED == whole(found)


def test_an_authorization_lifts_it():
    found = ask(NEVER, claim(), authorization())

    assert AUTHORIZED == whole(found)


def test_an_authorization_of_another_day_does_not():
    found = ask(NEVER, claim(), authorization(through=-1))

    assert NOT_COVERED == whole(found)
