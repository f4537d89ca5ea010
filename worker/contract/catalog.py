"""Every schema of the contract by its name, and where it is packaged."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from importlib.resources import files
from typing import Final, NamedTuple

from worker.contract.asyncapi import ASYNCAPI, asyncapi_document
from worker.contract.dead_letter import DEAD_LETTER_DETAIL, DeadLetterDetail
from worker.contract.determination import DETERMINED, DeterminedEvent
from worker.contract.document import document_schema
from worker.contract.event_schemas import event_schema
from worker.contract.outputs import OUTPUTS
from worker.contract.patterns import Schema
from worker.events.types import EVENT_TYPES

FOLDER: Final = "schemas"


class PublishedSchema(NamedTuple):
    """One schema: what it is of, and what makes it."""

    about: str
    make: Callable[[], Schema]


def _event(name: str) -> PublishedSchema:
    return PublishedSchema("an event in", partial(event_schema, name))


def _document(name: str, about: str, document: object) -> PublishedSchema:
    return PublishedSchema(about, partial(document_schema, name, document))


SCHEMAS: Final[Mapping[str, PublishedSchema]] = {
    **{name: _event(name) for name in EVENT_TYPES},
    DETERMINED: _document(DETERMINED, "a determination out", DeterminedEvent),
    DEAD_LETTER_DETAIL: _document(
        DEAD_LETTER_DETAIL, "the field `detail` of a dead letter", DeadLetterDetail
    ),
    **{
        f"output.{command}": _document(f"output.{command}", about, document)
        for command, (about, document) in OUTPUTS.items()
    },
}
"""In the order of the contract."""


CONTRACT_VERSION: Final = "1"
"""It rises only if something that was promised breaks."""

DOCUMENTS: Final[Mapping[str, PublishedSchema]] = {
    **SCHEMAS,
    ASYNCAPI: PublishedSchema(
        "the streams, as an AsyncAPI 3 document", partial(asyncapi_document, CONTRACT_VERSION)
    ),
}
"""All that is packaged: the schemas, and the document that puts them into their streams."""


def file_name(name: str) -> str:
    """The file of a document, within the folder of schemas."""
    return f"{name}.json"


def text_of_document(name: str) -> str:
    """A document as its file has it, in ASCII."""
    return json.dumps(DOCUMENTS[name].make(), indent=2) + "\n"


def packaged(name: str) -> str:
    """The document that this version of the program was shipped with."""
    return (files(__package__) / FOLDER / file_name(name)).read_text("ascii")
