"""The static files as the site serves them: found, collected, compressed, applied (EC-1)."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import override_settings
from playwright.sync_api import Page, Response

from convergence.staticfiles import DsfrFinder, SiteStorage, assemble

BUDGET, REQUESTS, SCRIPTS = 300_000, 20, 60_000


@pytest.mark.parametrize(
    "selector", [".fr-btn{", ".fr-alert{", ".fr-input{", ".fr-stepper__", ".fr-pagination__", ".fr-breadcrumb__", ".fr-checkbox-group", ".fr-select{"]
)
def test_the_components_of_the_pages_are_dressed(selector: str) -> None:
    """An unstyled page passes most tests: what it is made of must be in the stylesheet."""
    assert selector in assemble("neutre")["neutre.css"].decode()


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
def test_the_fullest_page_holds_in_the_budget(page: Page) -> None:
    """EC-1, as a browser asks for it, icons of the stylesheets included; sizes as compressed on the wire."""
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))
    page.goto("/galerie/")
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
    button = page.locator("main form button").first
    assert button.evaluate("element => getComputedStyle(element).backgroundColor") == "rgb(11, 92, 107)"
    assert "Marianne" not in page.evaluate("getComputedStyle(document.body).fontFamily")
