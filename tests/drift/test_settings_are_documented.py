"""Every setting is described and stands in `deploy/env.example`, with its default."""

from __future__ import annotations

import re

import pytest
from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from tests.support.sources import text_of
from worker.config.settings import PREFIX, Settings

NAMES = sorted(f"{PREFIX}{name.upper()}" for name in Settings.model_fields)
DEFAULTS = {
    f"{PREFIX}{name.upper()}": (
        field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    )
    for name, field in Settings.model_fields.items()
    if field.default is not PydanticUndefined and field.default is not None
}


def test_the_example_has_every_setting_once_and_no_other():
    written = re.findall(r"^#(MRS_\w+)=", text_of("deploy/env.example"), re.MULTILINE)

    assert NAMES == sorted(written)


@pytest.mark.parametrize("name", sorted(DEFAULTS))
def test_the_example_tells_the_default(name):
    lines = text_of("deploy/env.example").splitlines()

    assert f"#{name}={DEFAULTS[name]}" in lines


def test_the_documents_name_no_setting_that_there_is_not():
    documents = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "deploy/env.example"]
    documents += ["deploy/README.md", "ops/README.md"]

    named = {name for each in documents for name in re.findall(r"\bMRS_[A-Z_]+", text_of(each))}

    assert set() == {name for name in named if not name.startswith("MRS_TESTS_")} - set(NAMES)


def test_every_setting_is_described():
    undescribed = [name for name, field in Settings.model_fields.items() if not field.description]

    assert [] == undescribed
