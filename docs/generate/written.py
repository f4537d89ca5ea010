"""Every file, or part of a file, that is generated from the code, and what it should say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from docs.generate.commands import commands_page
from docs.generate.event_models import event_models
from docs.generate.explained import explain_picture, with_excerpt
from docs.generate.pipeline_picture import pipeline_picture
from docs.generate.protocol_picture import protocol_picture
from docs.generate.seeded_defects import seeded_defects
from docs.generate.settings import settings_page
from docs.generate.states_picture import states_picture
from worker.contract.catalog import DOCUMENTS, FOLDER, file_name, text_of_document

ROOT: Final = Path(__file__).parents[2]


def _readme() -> str:
    return with_excerpt((ROOT / "README.md").read_text("utf-8"))


WRITERS: Final[Mapping[str, Callable[[], str]]] = {
    "docs/commands.md": commands_page,
    "docs/settings.md": settings_page,
    "docs/pictures/pipeline.svg": pipeline_picture,
    "docs/pictures/protocol.svg": protocol_picture,
    "docs/pictures/states.svg": states_picture,
    "docs/pictures/explain.svg": explain_picture,
    "README.md": _readme,
    "worker/events/models.py": event_models,
    "worker/report/seeded_defects.json": seeded_defects,
    **{
        f"worker/contract/{FOLDER}/{file_name(name)}": partial(text_of_document, name)
        for name in DOCUMENTS
    },
}


def written() -> Iterator[tuple[str, str]]:
    """Path and text of each."""
    for path, write in WRITERS.items():
        yield path, write()
