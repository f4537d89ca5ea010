"""Forms of the program beside one another: what runs, what is asked of it, what is made of it."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from rules.loading.files import SHIPPED, load_library
from tests.support.sources import ROOT
from worker.bench import comparison, forms
from worker.bench.comparison import FormComparison, compare_forms
from worker.bench.comparison_rows import comparison_rows
from worker.bench.extent import Extent
from worker.bench.forms import NotAWheel, ProgramForm, program_forms
from worker.bench.growth import GrowthCurve, curve_of, exponent
from worker.bench.kernel import JUDGED
from worker.bench.members import chain_of, claims_of_a_day, decoded
from worker.bench.picture import speed_picture
from worker.bench.spread import Spread
from worker.bench.subject_process import subject
from worker.sandbox.installation import NotStarted

SIZES = (10, 20)


@pytest.fixture(scope="module")
def library():
    return load_library(SHIPPED)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """This program as a wheel of another release, whose rules know no open members."""
    file = tmp_path_factory.mktemp("wheel") / "mrs_adjudicator-0.0.1-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        for package in ("rules", "worker"):
            for path in (ROOT / package).rglob("*"):
                if path.is_file() and "__pycache__" not in path.parts:
                    archive.write(path, path.relative_to(ROOT))
        metadata = "Metadata-Version: 2.4\nName: mrs-adjudicator\nVersion: 0.0.1\n"
        archive.writestr("mrs_adjudicator-0.0.1.dist-info/METADATA", metadata)
    return file


# ------------------------------------------------------------------------------------------ forms


def test_each_form_measures_the_code_in_its_own_folder(wheel, library):
    with program_forms(None, wheel) as found:
        compared = compare_forms(found[1:], library, Extent(1, 10, 0.1, SIZES), lambda: None)

    assert ["pure", "against"] == [form.name for form in found]
    assert {"against": {"version": "0.0.1", "rules": "pure Python"}} == compared.forms
    assert {"events", "claims_of_a_day", "chain", "studies"} == set(compared.curves)
    for by_form in compared.curves.values():
        assert ["10", "20"] == list(by_form["against"].seconds)
    assert 1_000 < compared.measured["member_bytes"]["against"].median < 10_000


def test_beside_another_form_everything_is_measured_in_both(wheel, library, monkeypatch):
    asked: list[tuple[str, str]] = []

    class Answers:
        def __init__(self, name: str) -> None:
            self.name = name

        def ask(self, method: str, **_: object) -> object:
            asked.append((self.name, method))
            return {"version": self.name, "rules": "x"} if method == "about" else 2.0

    class Started:
        def __init__(self, form: ProgramForm, _folder: Path) -> None:
            self.form = form

        def __enter__(self) -> Answers:
            return Answers(self.form.name)

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(comparison, "subject", Started)
    both = [ProgramForm("compiled", Path("a")), ProgramForm("against", Path("b"))]

    found = compare_forms(both, library, Extent(2, 10, 0.1, SIZES), lambda: None)

    assert {"compiled_to_against", "compiled_to_peer"} == set(found.ratios)
    assert {1.0} == {ratio.median for of in found.ratios.values() for ratio in of.values()}
    assert {"ours_2", "ours_2_without_persistence"} == set(found.ratios["compiled_to_peer"])
    # In turn: a round of one form, then of the other.
    turns = [name for name, method in asked if method == "p99"]
    assert ["compiled", "against", "compiled", "against"] == turns


def test_what_a_release_has_no_name_for_is_not_measured(wheel, tmp_path):
    with program_forms(None, wheel) as (_, other):
        (other.folder / "worker" / "bench" / "memory.py").unlink()
        with subject(other, tmp_path) as asked:
            assert asked.ask("member_bytes") is None
            assert "0.0.1" == asked.ask("about")["version"]


def test_a_release_that_does_not_start_is_said(tmp_path, capfd):
    for package in ("rules", "worker"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()

    with subject(ProgramForm("against", tmp_path), tmp_path) as asked, pytest.raises(NotStarted):
        asked.ask("about")

    assert "LookupError: " in capfd.readouterr().err


def test_a_compiled_wheel_is_measured_compiled_and_as_its_sources(tmp_path, wheel):
    compiled = tmp_path / "compiled.whl"
    compiled.write_bytes(wheel.read_bytes())
    library = f"rules/adjudicate{EXTENSION_SUFFIXES[0]}"
    with zipfile.ZipFile(compiled, "a") as archive:
        archive.writestr("mrs_adjudicator/__init__.py", "")
        archive.writestr(library, "")

    with program_forms(compiled, None) as (shipped, pure):
        assert ("compiled", "pure") == (shipped.name, pure.name)
        assert (shipped.folder / library).exists()
        assert not list(pure.folder.rglob("*.so"))
        assert (pure.folder / "rules" / "adjudicate.py").exists()
        assert list(pure.folder.glob("*.dist-info"))

    assert not shipped.folder.exists()


def test_an_installation_that_is_compiled_is_measured_as_its_sources_too(monkeypatch):
    monkeypatch.setattr(forms, "rules_form", lambda: "compiled")

    with program_forms(None, None) as (shipped, pure):
        assert ("compiled", ROOT) == (shipped.name, shipped.folder)
        assert (pure.folder / "rules" / "adjudicate.py").exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"no wheel", "is not a wheel", id="no_zip_archive"),
        pytest.param(None, "is not a wheel of mrs-adjudicator", id="another_program"),
    ],
)
def test_what_is_no_wheel_of_ours_is_refused(tmp_path, content, says):
    file = tmp_path / "some.whl"
    if content is None:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("other/__init__.py", "")
    else:
        file.write_bytes(content)

    for wheels in ((file, None), (None, file)):
        with pytest.raises(NotAWheel, match=says), program_forms(*wheels):
            pass


def test_the_command_refuses_it_before_it_measures_anything(tmp_path):
    (tmp_path / "some.whl").touch()
    command = [sys.executable, "-m", "worker.cli", "bench", "--against", str(tmp_path / "some.whl")]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=60)

    assert (2, True) == (done.returncode, b"some.whl is not a wheel" in done.stderr)


def test_a_wheel_without_compiled_rules_is_not_the_compiled_one(wheel):
    with pytest.raises(NotAWheel, match="compiled"), program_forms(wheel, None):
        pass


# ----------------------------------------------------------------------------------------- growth


@pytest.mark.parametrize(
    ("power", "expected"),
    [(0, 0.0), (1, 1.0), (2, 2.0)],
    ids=["stays", "in_proportion", "its_square"],
)
def test_the_exponent_is_that_of_the_curve(power, expected):
    assert expected == exponent({size: 3.0 * size**power for size in (125, 250, 500, 1000)})


def test_a_curve_goes_through_the_medians():
    found = curve_of({10: [1.0, 9.0, 2.0], 100: [20.0, 20.0, 1.0]})

    assert {"10": Spread(2.0, 1.0, 9.0), "100": Spread(20.0, 1.0, 20.0)} == found.seconds
    assert 1.0 == found.exponent


def test_the_claims_of_a_day_are_all_for_one_day_and_a_chain_replaces_each_by_the_next():
    flood = [event.fact for event in decoded(claims_of_a_day(3))][1:]
    chain = [event.fact for event in decoded(chain_of(3))][1:]

    assert 1 == len({line.date_of_service for claim in flood for line in claim.lines})
    assert 3 == len({claim.claim_id for claim in flood})
    assert [None, chain[0].claim_id, chain[1].claim_id] == [claim.replaces for claim in chain]


# ------------------------------------------------------------------------------- table and picture


def some_comparison(ratio: float = 5.0) -> FormComparison:
    some = Spread(2, 1, 3)
    curve = GrowthCurve({"10": Spread(0.1, 0.1, 0.1), "100": Spread(1.5, 1.5, 1.5)}, 1.18)
    return FormComparison(
        forms={
            "compiled": {"version": "2", "rules": "compiled"},
            "pure": {"version": "2", "rules": "pure Python"},
            "against": {"version": "1 <old>", "rules": "pure Python"},
        },
        measured={
            JUDGED: dict.fromkeys(("compiled", "pure", "against"), some),
            "p99": {"compiled": Spread(0.0249, 0.01, 0.1)},
            "member_bytes": {"compiled": Spread(3000, 3000, 3000)},
            "ours_2": {"compiled": some},
        },
        curves={"events": {"compiled": curve, "against": curve}},
        ratios={
            "compiled_to_against": {JUDGED: Spread(ratio, 1, 9), "events": some},
            "pure_to_against": {JUDGED: Spread(0.05, 0.05, 0.05)},
            "compiled_to_peer": {"ours_2": Spread(30, 20, 40)},
        },
    )


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        pytest.param(5.0, "at least 5: reached", id="just_reached"),
        pytest.param(4.99, "at least 5: NOT REACHED", id="just_missed"),
    ],
)
def test_the_table_says_what_is_reached_against_the_last_release(ratio, expected):
    rows = {row.what: row for row in comparison_rows(some_comparison(ratio))}

    assert expected == rows["deciding alone: 4 claims, 6 studies: compiled to other release"].wanted
    assert "under 25: reached" == rows["latency, 100 events/s: p99, compiled"].wanted
    assert "under 3,000: NOT REACHED" == (
        rows["Redis: a member with 4 claims, 6 studies, compiled"].wanted
    )
    assert "grows by n to the 1.18" == rows["100 events of a member, compiled"].spread


def test_the_picture_is_svg_with_every_ratio_and_exponent():
    drawn = speed_picture(some_comparison(), {"processor": "A & B", "cores": 2})

    texts = [each.text for each in ElementTree.fromstring(drawn).iter() if each.text]
    assert any("A & B, 2 cores" in text for text in texts)
    assert any("2 is as 1 <old>" in text for text in texts)
    for said in ("5.0 times (compiled)", "30.0 times (one task per claim)", "n to the 1.2"):
        assert any(said in text for text in texts), said


def test_a_picture_of_one_form_has_its_curves_alone():
    curve = GrowthCurve({"10": Spread(1, 1, 1), "20": Spread(2, 2, 2)}, 1.0)
    alone = FormComparison(
        {"pure": {"version": "2", "rules": ""}}, {}, {"chain": {"pure": curve}}, {}
    )

    drawn = speed_picture(alone, {})

    assert "How fast it is" in drawn
    assert 1 == len([*ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}polyline")])


def test_a_comparison_is_json_with_stable_keys():
    said = json.loads(msgspec.json.encode(some_comparison()))

    assert {"forms", "measured", "curves", "ratios"} == set(said)
    assert {"seconds", "exponent"} == set(said["curves"]["events"]["compiled"])
