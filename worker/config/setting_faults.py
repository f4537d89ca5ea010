"""Says of each setting that was refused what it must be, and never what it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, get_args

from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from worker.config.setting_names import FOR_KUBERNETES, PREFIX
from worker.failures import Risk
from worker.nearest import offered

SettingFields = Mapping[str, FieldInfo]


def fault_of(error: ErrorDetails, fields: SettingFields) -> str:
    """A sentence on one refusal of pydantic's; empty where it follows from another."""
    if error["type"] == "default_factory_not_called":
        return ""  # a copy of another address, whose fault is already reported
    if not error["loc"]:
        return str(error["ctx"]["error"])
    name = str(error["loc"][0])
    return f"{PREFIX}{name.upper()} cannot be used: {_why(error, fields)}"


def _why(error: ErrorDetails, fields: SettingFields) -> str:
    match error["type"]:
        case "value_error":
            return f"{error['ctx']['error']}."
        case "literal_error":
            choices = get_args(fields[str(error["loc"][0])].annotation)
            offer = offered(str(error["input"]), choices)
            return f"it must be {error['ctx']['expected']}.{offer}"
        case "string_pattern_mismatch" if error["loc"] == ("accept_risks",):
            known = get_args(Risk)
            words = [word.strip() for word in str(error["input"]).split(",")]
            strange = next((word for word in words if word not in known), "")
            listed = ", ".join(known)
            return f"it must be some of {listed}, with commas between.{offered(strange, known)}"
        case "string_pattern_mismatch":
            return _PATTERNS.get(str(error["loc"][0]), _NAME)
        case "string_too_short" | "too_short":
            least = error["ctx"]["min_length"]
            return "it must not be empty." if least == 1 else f"it must have {least} characters."
        case _:
            hint = FOR_KUBERNETES if str(error["input"]).startswith("tcp://") else ""
            return f"it must be {_range(fields[str(error['loc'][0])])}.{hint}"


def _range(field: FieldInfo) -> str:
    """What a number may be, from its declaration."""
    limits = {
        each: getattr(limit, each)
        for limit in field.metadata
        for each in ("ge", "gt", "le")
        if hasattr(limit, each)
    }
    kind = "a number" if field.annotation is float else "a whole number"
    least = f"above {limits['gt']}" if "gt" in limits else f"from {limits['ge']}"
    return f"{kind} {least} up to {limits['le']}"


_NAME: Final = "it must be 1 to 64 letters, digits or _.:{}- and nothing else."
_PATTERNS: Final = {"console_origin": "it must be https://host, and nothing after it."}
