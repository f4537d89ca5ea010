"""The one Claim of a request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from doors.fhir.bundles import BundledResources, Json
from doors.fhir.desk import ClaimEvent, claim_event
from doors.fhir.faults import ResourceFault, ResourceFaults, ResourceRefused
from doors.fhir.json_text import resource_in
from doors.fhir.messages import claim_outcome
from doors.fhir.preauthorizations import PREVIEWED, preview_outcome
from doors.fhir.reading import ResourceReading
from doors.fhir.responses import answer_to
from doors.fhir.terms import DoorTerms
from worker.determinations.data import DataView


class ClaimRequest(NamedTuple):
    """A Claim as it came, and the event that it becomes."""

    resource: Json
    event: ClaimEvent
    is_preview: bool

    def answer(
        self, lines: Sequence[DataView], created: str, preview: str | None = None
    ) -> dict[str, Any]:
        """The ClaimResponse; see `answer_to`."""
        return answer_to(
            self.resource,
            lines,
            event_id=self.event.id,
            created=created,
            charges=self.event.charges,
            preview=preview,
        )


def claim_in(body: bytes, terms: DoorTerms, *, as_preview: bool) -> ClaimRequest:
    """
    The Claim of a body: by itself, in a Bundle, or as the `resource` of Parameters.

    A preview is for what is no claim yet: anything else is refused as one, and it as a claim.
    Raises `ResourceRefused`.
    """
    bundled = BundledResources(_unwrapped(resource_in(body)))
    claims = [placed for placed in bundled.resources if placed.kind == "Claim"]
    if len(claims) != 1:
        text = "One Claim is needed in a request: none is here, or several."
        raise ResourceRefused(ResourceFault("", "not-supported", text))
    (placed,) = claims
    reading = ResourceReading(placed, bundled, ResourceFaults(), terms)
    is_preview = as_preview and placed.values.get("use") in PREVIEWED
    if as_preview and not is_preview:
        reading.refuse("use", "not-supported", "A preview is for what is no claim yet.")
    outcome = preview_outcome(reading) if is_preview else claim_outcome(reading)
    if outcome.event is None:
        raise ResourceRefused(*outcome.faults)
    return ClaimRequest(placed.values, claim_event(outcome.event), is_preview)


def _unwrapped(message: Json) -> Json:
    """What the operation's one parameter `resource` holds, where it comes as Parameters."""
    if message["resourceType"] != "Parameters":
        return message
    parameters = message.get("parameter")
    found = [
        each["resource"]
        for each in (parameters if isinstance(parameters, list) else ())
        if isinstance(each, dict) and isinstance(each.get("resource"), dict)
    ]
    if len(found) != 1 or not isinstance(found[0].get("resourceType"), str):
        text = "One parameter with a resource is needed."
        raise ResourceRefused(ResourceFault("Parameters.parameter", "structure", text))
    resource: Json = found[0]
    return resource
