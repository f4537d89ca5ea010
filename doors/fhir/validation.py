"""A resource as its narrow model has it, or every fault of it by FHIRPath."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from doors.fhir.bundles import PlacedResource
from doors.fhir.elements import OTHER_RELEASES, FhirResource
from doors.fhir.faults import IssueCode, ResourceFault, ResourceFaults
from worker.nearest import offered

Model = TypeVar("Model", bound=FhirResource)

_SAID: Final[dict[str, tuple[IssueCode, str]]] = {
    "missing": ("required", "It is needed."),
    "too_short": ("required", "At least one is needed."),
    "string_type": ("structure", "Text is needed."),
    "bool_type": ("structure", "true or false is needed."),
    "int_type": ("structure", "A whole number is needed."),
    "tuple_type": ("structure", "A list is needed."),
    "model_type": ("structure", "An object is needed."),
    "model_attributes_type": ("structure", "An object is needed."),
    "greater_than_equal": ("value", "A number of 1 or more is needed."),
    "fhir_modifier": ("not-supported", ""),
    "fhir_rules": ("not-supported", ""),
    "fhir_date": ("value", ""),
    "fhir_decimal": ("value", ""),
    "fhir_comparator": ("not-supported", ""),
}
"""By the kind of pydantic's error; an empty sentence: the error has its own."""


def read_as(model: type[Model], placed: PlacedResource, faults: ResourceFaults) -> Model | None:
    """The resource; None after its faults were noted."""
    try:
        return model.model_validate(placed.values)
    except ValidationError as refused:
        errors = refused.errors(include_url=False)
        inside = {error["loc"][:1] for error in errors if len(error["loc"]) > 1}
        faults.extend(
            _fault(error, model, placed.expression)
            for error in errors
            # Of a list whose every entry is at fault, nothing is left to count.
            if error["type"] != "too_short" or error["loc"] not in inside
        )
        return None


def _fault(error: ErrorDetails, model: type[FhirResource], expression: str) -> ResourceFault:
    place, kind = error["loc"], error["type"]
    if kind == "extra_forbidden":
        return _strange(str(place[-1]), _path(expression, place[:-1]), model, place[:-1])
    path = _path(expression, place)
    if kind == "literal_error":
        return ResourceFault(path, "value", f"It must be {error['ctx']['expected']}.")
    code, text = _SAID.get(kind, ("invalid", "It cannot be read."))
    return ResourceFault(path, code, text or _sentence(error["msg"]))


def _strange(
    name: str, path: str, model: type[FhirResource], place: tuple[int | str, ...]
) -> ResourceFault:
    """An element that R4 does not have; its name is the sender's, so it is not repeated."""
    if name in OTHER_RELEASES:
        text = f"`{name}` is of another release of FHIR (STU3 or R5): R4 is read."
        return ResourceFault(path, "not-supported", text)
    near = offered(name, _names_at(model, place))
    return ResourceFault(path, "structure", f"It has an element that R4 does not have.{near}")


def _names_at(model: type[BaseModel], place: Iterable[int | str]) -> list[str]:
    """The names of the elements of what stands at a place of a model."""
    for step in place:
        if isinstance(step, str) and step in model.model_fields:
            model = _model_in(model.model_fields[step].annotation) or model
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401  # any type
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


def _path(expression: str, place: Iterable[int | str]) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return expression + "".join(steps)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
