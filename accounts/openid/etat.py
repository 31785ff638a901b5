"""What the session remembers of a person sent to a provider, until the answer comes back: once, and for ten minutes."""

from __future__ import annotations

import secrets
import time
from dataclasses import asdict, dataclass

from django.http import HttpRequest

KEY = "openid_departs"
PROPOSED = "openid_proposee"
LIFETIME = 600
KEPT = 5
CONNECTER, RATTACHER, RECONFIRMER = "connecter", "rattacher", "reconfirmer"


@dataclass(frozen=True)
class Depart:
    """One way out. ``compte`` is the account that asked to be linked or recognised again; 0 for a sign-in."""

    fournisseur: str
    intention: str
    nonce: str
    verifieur: str
    suite: str
    compte: int
    at: float


def open_depart(request: HttpRequest, fournisseur: str, intention: str, *, suite: str = "", compte: int = 0) -> tuple[str, Depart]:
    """Remember a way out; give its state and what was drawn for it. Several tabs may be on their way at once."""
    state = secrets.token_urlsafe(32)
    depart = Depart(fournisseur, intention, secrets.token_urlsafe(32), secrets.token_urlsafe(64), suite, compte, time.time())
    kept = dict(sorted(_departs(request).items(), key=lambda item: item[1]["at"])[1 - KEPT :])
    request.session[KEY] = {**kept, state: asdict(depart)}
    return state, depart


def take_depart(request: HttpRequest, fournisseur: str, state: str) -> Depart | None:
    """Give back a way out and forget it; None alike for a state that is unknown, used, too old or of another provider."""
    departs = _departs(request)
    found = departs.pop(state, None)
    if found is None:
        return None
    request.session[KEY] = departs
    fresh = time.time() - found["at"] <= LIFETIME
    return Depart(**found) if fresh and found["fournisseur"] == fournisseur else None


def _departs(request: HttpRequest) -> dict[str, dict]:
    return dict(request.session.get(KEY) or {})
