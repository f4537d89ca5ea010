"""The resources of a message, and what a reference in one of them points at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, NoReturn

from doors.fhir.faults import ResourceFault, ResourceRefused

NESTED_MAX: Final = 3
"""How deep Bundles may stand in each other."""

_TYPES: Final = ("batch", "collection", "document", "message", "searchset", "transaction")

Json = Mapping[str, Any]


class PlacedResource(NamedTuple):
    """A resource, and where in the message it stands."""

    values: Json
    expression: str
    """The FHIRPath of it, which begins every path of its faults."""
    full_url: str | None = None
    root: Json | None = None
    """The resource that contains it; None: nothing does."""

    @property
    def kind(self) -> str:
        """Its type as it says itself."""
        return str(self.values["resourceType"])


class BundledResources:
    """All resources of one message, in their order."""

    def __init__(self, message: Json) -> None:
        """Raises `ResourceRefused` for a Bundle that cannot be taken apart."""
        self.identifier = _token(message.get("identifier"))
        self.timestamp = message.get("timestamp") if _is_bundle(message) else None
        self.resources = tuple(_taken_apart(message))
        self._by_url: dict[str, list[PlacedResource]] = {}
        for placed in self.resources:
            names = {placed.full_url, f"{placed.kind}/{placed.values.get('id')}"}
            for name in names - {None}:
                self._by_url.setdefault(str(name), []).append(placed)

    def resolve(self, reference: str | None, origin: PlacedResource) -> PlacedResource | None:
        """What a reference points at; None if it is not in the message, or may be one of two."""
        if not reference:
            return None
        if reference.startswith("#"):
            return _contained(reference[1:], origin)
        plain = reference.split("/_history/", 1)[0]
        for name in _names_of(plain, origin):
            found = [each for each in self._by_url.get(name, ()) if _is_near(each, origin)]
            if len(found) == 1:
                return found[0]
        return None


def is_same_reference(one: str | None, other: str | None) -> bool:
    """Whether two references that lead nowhere name one resource: of two servers' never one."""
    if one is None or other is None:
        return False
    plain, other_plain = (each.split("/_history/", 1)[0] for each in (one, other))
    if ":" in plain and ":" in other_plain:
        return plain == other_plain
    return plain.rsplit("/", 2)[-2:] == other_plain.rsplit("/", 2)[-2:]


def _names_of(reference: str, origin: PlacedResource) -> Iterator[str]:
    """Under which name it may be found, the surest first."""
    server = _server_of(origin)
    if server is not None and reference.count("/") == 1:
        yield f"{server}/{reference}"
    yield reference


def _is_near(found: PlacedResource, origin: PlacedResource) -> bool:
    """Whether both may be of one server: an id alone means nothing on another."""
    servers = {_server_of(found), _server_of(origin)} - {None}
    return len(servers) < 2


def _server_of(placed: PlacedResource) -> str | None:
    """What an address begins with, before type and id; None: it is no address of a server."""
    parts = (placed.full_url or "").rsplit("/", 2)
    return parts[0] if len(parts) == 3 and ":" in parts[0] else None


def _contained(name: str, origin: PlacedResource) -> PlacedResource | None:
    root = origin.root or origin.values
    base = origin.expression.split(".contained[", 1)[0] if origin.root else origin.expression
    found = [
        PlacedResource(each, f"{base}.contained[{index}]", origin.full_url, root)
        for index, each in enumerate(root.get("contained", ()))
        if isinstance(each, dict) and each.get("id") == name and _is_resource(each)
    ]
    return found[0] if len(found) == 1 else None


def _taken_apart(message: Json) -> Iterator[PlacedResource]:
    if _is_bundle(message):
        yield from _entries(message, "Bundle", 1)
    else:
        yield PlacedResource(message, str(message["resourceType"]))


def _entries(bundle: Json, expression: str, depth: int) -> Iterator[PlacedResource]:
    if depth > NESTED_MAX:
        _refuse(expression, f"Bundles stand more than {NESTED_MAX} deep in each other.")
    if bundle.get("implicitRules") is not None:
        _refuse(f"{expression}.implicitRules", "A Bundle that only other rules explain.")
    if bundle.get("type") not in _TYPES:
        _refuse(f"{expression}.type", f"One of {', '.join(_TYPES)} is needed.")
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        _refuse(f"{expression}.entry", "A list is needed.")
    for index, entry in enumerate(entries):
        place = f"{expression}.entry[{index}]"
        if not isinstance(entry, dict) or entry.get("modifierExtension") is not None:
            _refuse(place, "An entry without a modifier extension is needed.")
        yield from _resources_of(entry, place, depth)


def _resources_of(entry: Json, place: str, depth: int) -> Iterator[PlacedResource]:
    resource = entry.get("resource")
    if resource is None:
        return  # as of a request that only asks
    if not _is_resource(resource):
        _refuse(f"{place}.resource", "A resource with a resourceType is needed.")
    if _is_bundle(resource):
        yield from _entries(resource, f"{place}.resource", depth + 1)
        return
    url = entry.get("fullUrl")
    yield PlacedResource(resource, f"{place}.resource", url if isinstance(url, str) else None)


def _is_resource(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("resourceType"), str)


def _is_bundle(resource: Json) -> bool:
    return bool(resource["resourceType"] == "Bundle")


def _token(identifier: object) -> str | None:
    """An identifier as FHIR writes it in a search: `system|value`."""
    if not isinstance(identifier, dict) or not isinstance(identifier.get("value"), str):
        return None
    system = identifier.get("system")
    return f"{system if isinstance(system, str) else ''}|{identifier['value']}"


def _refuse(expression: str, text: str) -> NoReturn:
    raise ResourceRefused(ResourceFault(expression, "structure", text))
