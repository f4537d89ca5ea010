"""Changes are written down one file each, and a release collects them."""

from __future__ import annotations

import tomllib

import pytest

from ops.release.notes import FragmentRefused, fragments_in, release, with_release
from ops.release.version import version_of_project
from tests.support.sources import ROOT, text_of
from worker.cli import COMMANDS

CHANGELOG = "# Changelog\n\nWhat changed.\n\n## [0.2.0] - 2026-11-28\n\n### Added\n\n- All.\n"


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "changelog.d").mkdir()
    (tmp_path / "changelog.d/README.md").write_text("# Changes\n")
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    return tmp_path


def _write(tree, name, text):
    (tree / "changelog.d" / name).write_text(text)


def test_the_fragments_of_this_project_can_be_collected():
    assert isinstance(fragments_in(ROOT / "changelog.d"), list)


def test_a_release_collects_the_fragments_by_kind_and_removes_them(tree):
    _write(tree, "a-crash.fixed.md", "No crash.\n")
    _write(tree, "html.added.md", "`explain --html` writes\na page.\n")

    release(tree, "0.3.0", "2027-01-15")

    notes = "## [0.3.0] - 2027-01-15\n\n### Added\n\n- `explain --html` writes\n  a page.\n\n"
    notes += "### Fixed\n\n- No crash.\n\n## [0.2.0]"
    assert notes in (tree / "CHANGELOG.md").read_text()
    assert ["README.md"] == [path.name for path in (tree / "changelog.d").iterdir()]


def test_the_notes_of_the_first_release_stand_under_the_introduction():
    assert with_release("# Changelog\n", [], "0.1.0", "2026-01-01").startswith(
        "# Changelog\n\n## ["
    )


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        pytest.param("html.new.md", "Text.", "one of added, changed", id="no_such_kind"),
        pytest.param("html.md", "Text.", "<what-changed>", id="no_kind"),
        pytest.param("Html.added.md", "Text.", "<what-changed>", id="capitals"),
        pytest.param("html.added.md", "\n", "one paragraph", id="empty"),
        pytest.param("html.added.md", "One.\n\nTwo.", "one paragraph", id="two_paragraphs"),
        pytest.param("html.added.md", "- Text.", "without a heading", id="bullet"),
    ],
)
def test_what_is_no_fragment_is_refused_by_name(tree, name, text, expected):
    _write(tree, name, text)

    with pytest.raises(FragmentRefused, match=expected) as refused:
        release(tree, "0.3.0", "2027-01-15")

    assert name in str(refused.value)


def test_a_release_without_a_change_is_refused(tree):
    with pytest.raises(FragmentRefused, match="nothing to release"):
        release(tree, "0.3.0", "2027-01-15")


def test_the_version_of_the_project_is_the_latest_in_the_changelog():
    assert version_of_project() == tomllib.loads(text_of("pyproject.toml"))["project"]["version"]


@pytest.mark.parametrize(
    ("changelog", "named"),
    [
        pytest.param(CHANGELOG, "0.2.0", id="another_version"),
        pytest.param("# Changelog\n", "none", id="no_version"),
    ],
)
def test_a_version_that_the_changelog_does_not_know_is_refused(tree, changelog, named):
    (tree / "CHANGELOG.md").write_text(changelog)
    (tree / "pyproject.toml").write_text('[project]\nversion = "0.3.0"\n')

    with pytest.raises(ValueError, match=f"says version 0.3.0, .* is {named}"):
        version_of_project(tree)


def test_every_command_is_in_the_notes():
    fragments = " ".join(fragment.text for fragment in fragments_in(ROOT / "changelog.d"))
    notes = text_of("CHANGELOG.md") + fragments

    assert [] == [name for name in COMMANDS if f"`adjudicator {name}" not in notes]
