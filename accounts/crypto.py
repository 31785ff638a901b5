"""Short secrets at rest, under a key kept outside the database (CF-5)."""

from __future__ import annotations

import base64
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class UnreadableSecret(ValueError):
    """The secret was written under a key that is no longer known."""


def encrypt(text: str, *, purpose: str) -> str:
    """Encrypt under the present key; a secret of one purpose cannot be read as another's."""
    return _box(purpose, *_keys()).encrypt(text.encode()).decode("ascii")


def decrypt(token: str, *, purpose: str) -> str:
    """:raises UnreadableSecret: wrong purpose, altered text or forgotten key."""
    try:
        return _box(purpose, *_keys()).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise UnreadableSecret(purpose) from error


def rotate(token: str, *, purpose: str) -> str:
    """Encrypt again under the present key what was written under any known key."""
    return encrypt(decrypt(token, purpose=purpose), purpose=purpose)


def _keys() -> tuple[str, ...]:
    """``ENCRYPTION_KEYS`` when the site sets them, else the site's secret keys; the first writes, all read."""
    own = getattr(settings, "ENCRYPTION_KEYS", None)
    return tuple(own) if own else (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=32)
def _box(purpose: str, *keys: str) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derive(key, purpose))) for key in keys])


def _derive(key: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"convergence:{purpose}".encode()).derive(key.encode())


def digest(text: str, *, purpose: str) -> str:
    """Give a keyed digest: the same text is recognised, and cannot be guessed from the digest without the key."""
    return hmac.new(_derive(_keys()[0], f"digest:{purpose}"), text.encode("utf-8", "replace"), "sha256").hexdigest()[:32]
