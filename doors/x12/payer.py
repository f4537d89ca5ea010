"""Who pays, as an 835 has to name it: a file of the installation."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from worker.failures import RefusedError

EXAMPLE: Final = """\
name = "Example Health Plan"
id = "999999999"
tax_id = "999999999"
street = "1 Example Street"
city = "Springfield"
state = "NY"
postal_code = "100010000"
contact = "EDI Support"
telephone = "5555550100"
"""
"""A file with every field."""

_Text = Annotated[str, Field(min_length=1, max_length=60)]


class PayerFileRefused(RefusedError):
    """The file of the payer cannot be used; the message says what to correct."""


class Payer(BaseModel):
    """The payer of a remittance advice, with what its guide requires."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: _Text
    id: Annotated[str, Field(min_length=2, max_length=80)]
    tax_id: Annotated[str, Field(pattern="^[0-9]{9}$")]
    street: _Text
    city: _Text
    state: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    postal_code: Annotated[str, Field(pattern="^[0-9]{5}([0-9]{4})?$")]
    contact: _Text
    telephone: Annotated[str, Field(pattern="^[0-9]{10}$")]


def payer_of(path: Path) -> Payer:
    """
    Reads the file of the payer.

    Raises `PayerFileRefused` for what is no TOML or lacks a field, and `OSError`.
    """
    try:
        return Payer.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PayerFileRefused(f"{path.name} is no TOML.") from error
    except ValidationError as error:
        fields = ", ".join(sorted({str(each["loc"][0]) for each in error.errors()}))
        raise PayerFileRefused(f"{path.name}: correct or add these fields: {fields}.") from error
