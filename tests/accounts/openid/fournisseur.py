"""A real OpenID provider on loopback: discovery, keys, authorization, token, userinfo; what it signs can be bent by a test."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY, OTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
CLIENT_ID, SECRET = "convergence-essai", "secret-du-client-ne-pas-ecrire"


@dataclass
class Personne:
    """Whom the provider says it has before it, and what it checked."""

    sub: str = "personne-1"
    email: str = "ada@industriel.example"
    email_verified: Any = True
    acr: str = "eidas1"
    amr: tuple[str, ...] = ("pwd",)


@dataclass
class Provider:
    """The state of the provider, read by its threads; each knob makes it wrong in one way."""

    url: str = ""
    personne: Personne = field(default_factory=Personne)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)  # put over those of the ID token; None takes one away
    sign: Callable[[dict[str, Any]], str] | None = None
    published: dict[str, Any] = field(default_factory=dict)  # put over the discovery document
    broken: dict[str, tuple[int, bytes]] = field(default_factory=dict)  # path → what it answers instead
    slow: set[str] = field(default_factory=set)  # paths whose answer comes byte by byte
    signed_userinfo: bool = False
    userinfo: dict[str, Any] = field(default_factory=dict)
    email_in_token: bool = True
    basic: bool = False
    interactive: bool = False
    tokens: list[str] = field(default_factory=list)  # all the secrets it gave out
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def encode(self, claims: dict[str, Any], key: Any = KEY, **options: Any) -> str:
        return jwt.encode(claims, key, **{"algorithm": "RS256", "headers": {"kid": "cle-1"}, **options})

    # --- Endpoints ----------------------------------------------------------------------------------------------------
    def discovery(self) -> dict[str, Any]:
        paths = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/jwks", "userinfo_endpoint": "/userinfo"}
        method = "client_secret_basic" if self.basic else "client_secret_post"
        found = {"issuer": self.url, **{name: self.url + path for name, path in paths.items()}, "token_endpoint_auth_methods_supported": [method]}
        return {**found, **self.published}

    def jwks(self) -> dict[str, Any]:
        return {"keys": [public_jwk(KEY)]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Give the address to send the person back to."""
        code = self.secret()
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, sent: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        asked = self.codes.pop(sent.get("code", ""), None)
        pair = base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
        known = authorization == f"Basic {pair}" if self.basic else (sent.get("client_id"), sent.get("client_secret")) == (CLIENT_ID, SECRET)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        if asked is None or not known or asked["code_challenge"] != challenge or asked["redirect_uri"] != sent.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": self.secret(), "token_type": "Bearer", "expires_in": 60, "id_token": self.id_token(asked)}

    def id_token(self, asked: dict[str, str]) -> str:
        now, person = int(time.time()), self.personne
        claims: dict[str, Any] = {"iss": self.url, "sub": person.sub, "aud": CLIENT_ID, "iat": now, "exp": now + 60, "nonce": asked["nonce"]}
        claims |= {"acr": person.acr, "amr": list(person.amr)}
        if self.email_in_token:
            claims |= {"email": person.email, "email_verified": person.email_verified}
        claims = {name: value for name, value in {**claims, **self.claims}.items() if value is not None}
        token = (self.sign or self.encode)(claims)
        self.tokens.append(token)
        return token

    def person(self) -> dict[str, Any]:
        return {"sub": self.personne.sub, "email": self.personne.email, "email_verified": self.personne.email_verified, **self.userinfo}

    def secret(self) -> str:
        self.tokens.append(secrets.token_urlsafe(24))
        return self.tokens[-1]


def public_jwk(key: Any, **other: Any) -> dict[str, Any]:
    """Publish a key as a provider does."""
    return {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": "cle-1", "use": "sig", "alg": "RS256", **other}


class Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = dict(parse_qsl(parts.query))
        self.provider.seen.append((parts.path, asked))
        if parts.path in self.provider.broken:
            status, body = self.provider.broken[parts.path]
            return self.answer(status, body, "application/json")
        if parts.path == "/authorize":
            back = self.provider.authorize(asked)
            if not self.provider.interactive:
                return self.answer(302, b"", "text/plain", location=back)
            page = f'<!doctype html><html lang="fr"><title>Fournisseur</title><h1>Fournisseur</h1><a href="{back.replace("&", "&amp;")}">Je suis Ada</a></html>'
            return self.answer(200, page.encode(), "text/html; charset=utf-8")
        if parts.path == "/userinfo":
            if self.provider.signed_userinfo:
                signed = self.provider.encode({**self.provider.person(), "iss": self.provider.url, "aud": CLIENT_ID})
                return self.answer(200, signed.encode(), "application/jwt; charset=utf-8")
            return self.json(200, self.provider.person())
        return self.json(200, self.provider.jwks() if parts.path == "/jwks" else self.provider.discovery())

    def do_POST(self) -> None:
        sent = {name: values[0] for name, values in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}
        self.provider.seen.append((self.path, sent))
        if self.path in self.provider.broken:
            status, body = self.provider.broken[self.path]
            return self.answer(status, body, "application/json")
        return self.json(*self.provider.token(sent, self.headers.get("Authorization", "")))

    def json(self, status: int, content: Any) -> None:
        self.answer(status, json.dumps(content).encode(), "application/json")

    def answer(self, status: int, body: bytes, kind: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):  # whoever asked did not wait
            for byte in body if urlsplit(self.path).path in self.provider.slow else ():
                self.wfile.write(bytes([byte]))
                time.sleep(0.05)
            self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def serve() -> tuple[Provider, ThreadingHTTPServer]:
    """Start a provider on a free port of loopback."""
    provider = Provider()
    handler = type("ProviderHandler", (Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return provider, server
