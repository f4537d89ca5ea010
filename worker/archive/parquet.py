"""
Files of an archive as Parquet: a row a determination, for warehouses, and its published bytes.

The typed columns are for questions. What proves something is the column `event`: the bytes as they
were published, to which the chains and anchors hold. A determination cannot be made again from its
columns in another release, so the bytes stay; compressed they cost less than the columns do.
pyarrow, of the extra `parquet`, is imported only where such a file is written or read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from worker.archive.parquet_rows import row_of
from worker.determinations.parse import StreamedDetermination
from worker.failures import RefusedError, RetryableError

SUFFIX: Final = ".parquet"

_ROWS_IN_A_GROUP: Final = 5_000
_PROOF: Final = ["entry", "event"]


class NotParquet(RefusedError):
    """The file is no Parquet file of an archive."""


class ParquetMissing(RetryableError):
    """Files of Parquet need a package that is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "The archive has files of Parquet, which need a package that is not installed: "
            "pip install 'mrs-adjudicator[parquet]'"
        )


class ParquetLines:
    """Writes determinations to an open file; it is complete once this is closed."""

    def __init__(self, file: IO[bytes]) -> None:
        parquet, arrow = _pyarrow()
        self._arrow = arrow
        self._schema = schema()
        self._rows: list[dict[str, Any]] = []
        self._writer = parquet.ParquetWriter(file, self._schema, compression="zstd")

    def add(self, found: StreamedDetermination) -> None:
        """Adds a determination."""
        self._rows.append(row_of(found))
        if len(self._rows) >= _ROWS_IN_A_GROUP:
            self._write()

    def close(self) -> None:
        """Writes what is left, and the end of the file."""
        self._write()
        self._writer.close()

    def _write(self) -> None:
        if self._rows:
            self._writer.write_table(self._arrow.Table.from_pylist(self._rows, self._schema))
            self._rows.clear()


def parquet_entries(path: Path) -> Iterator[tuple[str, bytes]]:
    """Returns the determinations of a file, in their order; raises `NotParquet`."""
    parquet, arrow = _pyarrow()
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(columns=_PROOF):
                columns = (batch.column(name).to_pylist() for name in _PROOF)
                yield from zip(*columns, strict=True)
    except (arrow.ArrowException, KeyError):
        raise NotParquet from None


def schema() -> Any:  # noqa: ANN401  # pyarrow is typed nowhere
    """The columns of such a file, as docs/warehouse.md lists them."""
    _, pa = _pyarrow()
    text, number, day = pa.string(), pa.int64(), pa.date32()
    review_names = ("decision", "reason", "role", "reviewer_id", "credential", "level")
    review = pa.struct([(name, text) for name in (*review_names, "source", "id")])
    needs = pa.list_(pa.struct([("code", text), ("text", text)]))
    return pa.schema(
        [
            pa.field("entry", text, nullable=False),
            pa.field("event", pa.binary(), nullable=False),
            ("id", text),
            ("time", pa.timestamp("us", tz="UTC")),
            *((name, text) for name in ("member_id", "claim_id")),
            ("line", number),
            ("procedure", text),
            ("revision", number),
            *((name, text) for name in ("change", "outcome", "reason", "section")),
            *((name, text) for name in ("group", "carc")),
            ("rarc", pa.list_(text)),
            ("needs", needs),
            ("due_on", day),
            ("recommended", pa.struct([("outcome", text), ("reason", text)])),
            ("post_payment_review", pa.bool_()),
            ("decided_by", text),
            ("review", review),
            ("review_ignored", pa.struct([(name, text) for name in ("why", "source", "id")])),
            *((f"policy_{name}", text) for name in ("id", "version", "library", "program")),
            ("findings", pa.list_(_finding(pa))),
            *((f"caused_by_{name}", text) for name in ("source", "id", "library")),
            ("record_version", number),
            *((f"digest_{name}", text) for name in ("record", "previous")),
        ]
    )


def _finding(pa: Any) -> Any:  # noqa: ANN401  # as above
    text = pa.string()
    pointer = pa.struct(
        [(name, text) for name in ("kind", "claim_id")]
        + [("line", pa.int64())]
        + [(name, text) for name in ("id", "reference", "plan_id")]
    )
    return pa.struct(
        [(name, text) for name in ("criterion", "section", "answer", "because")]
        + [("evidence", pa.list_(pointer)), ("parameters", pa.map_(text, text))]
    )


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow  # noqa: PLC0415  # only where there are such files
        import pyarrow.parquet  # noqa: PLC0415
    except ModuleNotFoundError:
        raise ParquetMissing from None
    return pyarrow.parquet, pyarrow
