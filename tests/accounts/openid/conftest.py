"""A provider over real HTTP, switched on; and a client that may come back from it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.accounts.openid.fournisseur import CLIENT_ID, SECRET, Provider, serve

from .gestes import CODE


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    found, server = serve()
    settings.OPENID_FOURNISSEURS = [{"code": CODE, "nom": "ProConnect", "url": found.url, "client_id": CLIENT_ID, "secret": SECRET}]
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def client() -> Client:
    """An ordinary client: the way back is the one GET that opens a session (WB-2)."""
    return Client()
