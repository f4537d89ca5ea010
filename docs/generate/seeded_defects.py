"""The list of seeded defects that an evidence pack shows, from `tests/defects/`."""

from __future__ import annotations

import json

from tests.defects.contract_code import CONTRACT
from tests.defects.denials import DENIALS
from tests.defects.door_code import DOORS
from tests.defects.rules_code import CODE
from tests.defects.rules_data import DATA
from tests.defects.upkeep_code import UPKEEP
from tests.defects.worker_code import WORKER

_ALL = (*DATA, *CODE, *DENIALS, *WORKER, *UPKEEP, *CONTRACT, *DOORS)


def seeded_defects() -> str:
    """Each defect with its place and with what must catch it."""
    listed = [
        {"name": one.name, "file": one.file, "by": one.by, "caught": one.caught} for one in _ALL
    ]
    return json.dumps(listed, indent=1) + "\n"
