"""The static files: those of the pages and no other, collected hashed and compressed, within the budget (EC-1)."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import override_settings
from playwright.sync_api import Page, Response

from convergence.staticfiles import DsfrFinder, SiteStorage, assemble

STATE_ONLY = ("Marianne", "Spectral")
BUDGET, REQUESTS, SCRIPTS = 300_000, 20, 60_000


def stylesheet(identite: str) -> str:
    return assemble(identite)[f"{identite}.css"].decode()


def test_neutral_identity_holds_nothing_reserved_to_the_state() -> None:
    assert not any(word in stylesheet("neutre") for word in STATE_ONLY)
    assert not [name for name in assemble("neutre") if name.startswith("fonts/")]


def test_state_identity_has_its_typeface_in_the_modern_format_only() -> None:
    fonts = [name for name in assemble("etat") if name.startswith("fonts/")]
    assert fonts and all("Marianne" in name and name.endswith(".woff2") for name in fonts)


@pytest.mark.parametrize("identite", ["neutre", "etat"])
def test_every_file_that_a_stylesheet_names_is_exposed_with_it(identite: str) -> None:
    named = set(re.findall(r"url\([\"']?(?!data:)([^)\"']+)", re.sub(r"url\([\"']?data:", "data(", stylesheet(identite))))
    assert named <= set(assemble(identite))
    assert ".." not in "".join(named)


@pytest.mark.parametrize("selector", [".fr-btn{", ".fr-alert{", ".fr-input{", ".fr-stepper__title{", ".fr-pagination__link{", ".fr-breadcrumb__list{"])
def test_the_components_of_the_pages_are_dressed(selector: str) -> None:
    """An unstyled page passes most tests: what it is made of must be in the stylesheet."""
    assert selector in re.sub(r"\s+", "", stylesheet("neutre")) or selector[:-1] in stylesheet("neutre")


def test_finder_exposes_the_assembled_files_and_no_other() -> None:
    assert 0 < len(list(DsfrFinder().list([]))) < 60
    assert finders.find(f"dsfr/{settings.IDENTITE}.css")
    for path in ("dsfr/dist/dsfr.min.css", "dsfr/../manage.py", "dsfr/", "neutre.css"):
        assert not DsfrFinder().find(path)


def test_storage_gives_plain_names_until_the_files_are_collected(tmp_path: Path) -> None:
    assert SiteStorage(location=str(tmp_path), base_url="/static/").url("css/convergence.css") == "/static/css/convergence.css"


def test_collected_files_are_hashed_and_compressed(tmp_path: Path) -> None:
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": "convergence.staticfiles.SiteStorage"}}
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["admin", "guardian", "account", "mfa", "ext"])
    paths = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    for name in (f"dsfr/{settings.IDENTITE}.css", "css/convergence.css", "css/ecrans.css", "js/base.js"):
        collected = tmp_path / paths[name]
        assert collected.exists() and collected.with_name(collected.name + ".br").exists() and collected.with_name(collected.name + ".gz").exists()
        assert not (tmp_path / name).exists()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/", "/compte/connexion/", "/galerie/"])
def test_first_view_holds_in_the_budget(new_page: Callable[..., Page], path: str) -> None:
    """EC-1: sizes as compressed on the wire, each resource counted once, nothing kept from a former visit."""
    page = new_page()
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))
    page.goto(path)
    page.wait_for_load_state("networkidle")
    sizes = {response.url: (response.request.resource_type, len(gzip.compress(response.body(), 6))) for response in responses}
    assert len(sizes) <= REQUESTS
    assert sum(size for _, size in sizes.values()) <= BUDGET
    assert sum(size for kind, size in sizes.values() if kind == "script") <= SCRIPTS


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pages_are_styled_in_the_neutral_identity(page: Page) -> None:
    """STACK, the SRI trap: the stylesheet is applied, with a face of the system and the neutral colour."""
    page.goto("/compte/connexion/")
    button = page.locator("main button[type=submit]")
    assert button.evaluate("element => getComputedStyle(element).backgroundColor") == "rgb(11, 92, 107)"
    assert "Marianne" not in page.evaluate("getComputedStyle(document.body).fontFamily")
