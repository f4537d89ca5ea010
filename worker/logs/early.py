"""What a worker says before its log is set up, in the form of its log.

Nothing but the standard library is imported here: a signal may come while the rest is imported.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime


def tell_as_worker(level: str, event: str, reason: str, logger: str = "worker.cli") -> None:
    """Writes one line to standard error, in the format that MRS_LOG_FORMAT asks for."""
    if os.environ.get("MRS_LOG_FORMAT", "json").strip().lower() == "console":
        sys.stderr.write(f"{event}: {reason}\n")
        return
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    line = {"timestamp": now, "level": level, "event": event, "reason": reason}
    sys.stderr.write(json.dumps(line | {"logger": logger}, separators=(",", ":")) + "\n")
