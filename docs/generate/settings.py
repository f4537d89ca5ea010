"""Writes `docs/settings.md` from the settings' own definitions."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from worker.config.console_settings import ConsoleSettings
from worker.config.kafka_settings import KafkaSettings
from worker.config.setting_names import PREFIX
from worker.config.settings import Settings

_INTRODUCTION = """\
# Settings

Written by `make docs` from `worker/config/`; edit the setting, not this page.

Settings are environment variables.
In development, a file `.env` in the folder where you work does as well:
copy [deploy/env.example](../deploy/env.example), which explains each setting at more length.
A variable that is set and empty counts as not set; an empty `MRS_REDIS_URL` is refused.
A value that cannot be used is refused at the start, by name and without repeating the value.
So is a name that begins with `MRS_` and is no setting, in the environment or in `.env`, and a line
of `.env` that cannot be read: every command says which one, and which setting is the nearest.

| setting | default | what |
|---|---|---|
"""


def settings_page() -> str:
    """Every setting with its default and its meaning."""
    return _INTRODUCTION + "".join(f"{row}\n" for row in _rows())


def default_of(field: FieldInfo) -> str | None:
    """A setting's default as it would be written; None where it follows from something else."""
    value = field.default
    if value is None or value is PydanticUndefined:
        return None
    return str(value.get_secret_value() if isinstance(value, SecretStr) else value)


def _rows() -> Iterator[str]:
    fields = Settings.model_fields
    of_one_command = {**ConsoleSettings.model_fields, **KafkaSettings.model_fields}
    for name in [*(each for each in fields if each not in of_one_command), *of_one_command]:
        field = fields[name]
        default = default_of(field)
        cell = "" if default is None else f"`{default}`"
        yield f"| `{PREFIX}{name.upper()}` | {cell} | {field.description} |"
