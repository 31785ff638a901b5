"""A production site with unsafe settings does not start, and says why (OP-5)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from convergence.environment import Environment

ROOT = Path(__file__).resolve().parents[2]
SAFE = {
    "production": True,
    "demo": False,
    "secret_key": "k" * 50,
    "allowed_hosts": ["convergence.example"],
    "base_url": "https://convergence.example",
    "https": True,
    "database_url": "postgres://convergence@base/convergence",
    "redis_url": "redis://courtier/0",
}


def test_safe_settings_are_accepted():
    assert Environment(**SAFE).production


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"secret_key": ""}, "SECRET_KEY"),
        ({"secret_key": "courte"}, "SECRET_KEY"),
        ({"demo": True}, "CONVERGENCE_DEMO"),
        ({"database_url": ""}, "DATABASE_URL"),
        ({"database_url": "sqlite:///base"}, "DATABASE_URL"),
        ({"redis_url": ""}, "REDIS_URL"),
        ({"https": False}, "HTTPS"),
        ({"base_url": "http://convergence.example"}, "BASE_URL"),
        ({"allowed_hosts": ["*"]}, "ALLOWED_HOSTS"),
        ({"allowed_hosts": []}, "ALLOWED_HOSTS"),
        ({"identity": "marianne"}, "IDENTITE"),
    ],
)
def test_an_unsafe_setting_stops_the_start_and_is_named(change, word):
    with pytest.raises(ImproperlyConfigured, match=word):
        Environment(**{**SAFE, **change})


def test_all_problems_are_told_at_once():
    with pytest.raises(ImproperlyConfigured, match=r"SECRET_KEY.*DATABASE_URL.*REDIS_URL"):
        Environment(production=True, secret_key="", database_url="", redis_url="", https=True)


def test_the_embedded_key_is_drawn_once_and_kept_for_its_owner_alone(tmp_path):
    first = Environment(secret_key="", var_dir=tmp_path).effective_secret_key
    assert len(first) >= 50
    assert Environment(secret_key="", var_dir=tmp_path).effective_secret_key == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_two_processes_that_start_together_draw_one_key(tmp_path):
    code = "from convergence.environment import Environment; print(Environment().effective_secret_key)"
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "SECRET_KEY": ""}
    started = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    assert len({process.communicate()[0] for process in started}) == 1


COOKIES = """
import django; django.setup()
from accounts.sign_in import temoin
from django.conf import settings
from django.contrib.messages.storage import default_storage
from django.http import HttpResponse
from django.test import RequestFactory
request, answer = RequestFactory().get("/"), HttpResponse()
request.session = {}
temoin.follow(request, 1)
temoin.write(request, answer)
box = default_storage(request)
box.add(20, "Enregistré")
box.update(answer)
request.COOKIES = {name: cookie.value for name, cookie in answer.cookies.items()}
assert [str(message) for message in default_storage(request)] == ["Enregistré"]
print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, *answer.cookies)
print(*(f"{cookie['secure']} {cookie['httponly']} {cookie['samesite']} {cookie['path']} {cookie['domain']}" for cookie in answer.cookies.values()))
"""


@pytest.mark.parametrize("https, prefix", [("1", "__Host-"), ("0", "")])
def test_every_cookie_is_bound_to_the_host_over_https(tmp_path, https, prefix):
    """AU-8: those that carry a message to the next page, and name the account last open, too."""
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "HTTPS": https, "DJANGO_SETTINGS_MODULE": "convergence.settings"}
    done = subprocess.run([sys.executable, "-c", COOKIES], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    names, attributes = done.stdout.splitlines()
    assert names.split() == [f"{prefix}{name}" for name in ("session", "csrf", "compte", "messages")]
    assert attributes.split() == ((["True"] if prefix else []) + ["True", "Lax", "/"]) * 2


def test_a_public_address_that_is_not_served_is_an_error(settings):
    from convergence.checks import base_url_is_served

    settings.BASE_URL = "https://ailleurs.example"
    settings.ALLOWED_HOSTS = ["convergence.example"]
    assert [message.id for message in base_url_is_served()] == ["convergence.E001"]
    settings.ALLOWED_HOSTS = [".example"]
    assert base_url_is_served() == []


# --- Identity providers -------------------------------------------------------------------------------------------------
PROCONNECT = {"PROCONNECT_URL": "https://pc.example/api/v2", "PROCONNECT_CLIENT_ID": "nous", "PROCONNECT_SECRET": "s3cret"}


def test_no_identity_provider_by_default() -> None:
    """ACC-4."""
    assert Environment().openid == []


def test_identity_provider_is_read_and_its_secret_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**PROCONNECT, "PROCONNECT_ACR": "eidas2,eidas3", "INDUSTRIELS_SANTE_CONNECT_URL": ""}.items():
        monkeypatch.setenv(name, value)
    environment = Environment()
    assert [(one["code"], one["nom"], one["url"], one["acr"], one["par_courriel"]) for one in environment.openid] == [
        ("proconnect", "ProConnect", "https://pc.example/api/v2", ["eidas2", "eidas3"], False)
    ]
    assert "s3cret" not in repr(environment)


@pytest.mark.parametrize("missing", PROCONNECT)
def test_half_described_provider_stops_the_start(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    for name, value in PROCONNECT.items():
        monkeypatch.setenv(name, "" if name == missing else value)
    with pytest.raises(ImproperlyConfigured, match="vont ensemble"):
        Environment()


def test_provider_in_clear_is_refused_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    """OP-5."""
    for name, value in {**PROCONNECT, "PROCONNECT_URL": "http://pc.example", "CONVERGENCE_PRODUCTION": "1"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match="fournisseurs d'identité"):
        Environment()


def test_the_demonstration_says_how_to_get_a_code_and_that_works(tmp_path):
    """AZ-11: an account of the agency signs in by the command that is printed, as it is printed."""
    printed = StringIO()
    call_command("comptes_demo", stdout=printed)
    line = printed.getvalue().splitlines()[-1]
    environ = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)}
    found = subprocess.run(["sh", "-c", line], cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
    assert re.fullmatch(r"[0-9]{6}", found.stdout.strip())
