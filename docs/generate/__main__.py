"""Writes what is generated into the documents: `make docs`, or `python -m docs.generate`."""

from __future__ import annotations

from docs.generate.written import ROOT, written

for path, text in written():
    (ROOT / path).write_text(text, encoding="utf-8")
