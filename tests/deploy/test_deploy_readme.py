"""deploy/README.md names files, targets, services and commands that there are."""

from __future__ import annotations

import re

from tests.deploy.compose_file import COMPOSE, SERVICES
from tests.support.sources import ROOT, text_of
from worker.cli import COMMANDS

README = text_of("deploy/README.md")


def test_every_link_leads_somewhere():
    links = re.findall(r"\]\(([^)]+)\)", README)

    assert links
    assert [] == [link for link in links if not (ROOT / "deploy" / link).exists()]


def test_every_target_can_be_made():
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", README, re.MULTILINE))

    assert {"up", "image-steps", "wheel"} == named
    assert [] == [name for name in named if f"\n{name}:" not in text_of("Makefile")]


def test_every_compose_command_is_about_a_service_that_there_is():
    run = re.findall(r"docker compose run --rm (\S+)(?: ([a-z-]+))?", README)
    scaled = re.findall(r"--scale ([a-z-]+)=", README)

    run_by_hand = {service for service, _ in run}
    assert {"operator", "archivist"} == run_by_hand
    assert {command for _, command in run if command} <= set(COMMANDS)
    assert {"worker"} == set(scaled)
    tools = {name for name, each in SERVICES.items() if each.get("profiles") == ["tools"]}
    assert tools <= run_by_hand <= set(SERVICES)


def test_the_command_that_brings_it_up_is_the_one_that_make_runs():
    (words,) = re.findall(r"then: (docker compose up [a-z -]+)$", README, re.MULTILINE)

    assert f"\n\t@deploy/compose/passwords\n\t{words}\n" in text_of("Makefile")
    assert "127.0.0.1:3000:3000" in SERVICES["grafana"]["ports"]
    assert "http://localhost:3000" in README


def test_an_image_is_built_under_the_name_that_the_compose_file_uses():
    (tag,) = re.findall(r"docker build (?:.*\\\n)?.* --tag (\S+) \.", README)

    assert SERVICES["worker"]["image"] == tag
    assert f"--tag {tag} ." in text_of("deploy/Dockerfile")
    assert COMPOSE["services"]["worker"]["build"]["dockerfile"] in README
