"""The remittance codes of the shipped library, for whoever decodes an event in a test."""

from __future__ import annotations

from typing import Final

from rules.loading.files import SHIPPED, load_library
from worker.events.remittance import LoadedWhenAsked

CODES: Final = LoadedWhenAsked(lambda: load_library(SHIPPED).remittance)
