"""What the page on scenarios shows can be written as it stands there."""

from __future__ import annotations

import re

from rules.loading.files import SHIPPED, load_library
from tests.rules.library_folders import copy_library
from tests.support.sources import text_of
from worker.policy_tests.files import read_beside
from worker.policy_tests.run import tried
from worker.policy_tests.words import differences_in_words

PAGE = "docs/scenarios.md"


def test_the_scenarios_on_the_page_agree(tmp_path):
    folder = copy_library(tmp_path / "library")
    example = re.findall(r"```toml\n(.*?)```", text_of(PAGE), re.DOTALL)[0]
    (folder / "policies/example/scenarios").mkdir(parents=True)
    (folder / "policies/example/scenarios/a.toml").write_text(example)

    beside = read_beside(folder, ["example"])

    library = load_library(SHIPPED)
    results = [tried(one, library) for one in beside.scenarios]
    assert () == beside.faults
    assert [] == [said for one in results for said in differences_in_words(one)]
    assert 2 == len(results)
