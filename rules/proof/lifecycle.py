"""The classes of what may become of a claim: original, replaced, voided, waiting, contested."""

from __future__ import annotations

from collections.abc import Iterator

from rules.facts import Claim, Frequency
from rules.proof.situation import ASKED, Setting, Variant

_ORIGINAL = "C-0"
_AFTER = 6
"""Days from the service to the receipt of what comes later than the claim."""


def lifecycle_variants(setting: Setting) -> Iterator[Variant]:
    """The claim as an original, a replacement or a void, and what names it or its original."""
    own = ASKED[0]
    yield Variant("an original")
    yield Variant("replaced", (_naming(setting, "C-2", "7", own),))
    yield Variant("voided", (_naming(setting, "C-2", "8", own),))
    yield Variant(
        "replaced, the replacement voided",
        (_naming(setting, "C-2", "7", own), _naming(setting, "C-3", "8", "C-2")),
    )
    yield Variant("of two contents", (_again(setting),))
    for frequency in ("7", "8"):
        sets: dict[str, object] = {"frequency": frequency, "replaces": _ORIGINAL}
        original = _naming(setting, _ORIGINAL, "1", None)
        yield Variant(f"{frequency} of an unknown original", (), sets)
        yield Variant(f"{frequency} of a known original", (original,), sets)
        yield Variant(
            f"{frequency}, then a void of the original",
            (original, _naming(setting, "C-2", "8", _ORIGINAL)),
            sets,
        )
        circle = _naming(setting, _ORIGINAL, "7", own)
        yield Variant(f"{frequency} in a circle", (circle,), sets)


def _naming(setting: Setting, claim_id: str, frequency: Frequency, names: str | None) -> Claim:
    """Another claim for the same service; an original came before it, all else after it."""
    days = setting.received_days if frequency == "1" else _AFTER
    return setting.claim()._replace(
        claim_id=claim_id,
        frequency=frequency,
        replaces=names,
        received_at=setting.day(days),
        attestations=(),
    )


def _again(setting: Setting) -> Claim:
    """The same claim id, earlier, with another line."""
    claim = setting.claim()
    (line,) = claim.lines
    return claim._replace(received_at=setting.on, lines=(line._replace(number=2),))
