"""
What all the narrow models of FHIR R4 have in common.

A model reads the elements that bear on a claim. Elements that R4 has beside them and that carry no
meaning here are named and left out; any other is refused, because FHIR allows none. A modifier
extension may turn the meaning of its element around, so one that is not known is refused, and so
is `implicitRules`.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, StrictStr, model_validator
from pydantic_core import PydanticCustomError

ITEM_CANCELLED: Final = (
    "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-itemCancelled"
)
"""The one modifier extension that is known: `false` says nothing."""

OTHER_RELEASES: Final = frozenset(
    {
        # STU3
        "service", "careTeamLinkId", "diagnosisLinkId", "information", "employmentImpacted",
        "hospitalization", "organization", "sequenceLinkId",
        # R5
        "traceNumber", "diagnosisRelatedGroup", "event", "encounter", "patientPaid", "tax",
        "productOrServiceEnd", "request", "kind", "paymentBy", "concept",
    }
)  # fmt: skip
"""Elements that only other releases of FHIR have in what is read here."""

_OF_EVERY_ELEMENT: Final = frozenset({"id", "extension"})
_OF_EVERY_RESOURCE: Final = frozenset({"language", "text", "contained"})


def _only_known_modifiers(given: Any) -> None:  # noqa: ANN401  # any JSON value
    extensions = given if isinstance(given, list) else [given]
    for extension in extensions:
        is_known = isinstance(extension, dict) and extension.get("url") == ITEM_CANCELLED
        if not is_known or extension.get("valueBoolean") is not False:
            raise PydanticCustomError(
                "fhir_modifier", "a modifier extension that is not known may change the meaning"
            )


def _no_rules(given: Any) -> None:  # noqa: ANN401  # any JSON value
    del given
    raise PydanticCustomError("fhir_rules", "a resource that only other rules explain is not read")


class FhirElement(BaseModel):
    """An element of a resource, of which some parts are read."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    unread: ClassVar[str] = ""
    """What else R4 has there, by blanks, and has no meaning here."""

    modifierExtension: Annotated[None, BeforeValidator(_only_known_modifiers)] = None  # noqa: N815

    @model_validator(mode="before")
    @classmethod
    def _leave_out_what_is_unread(cls, given: Any) -> Any:  # noqa: ANN401  # any JSON value
        if not isinstance(given, dict):
            return given
        unread = cls.names_unread()
        if unread.isdisjoint(given):
            return given
        return {name: value for name, value in given.items() if name not in unread}

    @classmethod
    def names_unread(cls) -> frozenset[str]:
        """The names of all elements that may be there and are left out."""
        found = _UNREAD.get(cls)
        if found is None:
            read = frozenset(cls.model_fields)
            plain = (frozenset(cls.unread.split()) | cls.everywhere()) - read
            # The extensions of a primitive stand beside it, under its name with `_`.
            found = _UNREAD[cls] = plain | {f"_{name}" for name in plain | read}
        return found

    @classmethod
    def everywhere(cls) -> frozenset[str]:
        """What each element may have."""
        return _OF_EVERY_ELEMENT


_UNREAD: dict[type[FhirElement], frozenset[str]] = {}


class ResourceMeta(FhirElement):
    """What a server knows of a resource; of it, when it was changed."""

    unread = "versionId source profile security tag"

    lastUpdated: StrictStr | None = None  # noqa: N815  # FHIR's own


class FhirResource(FhirElement):
    """A resource, or one that is contained in another."""

    resourceType: StrictStr  # noqa: N815  # FHIR's own
    id: StrictStr | None = None
    meta: ResourceMeta | None = None
    implicitRules: Annotated[None, BeforeValidator(_no_rules)] = None  # noqa: N815  # FHIR's own

    @classmethod
    def everywhere(cls) -> frozenset[str]:
        """What each resource may have."""
        return _OF_EVERY_ELEMENT | _OF_EVERY_RESOURCE
