"""What all published documents have in common, and the JSON Schema of each."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, WithJsonSchema
from pydantic.json_schema import GenerateJsonSchema

from worker.contract.patterns import Schema

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_FORMS: Final = {
    "digest": "^sha256:[0-9a-f]{64}$",
    "day": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "instant": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$",
}

Count = Annotated[int, Field(ge=0)]
"""How many."""

Digest = Annotated[str, Field(pattern=_FORMS["digest"])]
"""SHA-256, in the form in which it is published."""

Day = Annotated[str, Field(pattern=_FORMS["day"], json_schema_extra={"format": "date"})]
"""A calendar date as text."""

Instant = Annotated[
    str, Field(pattern=_FORMS["instant"], json_schema_extra={"format": "date-time"})
]
"""An instant as text: RFC 3339, UTC, to the millisecond."""

AnyJson = Annotated[Any, WithJsonSchema({})]
"""Any JSON value."""


class Document(BaseModel):
    """
    A JSON object that others read.

    Fields that are not named here are ignored, so that a later version may bring more.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class _Plain(GenerateJsonSchema):
    """Leaves out the titles that only repeat the name of their field."""

    def field_title_should_be_set(self, schema: Any) -> Literal[False]:  # noqa: ANN401  # pydantic's own
        """Never."""
        del schema
        return False


def schema_id(name: str) -> str:
    """What identifies a schema; it is a name and no address to fetch it from."""
    return f"urn:mrs-adjudicator:schema:{name}"


def document_schema(name: str, document: Any) -> Schema:  # noqa: ANN401  # a type expression
    """The schema of a document, as it is written: each of its fields is there."""
    schema = TypeAdapter(document).json_schema(mode="serialization", schema_generator=_Plain)
    return {"$schema": DIALECT, "$id": schema_id(name)} | schema | {"title": name}
