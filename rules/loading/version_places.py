"""Where the parts of a `policy.toml` stand, for faults that are found when it has been read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules.loading.folder import LibraryFiles
from rules.loading.toml_lines import TableLines, rows_of
from rules.policy.document import PolicyCriterion, PolicyDocument


class VersionPlaces:
    """The rows of a version's file; faults are recorded with theirs."""

    def __init__(self, files: LibraryFiles, document: PolicyDocument) -> None:
        self.folder = f"policies/{document.policy_id}/{document.version}"
        self._file = f"{self.folder}/policy.toml"
        self._faults = files.faults
        rows = rows_of(files.text(self._file) or "")
        self._top = rows
        self._tables = {
            f"section {section.id}": rows.of_entry("section", position)
            for position, section in enumerate(document.sections)
        }
        self._tables |= {
            f"open_question {asked.id}": rows.of_entry("open_question", position)
            for position, asked in enumerate(document.open_questions)
        }
        self._tables |= dict(_of_criteria(document.criteria, rows, "criterion"))
        parameters = rows.of_table("parameter")
        for parameter in document.parameters:
            self._tables[f"parameter.{parameter.name}"] = parameters.of_table(parameter.name)

    def fault(self, table: str, key: str, wrong: str, to_do: str) -> None:
        """
        Records a fault of a key in a table such as `criterion age`.

        Either may be empty: a key of the file itself, or the table as a whole.
        """
        row = self._tables.get(table, self._top).row_of(key.partition(".")[0])
        path = ".".join(filter(None, (table, key)))
        self._faults.add(self._file, path if row is None else f"row {row} ({path})", wrong, to_do)


def _of_criteria(
    criteria: Sequence[PolicyCriterion], rows: TableLines, key: str
) -> Iterator[tuple[str, TableLines]]:
    """Criteria and the parts of criteria, in file order."""
    for position, criterion in enumerate(criteria):
        own = rows.of_entry(key, position)
        yield f"criterion {criterion.name}", own
        yield from _of_criteria(criterion.parts, own, "part")
