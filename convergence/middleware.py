"""What surrounds every request: its id, the headers and the size of its answer, the refusal of unreadable input and of forbidden acts."""

from __future__ import annotations

import codecs
import logging
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes

from csp.constants import HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.middleware.gzip import GZipMiddleware
from django.template.response import TemplateResponse

from accounts import journal
from accounts.errors import ActionRefused, TooSoon

from . import logs, views

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponseBase]

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()" for feature in ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "microphone", "midi", "payment", "usb")
)

NONCE_PLACE = "un-nonce-par-page"
COMPRESSED = ("text/html", "text/css", "text/javascript", "application/json", "image/svg+xml")

HELD_POSTGRESQL = frozenset({"55P03", "40P01", "40001"})  # lock not available, deadlock, serialization failure
HELD_SQLITE = frozenset({5, 6})  # SQLITE_BUSY, SQLITE_LOCKED

TOO_SOON = frozenset({"too_many_login_attempts", "rate_limited"})

TOKENS = frozenset({"jeton", "key"})  # arguments of addresses that open something
UNDECODED_BYTE = re.compile("%[89A-F][0-9A-F]")  # how Django leaves in a path what is no UTF-8


class RequestIdMiddleware:
    """Draw an id for the request, known to the logs, the journal and the answer; one sent by the client is ignored."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.request_id = uuid.uuid4().hex
        log_token = logs.request_id.set(request.request_id)
        journal_token = journal.request_context.set({"request_id": request.request_id, "adresse": client_address(request)})
        try:
            response = self.get_response(request)
        finally:
            logs.request_id.reset(log_token)
            journal.request_context.reset(journal_token)
        response["X-Request-ID"] = request.request_id
        return response


def client_address(request: HttpRequest) -> str:
    """Give the address of the client: forwarded headers count only as far as our own proxies wrote them (WB-5)."""
    depth = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if depth and len(forwarded) >= depth:
        return forwarded[-depth]
    return request.META.get("REMOTE_ADDR", "")


class CompressionMiddleware(GZipMiddleware):
    """Compress the pages where no proxy does it (P5); what makes guessing a token by its size costly is Django's."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return super().process_response(request, response) if response.get("Content-Type", "").startswith(COMPRESSED) else response


class PolicyMiddleware(CSPMiddleware):
    """Send the policy of the settings, written once: only the nonce changes from one page to another (WB-1)."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        nonce = getattr(request, "_csp_nonce", None)
        response.headers.setdefault(HEADER, _policy(bool(nonce)).replace(NONCE_PLACE, nonce or ""))
        if nonce is None:  # from here on, asking for one is a mistake that the library tells
            request.csp_nonce = CheckableLazyObject(self._csp_nonce_post_response)
        return response


@lru_cache(maxsize=2)
def _policy(with_nonce: bool) -> str:
    return build_policy(nonce=NONCE_PLACE if with_nonce else None)


class SecurityHeadersMiddleware:
    """Add the headers no other middleware sets, on every answer, errors and files included (WB-1)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if _is_personal(request, response):
            response["Cache-Control"] = "no-store, private"
        return response


