"""The cookie that tells which account a browser had open last, for what it sends once the session is gone (AU-7, AX-2).

It opens nothing and shows nothing: what comes too late is kept for that account alone (``saisie``). Set at sign-in, taken away at sign-out.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

NAME = settings.COMPTE_COOKIE_NAME
SALT = "compte-ouvert"
SERVES = timedelta(hours=24)  # a session lasts twelve hours at most; a form may come twelve hours after its end
NOBODY = ""


def follow(request: HttpRequest, compte: int) -> None:
    """Ask for the cookie of an account that has just been opened."""
    request.temoin = signing.dumps(compte, salt=SALT)


def unfollow(request: HttpRequest) -> None:
    """Ask for the cookie to be taken away: the person went out by himself."""
    request.temoin = NOBODY


def write(request: HttpRequest, response: HttpResponseBase) -> None:
    """Send what was asked for; the browser drops it when it is closed, as it does the session."""
    value = getattr(request, "temoin", None)
    if value is None:
        return
    if value == NOBODY:
        response.delete_cookie(NAME, samesite="Lax")
    else:
        response.set_cookie(NAME, value, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax")


def read(request: HttpRequest) -> int | None:
    """Give the account the browser had open last; None when nothing says it, or nothing of ours."""
    try:
        compte = signing.loads(request.COOKIES.get(NAME, ""), salt=SALT, max_age=SERVES)
    except signing.BadSignature:
        return None
    return compte if isinstance(compte, int) else None
