"""System checks: settings that contradict each other stop the start with a sentence (OP-5)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.http.request import validate_host


@register(Tags.security)
def base_url_is_served(**_: Any) -> list[CheckMessage]:
    """Refuse a public address whose host the site would answer 400 to: every link of every mail would be dead."""
    host = urlsplit(settings.BASE_URL).hostname or ""
    bracketed = f"[{host}]" if ":" in host else host
    if validate_host(bracketed, settings.ALLOWED_HOSTS):
        return []
    return [Error(f"BASE_URL désigne l'hôte « {host} », absent de ALLOWED_HOSTS.", id="convergence.E001")]


@register(Tags.security)
def debug_is_off(**_: Any) -> list[CheckMessage]:
    """Refuse DEBUG outside a developer's own settings: its error pages show the settings."""
    return [Error("DEBUG doit rester désactivé.", id="convergence.E002")] if settings.DEBUG else []
