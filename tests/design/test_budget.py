"""What a first visit downloads, and what of the design system is exposed (EC-1, PF-2)."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from convergence.staticfiles import assemble
from tests.accounts.factories import UserFactory

MAX_BYTES = 300_000
MAX_FILES = 20
_LOADED = re.compile(r'<(?:link [^>]*?href|script [^>]*?src|img [^>]*?src)="(/static/[^"]+)"')
_FONT = re.compile(r"url\(([^)]*\.woff2)\)")

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client) -> Client:
    client.force_login(UserFactory(responsable=True))
    return client


def loaded(html: str) -> dict[str, bytes]:
    """Return the files a page asks for, fonts of its stylesheets included, by address."""
    files = {url: read(url) for url in dict.fromkeys(_LOADED.findall(html))}
    for url, content in list(files.items()):
        if url.endswith(".css"):
            files.update((urljoin(url, font), read(urljoin(url, font))) for font in _FONT.findall(content.decode()))
    return files


def read(url: str) -> bytes:
    found = finders.find(url.removeprefix(settings.STATIC_URL))
    assert found, f"fichier statique introuvable : {url}"
    return Path(found).read_bytes()


def weight(content: bytes) -> int:
    """Bytes on the wire: text is compressed, a font already is."""
    return min(len(content), len(gzip.compress(content, 6)))


def pages() -> Iterator[str]:
    yield from (reverse(name) for name in ("accueil", "account_login", "accessibilite", "questionnaires:liste"))


@pytest.mark.parametrize("identite", ["neutre", "etat"])
def test_the_first_view_is_light(client: Client, referentiel: None, settings: object, identite: str) -> None:
    settings.IDENTITE = identite
    finders.get_finder.cache_clear()
    for path in pages():
        html = client.get(path).content
        files = loaded(html.decode())
        total = weight(html) + sum(map(weight, files.values()))
        assert total <= MAX_BYTES, f"{path} : {total} octets"
        assert len(files) + 1 <= MAX_FILES, f"{path} : {sorted(files)}"
    finders.get_finder.cache_clear()


def test_the_dashboard_is_light(signed_in: Client, referentiel: None) -> None:
    html = signed_in.get(reverse("parcours:tableau_de_bord"), follow=True).content
    files = loaded(html.decode())
    assert weight(html) + sum(map(weight, files.values())) <= MAX_BYTES
    assert len(files) + 1 <= MAX_FILES


def test_the_neutral_identity_holds_nothing_of_the_state(client: Client) -> None:
    html = client.get(reverse("accueil")).content.decode()
    files = loaded(html)
    assert not [url for url in files if "Marianne" in url]
    assert not [url for url, content in files.items() if b"Marianne" in content]
    assert "République" not in html


def test_the_state_identity_shows_its_block_and_its_typeface(client: Client, settings: object) -> None:
    settings.IDENTITE = "etat"
    finders.get_finder.cache_clear()
    html = client.get(reverse("accueil")).content.decode()
    files = loaded(html)
    finders.get_finder.cache_clear()
    assert "République<br>Française" in html
    assert [url for url in files if "Marianne-Regular.woff2" in url]


@pytest.mark.parametrize("identite", ["neutre", "etat"])
def test_only_what_the_stylesheet_names_is_exposed(identite: str) -> None:
    files = assemble(identite)
    css = files[f"{identite}.css"].decode()
    assert all(name == f"{identite}.css" or f"url({name})" in css for name in files)
    assert len(files) < 60


@pytest.mark.parametrize("path", ["dsfr/dist/dsfr.min.css", "dsfr/dsfr.module.min.js", "dsfr/fonts/Marianne-Bold.woff2", "dsfr/../dsfr/neutre.css"])
def test_the_rest_of_the_design_system_is_not_served(client: Client, path: str) -> None:
    assert client.get(f"/static/{path}").status_code in (400, 404)


def test_no_stylesheet_of_ours_calls_another_site() -> None:
    for file in (Path(settings.BASE_DIR) / "static").rglob("*.css"):
        foreign = [url for url in re.findall(r"url\([\"']?([^)\"']+)", file.read_text(encoding="utf-8")) if url.startswith(("http", "//"))]
        assert not foreign, file
