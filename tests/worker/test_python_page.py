"""What the page about Python shows is what happens."""

from __future__ import annotations

import doctest
from itertools import takewhile

from tests.support.sources import text_of
from tests.support.turns import drain, route

PAGE = "docs/python.md"


def run(examples: list[doctest.Example], names: dict[str, object]) -> doctest.TestResults:
    test = doctest.DocTest(examples, {}, PAGE, PAGE, 0, None)
    test.globs = names
    return doctest.DocTestRunner().run(test, clear_globs=False)


def test_every_example_gives_what_stands_behind_it(redis_world, redis_url, library, monkeypatch):
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    examples = doctest.DocTestParser().get_examples(text_of(PAGE))
    before = list(takewhile(lambda example: "consume" not in example.source, examples))
    names: dict[str, object] = {}

    sent = run(before, names)
    route(redis_world)
    drain(redis_world, library)
    read = run(examples[len(before) :], names)

    assert (0, 0) == (sent.failed, read.failed)
    assert (len(before), len(examples)) == (sent.attempted, sent.attempted + read.attempted)
    assert read.attempted >= 2