def _is_personal(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Tell whether the answer may show somebody's data: any page asked with a session; reading the user would cost a query.

    What says itself that it is public, as the schemas of the content do, is not: unless it opens a session.
    """
    if request.path.startswith(settings.STATIC_URL) and response.status_code < 400:
        return False
    if "public" in response.get("Cache-Control", "") and not response.cookies:
        return False
    return settings.SESSION_COOKIE_NAME in request.COOKIES or settings.SESSION_COOKIE_NAME in response.cookies


class CleanInputMiddleware:
    """Answer 400 or 413, in words, to what no form of the site can send: NUL, lone surrogates, invalid UTF-8, floods of fields."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            clean = _is_readable(request)
        except RequestDataTooBig:
            return views.error_413(request)
        except (SuspiciousOperation, UnreadablePostError, MultiPartParserError):
            clean = False
        return self.get_response(request) if clean else views.error_400(request)


def _is_readable(request: HttpRequest) -> bool:
    """Parse the whole input once.

    :raises SuspiciousOperation: more fields, files or bytes than the settings allow.
    :raises MultiPartParserError: a multipart body that is cut or malformed.
    """
    if "\x00" in request.path_info or UNDECODED_BYTE.search(request.path_info) or not _is_utf8(request.encoding):
        return False
    raw = [unquote_to_bytes(request.META.get("QUERY_STRING", ""))]
    if request.content_type == "application/x-www-form-urlencoded":
        raw.append(unquote_to_bytes(request.body))
    if not all(_is_clean_bytes(part) for part in raw):
        return False
    request.GET  # noqa: B018  (parsed here, where too many fields get their page)
    return request.content_type != "multipart/form-data" or _are_clean_texts(_multipart_texts(request))


def _is_utf8(encoding: str | None) -> bool:
    """True for what every form of the site sends; « hex », which is no encoding of texts, would make all that reads it fail."""
    return codecs.lookup(encoding or "utf-8").name == "utf-8"


def _multipart_texts(request: HttpRequest) -> Iterable[str]:
    for name, values in request.POST.lists():
        yield name
        yield from values
    for name, files in request.FILES.lists():
        yield name
        yield from (file.name for file in files)


def _are_clean_texts(texts: Iterable[str]) -> bool:
    return not any("\x00" in text or any("\ud800" <= char <= "\udfff" for char in text) for text in texts)


def _is_clean_bytes(raw: bytes) -> bool:
    try:
        return "\x00" not in raw.decode("utf-8")
    except UnicodeDecodeError:
        return False


class RefusalMiddleware:
    """Turn a refusal into its page, and a forbidden act into a line of the journal (AZ-4)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code == 405 and not response.streaming and not response.content:
            return _with_allow(views.error_405(request), response)
        if getattr(request, "is_denied", False):  # its own page says so, with what was typed
            _record_refusal(request, "acces.refuse")
        if response.status_code == 404 and _asks_for_an_object(request):
            _record_refusal(request, "acces.introuvable")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OperationalError) and is_held(exception):
            logger.warning("Base occupée : %s", exception)
            return views.error_occupe(request)
        if isinstance(exception, ActionRefused):
            return views.error_429(request, exception.message) if isinstance(exception, TooSoon) else views.error_409(request, exception)
        if isinstance(exception, PermissionDenied):
            _record_refusal(request, "acces.refuse")
            return views.error_403(request, exception)
        return None


def is_held(error: OperationalError) -> bool:
    """Tell whether a row, or the whole database, was only held by somebody else (WF-6): asked again in a moment, it goes through."""
    cause = error.__cause__
    return getattr(cause, "sqlstate", "") in HELD_POSTGRESQL or getattr(cause, "sqlite_errorcode", 0) & 0xFF in HELD_SQLITE


def _with_allow(page: HttpResponse, response: HttpResponseBase) -> HttpResponse:
    page["Allow"] = response.get("Allow", "")
    return page


def _asks_for_an_object(request: HttpRequest) -> bool:
    """Tell whether a signed-in person named an object, in the address or in a form: that of another company, or of none, are answered alike (AZ-4)."""
    match = request.resolver_match
    if match is None or not request.user.is_authenticated:
        return False
    return request.method == "POST" or any(isinstance(value, int) for value in match.kwargs.values())


def _record_refusal(request: HttpRequest, action: str) -> None:
    """Write the refusal down; a journal out of reach must not turn the refusal into anything else."""
    user = request.user if request.user.is_authenticated else None
    match = request.resolver_match
    details = {"vue": match.view_name, "methode": request.method, "arguments": _arguments(match.kwargs)} if match else {}
    try:
        journal.refused(action, par=user, details=details)
    except Exception:
        logger.exception("Refus non journalisé")


def _arguments(kwargs: Mapping[str, Any]) -> dict[str, str]:
    """Say on what the refused act was; never the token of a link (TR-4)."""
    return {name: "***" if name in TOKENS else str(value)[:64] for name, value in kwargs.items()}


class SiteContextMiddleware:
    """Put the pages of the library among ours: the name ``site`` is that of our templates, and a form to be mended is no success."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        if response.context_data:
            response.context_data.pop("site", None)
            if request.method == "POST" and response.status_code == 200 and (codes := _refusals(response.context_data)):
                response.status_code = 429 if codes & TOO_SOON else 400  # it came too soon (AU-2), or is to be mended
        return response


def _refusals(context: Mapping[str, Any]) -> set[str | None]:
    """Give the codes of what is wrong in the forms of a page."""
    forms = (value for value in context.values() if isinstance(value, BaseForm))
    return {error.code for form in forms for errors in form.errors.as_data().values() for error in errors}
