"""Debian's Chromium behind fixtures: ``page``, ``phone``, ``page_without_js``, ``recorder``, ``axe``, ``sign_in``."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, sync_playwright

__all__ = ["axe", "browser", "new_page", "page", "page_without_js", "phone", "recorder", "sign_in"]

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
SCREEN = {"width": 1280, "height": 900}


@dataclass
class Recorder:
    """What went wrong in the pages of a test: console errors, failed, refused or foreign requests."""

    host: str
    allowed: set[int] = field(default_factory=set)
    hosts: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def allow(self, *statuses: int) -> None:
        """Expect answers of these statuses: the test provokes them."""
        self.allowed.update(statuses)

    def allow_host(self, url: str) -> None:
        """Expect requests to another server of the test."""
        self.hosts.add(urlsplit(url).netloc)

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.problems.append(f"exception : {error.error}"))
        context.on("request", self._request)
        context.on("requestfailed", self._request_failed)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        provoked = re.search(r"status of (\d+)", message.text)
        if message.type == "error" and not (provoked and int(provoked.group(1)) in self.allowed):
            self.problems.append(f"console : {message.text}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https") and address.netloc not in {self.host, *self.hosts}:
            self.problems.append(f"requête étrangère : {request.url}")

    def _request_failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a page left while it was loading, or a download
            self.problems.append(f"requête en échec : {request.url} ({request.failure})")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.allowed:
            self.problems.append(f"réponse {response.status} : {response.url}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium")
    if executable is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("Chromium est introuvable : installez le paquet chromium.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def recorder(live_server: Any) -> Iterator[Recorder]:
    """Fail at the end of the test if anything went wrong in a page."""
    recorder = Recorder(host=urlsplit(live_server.url).netloc)
    yield recorder
    assert not recorder.problems, "\n".join(recorder.problems)


@pytest.fixture
def new_page(browser: Browser, live_server: Any, recorder: Recorder) -> Iterator[Callable[..., Page]]:
    """Open pages with separate cookies: ``new_page(viewport=…, java_script_enabled=False)``."""
    contexts: list[BrowserContext] = []

    def open_page(**options: Any) -> Page:
        options = {"viewport": SCREEN, "locale": "fr-FR", "timezone_id": "Europe/Paris", "reduced_motion": "reduce", "base_url": live_server.url, **options}
        context = browser.new_context(**options)
        context.set_default_timeout(10_000)
        recorder.watch(context)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


@pytest.fixture
def phone(new_page: Callable[..., Page]) -> Page:
    """A page of 390 pixels that answers to the finger."""
    return new_page(viewport=PHONE, has_touch=True)


@pytest.fixture
def page_without_js(new_page: Callable[..., Page]) -> Page:
    return new_page(java_script_enabled=False)


@pytest.fixture
def sign_in(live_server: Any) -> Callable[[Page, Any], None]:
    """Open a session for a user in a page, without passing through the sign-in form."""
    from django.test import Client  # here: settings must be ready

    def open_session(page: Page, user: Any) -> None:
        client = Client()
        client.force_login(user)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])

    return open_session


@pytest.fixture
def axe() -> Callable[..., None]:
    """Check the page as it stands: ``axe(page)`` fails with every violation of WCAG A/AA, RGAA and best practice (AX-1)."""

    def check(page: Page, context: Any = None) -> None:
        violations = Axe().run(page, context=context).response["violations"]
        lines = [f"{rule['id']} : {rule['help']} → {[node['html'][:160] for node in rule['nodes'][:3]]}" for rule in violations]
        assert not lines, "\n".join([page.url, *lines])

    return check
