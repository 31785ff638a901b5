"""What was being sent when a session had ended, kept for whoever signs in again without JavaScript (AU-7, AX-2).

With it, ``static/js/session.js`` gives the texts back in their fields; without it, this is all that is left of them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from django.http import HttpRequest

from .. import crypto

KEY, PURPOSE = "saisie", "saisie"
MOST = 300_000  # bytes; a questionnaire of 400 answers holds half of it
SECRET = re.compile(r"passw|mot_de_passe|csrfmiddlewaretoken|code|credential", re.IGNORECASE)
OF_THE_DOOR = ("account_", "mfa_", "usersessions_")


@dataclass(frozen=True)
class Saisie:
    """A form that was not received: of which account, to which address, and its fields in order."""

    compte: int
    adresse: str
    champs: tuple[tuple[str, str], ...]


def keep(request: HttpRequest, compte: int) -> None:
    """Keep in the session, now a visitor's, the form that came too late; encrypted, for it may be confidential (CF-5)."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    if request.method != "POST" or request.content_type != "application/x-www-form-urlencoded" or name.startswith(OF_THE_DOOR):
        return
    champs = [[field, value] for field, values in request.POST.lists() for value in values if not SECRET.search(field)]
    if not champs or len(request.body) > MOST or getattr(request, "htmx", None):
        return
    document = json.dumps([compte, request.get_full_path(), champs])
    request.session[KEY] = crypto.encrypt(document, purpose=PURPOSE)


def kept(request: HttpRequest) -> Saisie | None:
    """Return what was kept; nothing once the key of the site has changed."""
    token = request.session.get(KEY)
    if token is None:
        return None
    try:
        compte, adresse, champs = json.loads(crypto.decrypt(token, purpose=PURPOSE))
    except crypto.UnreadableSecret:
        return None
    return Saisie(compte, adresse, tuple((field, value) for field, value in champs))


def forget(request: HttpRequest) -> None:
    request.session.pop(KEY, None)


def forget_that_of_another(request: HttpRequest, compte: int) -> None:
    """Give nobody what somebody else had typed in the same browser."""
    saisie = kept(request)
    if saisie is None or saisie.compte != compte:
        forget(request)


def forget_once_sent(request: HttpRequest) -> None:
    """Forget a form that is being sent again."""
    if request.method == "POST" and KEY in request.session and (saisie := kept(request)) and saisie.adresse == request.get_full_path():
        forget(request)
