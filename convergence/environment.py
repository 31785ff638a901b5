"""The one place that reads the environment.

Each value has a default that suits the embedded mode (no service to install), or stops the start with a sentence.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


# The identity providers that an operator may switch on: the start of their variables, and their names.
OPENID = {"PROCONNECT": "ProConnect", "INDUSTRIELS_SANTE_CONNECT": "Industriels Santé Connect"}


def _provider(prefix: str, name: str) -> dict[str, Any] | None:
    """Read one provider; None when it is off.

    :raises ImproperlyConfigured: it is half described.
    """
    url, client_id, secret = (env.str(f"{prefix}_{part}", "") for part in ("URL", "CLIENT_ID", "SECRET"))
    if not (url or client_id or secret):
        return None
    if not (url and client_id and secret):
        raise ImproperlyConfigured(f"{prefix}_URL, {prefix}_CLIENT_ID et {prefix}_SECRET vont ensemble : l'un d'eux manque.")
    return {
        "code": prefix.lower().replace("_", "-"),
        "nom": name,
        "url": url.removesuffix("/.well-known/openid-configuration"),
        "client_id": client_id,
        "secret": secret,
        "acr": env.list(f"{prefix}_ACR", default=[]),
        "amr": env.list(f"{prefix}_AMR", default=[]),
        "par_courriel": env.bool(f"{prefix}_PAR_COURRIEL", False),
    }


@dataclass(frozen=True)
class Environment:
    """Typed view of the environment variables; see ``docs/EXPLOITATION.md`` for the list."""

    production: bool = field(default_factory=lambda: env.bool("CONVERGENCE_PRODUCTION", False))
    demo: bool = field(default_factory=lambda: env.bool("CONVERGENCE_DEMO", False))
    secret_key: str = field(default_factory=lambda: env.str("SECRET_KEY", ""))
    allowed_hosts: list[str] = field(default_factory=lambda: env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"]))
    base_url: str = field(default_factory=lambda: env.str("BASE_URL", "http://localhost:8000"))
    https: bool = field(default_factory=lambda: env.bool("HTTPS", env.bool("CONVERGENCE_PRODUCTION", False)))
    proxy_depth: int = field(default_factory=lambda: env.int("PROXY_DEPTH", 0))
    var_dir: Path = field(default_factory=lambda: Path(env.str("VAR_DIR", str(BASE_DIR / "var"))))
    database_url: str = field(default_factory=lambda: env.str("DATABASE_URL", ""))
    redis_url: str = field(default_factory=lambda: env.str("REDIS_URL", ""))
    s3_bucket: str = field(default_factory=lambda: env.str("S3_BUCKET", ""))
    s3_endpoint: str = field(default_factory=lambda: env.str("S3_ENDPOINT", ""))
    clamd_socket: str = field(default_factory=lambda: env.str("CLAMD_SOCKET", ""))
    email_url: str = field(default_factory=lambda: env.str("EMAIL_URL", ""))
    email_from: str = field(default_factory=lambda: env.str("EMAIL_FROM", "Convergence <ne-pas-repondre@convergence.example>"))
    support_email: str = field(default_factory=lambda: env.str("SUPPORT_EMAIL", "support@convergence.example"))
    second_factor_responsables: bool = field(default_factory=lambda: env.bool("DOUBLE_FACTEUR_RESPONSABLES", False))
    identity: str = field(default_factory=lambda: env.str("IDENTITE", "neutre"))
    openid: list[dict[str, Any]] = field(default_factory=lambda: [found for code, name in OPENID.items() if (found := _provider(code, name))], repr=False)
    log_level: str = field(default_factory=lambda: env.str("LOG_LEVEL", "INFO"))

    def __post_init__(self) -> None:
        if self.identity not in ("neutre", "etat"):
            raise ImproperlyConfigured("IDENTITE vaut « neutre » ou « etat ».")
        if self.production:
            self._refuse_unsafe_production()

    def _refuse_unsafe_production(self) -> None:
        """Stop the start of a production site that would not be safe (OP-5)."""
        problems = []
        if len(self.secret_key) < 50:
            problems.append("SECRET_KEY est requise, d'au moins 50 caractères")
        if self.demo:
            problems.append("CONVERGENCE_DEMO est interdit en production : ses mots de passe sont publics")
        if not self.database_url.startswith(("postgres://", "postgresql://")):
            problems.append("DATABASE_URL doit désigner PostgreSQL")
        if not self.redis_url:
            problems.append("REDIS_URL est requise (courtier des tâches et limites de débit partagées)")
        if not self.https or not self.base_url.startswith("https://"):
            problems.append("BASE_URL doit commencer par https:// et HTTPS rester actif")
        if "*" in self.allowed_hosts or not self.allowed_hosts:
            problems.append("ALLOWED_HOSTS doit nommer les hôtes servis")
        if any(not one["url"].startswith("https://") for one in self.openid):
            problems.append("les adresses des fournisseurs d'identité doivent commencer par https://")
        if problems:
            raise ImproperlyConfigured("Réglages refusés en production : " + " ; ".join(problems) + ".")

    @property
    def effective_secret_key(self) -> str:
        """The key given, or one drawn once and kept in the folder of variable data (embedded mode only)."""
        if self.secret_key:
            return self.secret_key
        path = self.var_dir / "secret_key"
        if not path.exists():
            _draw_key(path)
        return path.read_text(encoding="ascii")


def _draw_key(path: Path) -> None:
    """Write a new key for its owner alone; of two processes that start together, the first one's key is kept by both."""
    from django.core.management.utils import get_random_secret_key  # needs no settings

    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(get_random_secret_key() + get_random_secret_key(), encoding="ascii")
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


environment = Environment()
