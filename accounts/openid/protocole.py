"""OpenID Connect, authorization code with PKCE, state and nonce: what is asked of a provider, and what is believed of its answer.

Nothing of a provider is believed before its signature: the ID token always, the userinfo when it comes signed. Tokens are read and
forgotten; no error holds what the provider sent (TR-4).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
import requests
from django.core.cache import cache
from urllib3.exceptions import HTTPError

from .fournisseurs import Fournisseur

# Public keys alone: under a shared secret, whoever holds that of the client could sign for the provider.
ALGORITHMES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
TIMEOUT = (3, 7)
LONGEST = 10  # seconds for a whole answer: one that comes byte by byte never times out
MAX_BYTES = 256 * 1024
CACHED_SECONDS = 600
CLOCK_SKEW = 60
MAX_SUB = 255
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Indisponible(Exception):
    """The provider cannot be reached, or answers nothing that can be read."""


class IdentiteRefusee(Exception):
    """What came back cannot be believed; the message is a code for the journal."""


@dataclass(frozen=True)
class Identite:
    """A person, as a provider knows him."""

    fournisseur: str
    sujet: str
    adresse: str
    adresse_verifiee: bool
    second_facteur: bool


# --- The way out --------------------------------------------------------------------------------------------------------
def authorization_url(fournisseur: Fournisseur, *, state: str, nonce: str, verifieur: str, de_nouveau: bool = False) -> str:
    """Build the address to send a person to; ``de_nouveau`` asks that he be recognised there again, whatever session is open.

    :raises Indisponible: the provider cannot be read.
    """
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifieur.encode("ascii")).digest()).rstrip(b"=").decode("ascii")
    asked = {
        "response_type": "code",
        "client_id": fournisseur.client_id,
        "redirect_uri": fournisseur.retour,
        "scope": "openid email",
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    if de_nouveau:
        asked["prompt"] = "login"
    if fournisseur.acr:
        asked["acr_values"] = " ".join(fournisseur.acr)
    if fournisseur.amr:
        asked["claims"] = json.dumps({"id_token": {"amr": {"essential": True}}})
    address = configuration(fournisseur)["authorization_endpoint"]
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"


def configuration(fournisseur: Fournisseur) -> Mapping[str, Any]:
    """Read what the provider publishes of itself, at most once in ten minutes.

    :raises Indisponible: it cannot be reached, speaks for another issuer, or leads out of https.
    """
    return _cached(f"{fournisseur.url.rstrip('/')}/.well-known/openid-configuration", lambda found: _check(fournisseur, found))


def _check(fournisseur: Fournisseur, found: Mapping[str, Any]) -> None:
    if str(found.get("issuer", "")).rstrip("/") != fournisseur.url.rstrip("/"):
        raise Indisponible("issuer")
    scheme = urlsplit(fournisseur.url).scheme
    used = [found.get(name) for name in ENDPOINTS] + [found.get("userinfo_endpoint", fournisseur.url)]
    if not all(isinstance(address, str) and urlsplit(address).scheme == scheme for address in used):
        raise Indisponible("adresses")


# --- The way back -------------------------------------------------------------------------------------------------------
def check_issuer(fournisseur: Fournisseur, issuer: str) -> None:
    """Hold the answer to its provider when it names itself (RFC 9207).

    :raises IdentiteRefusee: another one answers. :raises Indisponible: the provider cannot be read.
    """
    if issuer and issuer != configuration(fournisseur)["issuer"]:
        raise IdentiteRefusee("iss")


def fetch_identite(fournisseur: Fournisseur, *, code: str, verifieur: str, nonce: str) -> Identite:
    """Exchange the code for the identity of the person.

    :raises Indisponible: the provider cannot be reached.
    :raises IdentiteRefusee: it refuses the code, or its answer cannot be believed.
    """
    tokens = _exchange(fournisseur, code, verifieur)
    claims = verify(str(tokens.get("id_token") or ""), fournisseur, nonce=nonce)
    person = claims if "email" in claims else _userinfo(fournisseur, str(tokens.get("access_token") or ""), claims["sub"])
    return Identite(
        fournisseur=fournisseur.code,
        sujet=claims["sub"],
        adresse=_printable(person.get("email"))[:254],
        adresse_verifiee=person.get("email_verified") is True,
        second_facteur=claims.get("acr") in fournisseur.acr or bool(_texts(claims.get("amr")) & set(fournisseur.amr)),
    )


def _exchange(fournisseur: Fournisseur, code: str, verifieur: str) -> Mapping[str, Any]:
    found = configuration(fournisseur)
    sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": fournisseur.retour, "code_verifier": verifieur}
    if "client_secret_post" in _texts(found.get("token_endpoint_auth_methods_supported")):
        sent |= {"client_id": fournisseur.client_id, "client_secret": fournisseur.secret}
        auth = None
    else:
        auth = (fournisseur.client_id, fournisseur.secret)
    response = _request("POST", found["token_endpoint"], data=sent, auth=auth)
    if 400 <= response.status < 500:
        raise IdentiteRefusee("code")
    return response.json()


def verify(token: str, fournisseur: Fournisseur, *, nonce: str) -> Mapping[str, Any]:
    """Give the claims of an ID token that this provider signed, for this site and for this very request.

    :raises IdentiteRefusee: any of these is not so, or the token is over.
    """
    claims = _signed(token, fournisseur, required=("iss", "sub", "aud", "exp", "iat"))
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode("utf-8", "replace"), nonce.encode()):
        raise IdentiteRefusee("nonce")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else fournisseur.client_id) != fournisseur.client_id:
        raise IdentiteRefusee("azp")
    if not _is_sub(claims["sub"]):
        raise IdentiteRefusee("sub")
    return claims


def _userinfo(fournisseur: Fournisseur, access_token: str, sub: str) -> Mapping[str, Any]:
    """Ask for the address when the ID token has none; the answer must speak of the same person."""
    address = configuration(fournisseur).get("userinfo_endpoint")
    if not address or not access_token:
        return {}
    response = _request("GET", address, headers={"Authorization": f"Bearer {access_token}"})
    if response.status >= 400:
        raise IdentiteRefusee("userinfo")
    found = _signed(response.text(), fournisseur, required=("iss", "aud")) if response.kind == "application/jwt" else response.json()
    if found.get("sub") != sub:
        raise IdentiteRefusee("userinfo_sub")
    return found


def _signed(token: str, fournisseur: Fournisseur, *, required: Sequence[str]) -> Mapping[str, Any]:
    try:
        for key in _keys(token, fournisseur):
            try:
                return _decode(token, key, fournisseur, required)
            except (jwt.InvalidSignatureError, jwt.InvalidAlgorithmError):
                continue
    except (jwt.PyJWTError, ArithmeticError, RecursionError, TypeError, ValueError) as error:
        raise IdentiteRefusee(type(error).__name__) from None
    raise IdentiteRefusee("cle")


def _decode(token: str, key: jwt.PyJWK, fournisseur: Fournisseur, required: Sequence[str]) -> Mapping[str, Any]:
    return jwt.decode(
        token,
        key,
        algorithms=ALGORITHMES,
        issuer=configuration(fournisseur)["issuer"],
        audience=fournisseur.client_id,
        leeway=CLOCK_SKEW,
        options={"require": list(required)},
    )


def _keys(token: str, fournisseur: Fournisseur) -> Iterator[jwt.PyJWK]:
    """Yield the keys that may have signed a token; when none did, those published by now, past the cache."""
    kid = jwt.get_unverified_header(token).get("kid")
    address = configuration(fournisseur)["jwks_uri"]
    for fresh in (False, True):
        for key in jwt.PyJWKSet.from_dict(dict(_cached(address, fresh=fresh))).keys:
            if kid in (None, key.key_id) and key.public_key_use in (None, "sig"):
                yield key


# --- HTTP ---------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Response:
    status: int
    kind: str
    body: bytes

    def text(self) -> str:
        return self.body.decode("utf-8", "replace").strip()

    def json(self) -> Mapping[str, Any]:
        """:raises Indisponible: an error, or anything else than a table."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            found = None
        if self.status != 200 or not isinstance(found, dict):
            raise Indisponible("réponse")
        return found


