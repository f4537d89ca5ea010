"""What the typed events of Python programs have in common; `models` has one for each type."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    model_validator,
)

from worker.events.decode import Refusal, decode
from worker.events.facts import LINES_MAX
from worker.events.fields import IDENTIFIER_CHARACTERS_MAX
from worker.events.remittance import EVERY_CODE


def _as_number(units: Decimal) -> int | float:
    """The JSON number from which the same quantity is read."""
    return int(units) if units == int(units) else float(units)


Identifier = Annotated[
    str, StringConstraints(min_length=1, max_length=IDENTIFIER_CHARACTERS_MAX, pattern=r"\S")
]
Text = Annotated[str, StringConstraints(pattern=r"\S")]
LineNumber = Annotated[int, Field(ge=1, le=LINES_MAX)]
Units = Annotated[Decimal, Field(ge=0), PlainSerializer(_as_number)]
Amount = Annotated[Decimal, PlainSerializer(lambda amount: f"{amount:f}")]


class EventPart(BaseModel):
    """A JSON object of an event; a field that there is not is refused, as it is a slip."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class OutgoingEvent(EventPart):
    """
    An event as a producer makes it, checked by what workers decode it with.

    Only a reviewer's codes are not looked up: whether they are in force depends on the library. An
    event that is refused raises `pydantic.ValidationError`, whose text names fields and holds no
    values; its `errors()` do.
    """

    specversion: Literal["1.0"] = "1.0"
    id: Identifier
    source: Identifier
    time: AwareDatetime
    traceparent: str | None = None
    tracestate: str | None = None

    def to_json(self) -> bytes:
        """The bytes to send; a field that is not set is left out."""
        return json.dumps(self.model_dump(mode="json", exclude_none=True)).encode()

    @model_validator(mode="after")
    def _must_be_accepted(self) -> Self:
        refusal = decode(self.to_json(), EVERY_CODE)
        if isinstance(refusal, Refusal):
            faults = "; ".join(f"{fault.path}: {fault.expected}" for fault in refusal.faults)
            raise ValueError(faults)  # noqa: TRY004  # pydantic turns it into its own error
        return self
