"""Says in words what would change a determination, for the examiner and for the notice."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from rules.analysis.counterfactual import Counterfactual, Notice
from rules.analysis.sufficient_sets import SufficientSet
from worker.explain.words import turn_subject
from worker.terminal.console import printable
from worker.terminal.indent import Indented
from worker.terminal.styles import STYLES


def tell_examiner(found: Counterfactual) -> Iterator[RenderableType]:
    """Shows every set: each is sufficient on its own, and none of its parts can be left out."""
    yield Text("\nWhat would change it (for the examiner; each set was decided again)")
    if found.why_none is not None:
        yield Indented(Text(found.why_none))
    for turn in found.for_it:
        yield _set(turn)
    if found.reopening:
        yield Text("\nWhat would reopen it, and leave it open or denied for another reason")
    for turn in found.reopening:
        yield _set(turn)
    if found.against_it:
        yield Text("\nWhat would deny it")
    for turn in found.against_it:
        yield _set(turn)


def tell_requester(notice: Notice) -> Iterator[RenderableType]:
    """Shows only what the requester can supply, in the words of the library's list."""
    yield Text("\nWhat a notice may say of it")
    for texts in notice.documents:
        yield Indented(Text(f"- {' And: '.join(texts)}"))
    if notice.may_ask_a_reviewer:
        yield Indented(Text("- A reviewer can be asked to decide."))
    if not notice.documents and not notice.may_ask_a_reviewer:
        yield Indented(
            Text("No document from the requester would resolve or reopen it on its own.")
        )


def _set(turn: SufficientSet) -> RenderableType:
    text = Text("- ")
    text.append("\n  and ".join(printable(supply.text) for supply in turn.supplies))
    text.append(f"\n  -> {turn_subject(turn)}")
    text.append(turn.outcome.replace("_", " "), style=STYLES[turn.outcome])
    return Indented(text.append(f", {turn.reason}", style="dim"))
