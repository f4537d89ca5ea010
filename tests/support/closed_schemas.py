"""Schemas that let nothing pass that they do not name."""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from worker.contract.catalog import SCHEMAS


def faults(name: str, document: Any) -> list[str]:
    """Where a document is not as its schema says; a field that the schema does not name is one."""
    return [
        f"{error.json_path}: {error.message}" for error in _validator(name).iter_errors(document)
    ]


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(closed(SCHEMAS[name].make()))


def closed(schema: Any) -> Any:
    """The same schema, with every object of it closed: a field that it does not name is a fault."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(each) for name, each in schema.items()}
    if isinstance(schema.get("properties"), dict) and "additionalProperties" not in schema:
        inner["additionalProperties"] = False
    return inner
