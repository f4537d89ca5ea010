"""Lays out the folder of a policy: each file that it needs and does not have, none overwritten."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from rules.loading.folder import SCENARIOS
from rules.loading.reasons import REASONS
from rules.loading.version_files import code_sets_of, services_in
from worker.policy_drafts.document import sections_in
from worker.policy_drafts.kind_text import USUAL
from worker.policy_drafts.policy_text import DraftNames, policy_text

POLICY: Final = "policy.toml"
SOURCES: Final = "sources.csv"
OWN_REASONS: Final = "reasons.csv"

_NAME: Final = re.compile(r"[\w-]+")
"""Of a code set: no path to somewhere else."""

_SERVICE: Final = "code,investigational,has_components,valid_from,valid_to,label,source\n"
_WATCHED: Final = "code,pet_class,has_own_ct,valid_from,valid_to,label,source\n"
_PLAIN: Final = "code,label,source\n"
_SETS: Final[Mapping[str, str]] = {
    "brain_tumour": "code,source\n",
    "company": "code,indication,beside,in_history,section,source\n",
    "conventional_imaging": "code,may_be_attenuation,valid_from,valid_to,label,source\n",
    "episode_reset": "code,kind,valid_from,valid_to,label,source\n",
    "indication_names": "indication,section,group,label,source\n",
    "indications": "code,indications,support,source\n",
    "symptom_chapters": """\
letter,circumstance,label,source
R,no,symptoms and findings,ICD-10-CM chapter 18
V,yes,circumstances: transport,ICD-10-CM chapter 20
W,yes,circumstances: other accidents,ICD-10-CM chapter 20
X,yes,"circumstances: forces of nature, assault, self-harm",ICD-10-CM chapter 20
Y,yes,"circumstances: care, place and the rest",ICD-10-CM chapter 20
Z,yes,factors and contacts,ICD-10-CM chapter 21
""",
    "unrelated": "code,except,why\n",
}
"""The first row of each code set that has a meaning of its own; of chapters, all there are."""

_SCENARIO: Final = """\
# What policy {policy} leads to (docs/scenarios.md). What is empty is still to be said.

[usual]
day = {version}
plan = ""

[usual.claim]
procedure = ""
diagnoses = []

[[scenario]]
name = "a service for which every criterion is met"
cites = []

[[scenario.claim]]
expect = {{ outcome = "approved", reason = "CRITERIA_MET" }}
"""


def lay_out(library: Path, names: DraftNames, document: str | None) -> list[str]:
    """
    Writes what is not there yet, and returns the paths that were written, inside the library.

    `document` is the text of which `policy.toml` is made, where there is none.
    """
    version = library / "policies" / names.policy / names.version
    written: list[str] = []
    if document is not None and _write(version / POLICY, policy_text(names, sections_in(document))):
        written.append(_inside(library, version / POLICY))
    files = {**dict(_files(version)), **dict(_beside(version, names))}
    written += [_inside(library, path) for path, text in files.items() if _write(path, text)]
    return written


def service_word(policy: str) -> str:
    """Returns a word for what a policy decides, made of its id."""
    return re.sub(r"\W+", "_", policy).strip("_").lower()


def _files(version: Path) -> Iterator[tuple[Path, str]]:
    """What the policy needs beside its `policy.toml`, as that stands now."""
    policy = (version / POLICY).read_bytes()
    service, watched = services_in(policy)
    headers = {**_SETS, watched or "": _WATCHED, service: _SERVICE}
    sets = [name for name in sorted(code_sets_of(policy) or ()) if _NAME.fullmatch(name)]
    for name in sets:
        yield version / "code_sets" / f"{name}.csv", headers.get(name, _PLAIN)
    yield version / OWN_REASONS, _reasons()
    rows = [f"code_sets/{name}.csv" for name in sets] + [OWN_REASONS]
    sources = "".join(f"{row},,,,,\n" for row in rows)
    yield version / SOURCES, f"file,source,as_of,sections,criteria,note\n{sources}"


def _beside(version: Path, names: DraftNames) -> Iterator[tuple[Path, str]]:
    """A scenario to be filled, unless there are some."""
    folder = version.parent / SCENARIOS
    if not folder.exists():
        yield folder / f"{names.service}.toml", _SCENARIO.format(**names._asdict())


def _reasons() -> str:
    """How the policy cites the library's reasons: of its usual criteria, and of none."""
    codes = [code for code, criterion in REASONS.items() if criterion in ("", *USUAL)]
    rows = "".join(f"{code},,,,,,,\n" for code in codes)
    return f"code,criterion,section,label,group,carc,rarc,needs\n{rows}"


def _write(path: Path, text: str) -> bool:
    """Writes a new file; false: there is one, which stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        return False
    return True


def _inside(library: Path, path: Path) -> str:
    return path.relative_to(library).as_posix()
