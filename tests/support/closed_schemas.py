"""Schemas that let nothing pass that they do not name."""

from __future__ import annotations

from typing import Any


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
