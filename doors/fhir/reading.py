"""What every reader of a resource is given: it, what is around it, and where faults go."""

from __future__ import annotations

from typing import NamedTuple, TypeVar, get_args

from doors.fhir.bundles import BundledResources, PlacedResource
from doors.fhir.datatypes import Reference
from doors.fhir.elements import FhirResource
from doors.fhir.faults import IssueCode, ResourceFaults
from doors.fhir.terms import DoorTerms
from doors.fhir.validation import read_as

Model = TypeVar("Model", bound=FhirResource)


class ResourceReading(NamedTuple):
    """The reading of one resource."""

    placed: PlacedResource
    bundled: BundledResources
    faults: ResourceFaults
    terms: DoorTerms

    def refuse(self, path: str, code: IssueCode, text: str) -> None:
        """Notes a fault of an element, by its path from the resource on."""
        place = self.placed.expression
        self.faults.add(f"{place}.{path}" if path else place, code, text)

    def find(self, reference: Reference | None) -> PlacedResource | None:
        """What a reference points at, if it is in the message."""
        return self.bundled.resolve(reference.reference, self.placed) if reference else None

    def read(self, model: type[Model], placed: PlacedResource | None) -> Model | None:
        """A resource that was found; None if it is of another type, or has a fault, then noted."""
        if placed is None or placed.kind not in get_args(
            model.model_fields["resourceType"].annotation
        ):
            return None
        return read_as(model, placed, self.faults)

    def at(self, placed: PlacedResource) -> ResourceReading:
        """The reading of another resource of the same message."""
        return self._replace(placed=placed)


def _kind_in(model: type[FhirResource]) -> object:
    """The type of resource that a model is of, as a `Literal`."""
    return model.model_fields["resourceType"].annotation
