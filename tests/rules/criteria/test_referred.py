"""A kind of criterion: somebody else's criteria govern the service."""

from __future__ import annotations

import pytest

from rules.terms_of_lines import ReferredTerms
from tests.rules.asking_of_lines import ask, criterion, whole
from tests.rules.builders import LIMITED_MRI, authorization, claim


@pytest.mark.parametrize(
    ("whose", "named"),
    [
        pytest.param(None, "another", id="of nobody who is named"),
        pytest.param("the benefit manager", "the benefit manager", id="of somebody named"),
    ],
)
def test_it_is_always_open(whose, named):
    found = ask(criterion("referred", ReferredTerms(whose=whose)), claim(), LIMITED_MRI)

    because = f"76390 is decided by the criteria of {named}"
    assert (("unknown", "referred"), because, ()) == whole(found)


def test_an_authorization_does_not_say_by_which_criteria():
    found = ask(criterion("referred"), claim(), authorization())

    assert "unknown" == found.answer