def _request(method: str, address: str, **sent: Any) -> Response:
    """Follow no redirection: the secret goes to the address published, and nowhere else.

    :raises Indisponible: no answer in time, a redirection, a failure of the provider, or more than is worth reading.
    """
    until = time.monotonic() + LONGEST
    try:
        with requests.request(method, address, timeout=TIMEOUT, allow_redirects=False, stream=True, **sent) as response:
            body = _read(response, until)
            kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
            status = response.status_code
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        raise Indisponible(type(error).__name__) from None
    if status >= 500 or 300 <= status < 400 or len(body) > MAX_BYTES:
        raise Indisponible(str(status))
    return Response(status, kind, body)


def _read(response: requests.Response, until: float) -> bytes:
    """Read the body as it comes, one byte more than is worth reading at most.

    :raises Indisponible: it does not end in time.
    """
    body = b""
    while len(body) <= MAX_BYTES and (piece := response.raw.read1(MAX_BYTES + 1 - len(body), decode_content=True)):
        body += piece
        if time.monotonic() > until:
            raise Indisponible("lenteur")
    return body


def _cached(address: str, check: Any = None, *, fresh: bool = False) -> Mapping[str, Any]:
    key = "openid:" + hashlib.sha256(address.encode()).hexdigest()
    found = None if fresh else cache.get(key)
    if found is None:
        found = _request("GET", address).json()
        if check is not None:
            check(found)
        cache.set(key, found, CACHED_SECONDS)
    return found


def _is_sub(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_SUB and value.isascii() and value.isprintable()


def _printable(value: Any) -> str:
    return value if isinstance(value, str) and value.isprintable() else ""


def _texts(value: Any) -> set[str]:
    return {item for item in value if isinstance(item, str)} if isinstance(value, list) else set()
