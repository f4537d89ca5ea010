"""Our narrow models beside the whole ones of another FHIR library."""

from __future__ import annotations

import pytest
from fhir.resources.R4B import get_fhir_model_class

from doors.fhir import datatypes, resources
from doors.fhir.elements import FhirElement, FhirResource

OURS = {
    name.removesuffix("Resource").removeprefix("Fhir"): model
    for module in (datatypes, resources)
    for name, model in vars(module).items()
    if isinstance(model, type)
    and issubclass(model, FhirElement)
    and model not in (FhirElement, FhirResource)
}
ABSTRACT = {"fhir_comments", "resource_type"}


@pytest.mark.parametrize("name", OURS)
def test_a_model_knows_every_element_of_its_type_and_no_other(name):
    theirs = {
        field.alias or key
        for key, field in get_fhir_model_class(name).model_fields.items()
        if not (field.alias or key).startswith("_")
    } - ABSTRACT
    model = OURS[name]
    read = {field.alias or key for key, field in model.model_fields.items()}
    ours = read | {each for each in model.names_unread() if not each.startswith("_")}

    assert theirs - {"modifierExtension"} == ours - {"resourceType", "modifierExtension"}
