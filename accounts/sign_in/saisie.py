"""What was being sent when a session had ended, kept for whoever signs in again without JavaScript (AU-7, AX-2).

With it, ``static/js/session.js`` gives the texts back in their fields; without it, this is all that is left of them. A session that is gone
for good no longer says whose it was: the cookie of ``temoin`` does, without which nothing is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from .. import crypto
from . import throttle

KEY, PURPOSE = "saisies", "saisie"
MOST = 300_000  # bytes, for all that a session keeps; a questionnaire of 400 answers holds half of it
MOST_IN_AN_HOUR = 20  # forms of one account: whoever throws his sessions away fills nothing
SECRET = re.compile(r"passw|mot_de_passe|csrfmiddlewaretoken|code|credential", re.IGNORECASE)
NOT_TYPED = frozenset({"affichees"})
CODED = re.compile(r"[\[{].*|[\w.:|-]*", re.ASCII | re.DOTALL)  # what a page puts in its own fields: keys, choices, dates, tokens
NAME = re.compile(r"[A-Z][A-Za-z]{3,}")
OF_THE_DOOR = ("account_", "mfa_", "usersessions_", "accounts:session_", "accounts:saisie_")


@dataclass(frozen=True)
class Saisie:
    """A form that was not received: of which account, to which address, and its fields in order."""

    compte: int
    adresse: str
    champs: tuple[tuple[str, str], ...]

    @property
    def textes(self) -> list[str]:
        return textes(self.champs)


def textes(champs: Iterable[tuple[str, str]]) -> list[str]:
    """Give, once each, what a person wrote in the fields of a form: neither its secrets nor what the page put there itself."""
    values = ((name, value.strip()) for name, value in champs if not SECRET.search(name) and name not in NOT_TYPED)
    return list(dict.fromkeys(value for _, value in values if NAME.fullmatch(value) or not CODED.fullmatch(value)))


# --- Keeping ----------------------------------------------------------------------------------------------------------------
def keep(request: HttpRequest, compte: int) -> bool:
    """Keep in the session, now a visitor's, the form that came too late; encrypted, for it may be confidential (CF-5)."""
    champs = _typed(request) if request.content_type == "application/x-www-form-urlencoded" else []
    if not champs or len(request.body) > MOST or not throttle.allow("saisie", str(compte), limit=MOST_IN_AN_HOUR, window=3600):
        return False
    adresse = request.get_full_path()
    token = crypto.encrypt(json.dumps([compte, adresse, champs]), purpose=PURPOSE)
    others = [known for known, saisie in _read(request) if saisie.adresse != adresse and saisie.compte == compte]
    request.session[KEY] = _lightened([*others, token])
    return True


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Give the fields of a form a person sent, without its secrets; nothing of the doors, nor of what a script sends."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    if request.method != "POST" or name.startswith(OF_THE_DOOR) or _is_of_a_script(request):
        return []
    return [(field, value) for field, values in request.POST.lists() for value in values if not SECRET.search(field)]


def of_checked(request: HttpRequest) -> list[str]:
    """Give what a person wrote in the form just sent, once it was checked that a page of ours sent it: a stranger puts no word in our pages (WB-2)."""
    return textes(_typed(request)) if getattr(request, "csrf_processing_done", False) else []


def _is_of_a_script(request: HttpRequest) -> bool:
    headers = request.headers
    return bool(getattr(request, "htmx", None)) or "json" in headers.get("accept", "") or headers.get("sec-fetch-mode", "navigate") != "navigate"


def _lightened(tokens: list[str]) -> list[str]:
    """Leave out the oldest ones, but never the last, until all are light enough."""
    most = 4 * MOST // 3 + 1000  # what encryption makes of it
    while len(tokens) > 1 and sum(map(len, tokens)) > most:
        tokens = tokens[1:]
    return tokens


# --- Giving back ------------------------------------------------------------------------------------------------------------
def kept(request: HttpRequest) -> tuple[Saisie, ...]:
    """Return what was kept; nothing once the key of the site has changed."""
    return tuple(saisie for _, saisie in _read(request))


def forget(request: HttpRequest) -> None:
    request.session.pop(KEY, None)


def forget_that_of_another(request: HttpRequest, compte: int) -> None:
    """Give nobody what somebody else had typed in the same browser."""
    if KEY in request.session:
        _keep_only(request, (token for token, saisie in _read(request) if saisie.compte == compte))


def forget_once_sent(request: HttpRequest) -> None:
    """Forget a form that is being sent again."""
    if request.method == "POST" and KEY in request.session:
        _keep_only(request, (token for token, saisie in _read(request) if saisie.adresse != request.get_full_path()))


def _read(request: HttpRequest) -> Iterable[tuple[str, Saisie]]:
    for token in request.session.get(KEY, ()):
        try:
            compte, adresse, champs = json.loads(crypto.decrypt(token, purpose=PURPOSE))
        except crypto.UnreadableSecret:
            continue
        yield token, Saisie(compte, adresse, tuple((field, value) for field, value in champs))


def _keep_only(request: HttpRequest, tokens: Iterable[str]) -> None:
    """Write the session only when something goes."""
    left = list(tokens)
    if left == request.session[KEY]:
        return
    if left:
        request.session[KEY] = left
    else:
        forget(request)
