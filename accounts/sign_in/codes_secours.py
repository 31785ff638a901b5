"""Recovery codes of which only digests are kept, shown to the person who has just made them and never again (AU-3).

The library keeps the seed of its codes, from which it can show them at any time, and offers no setting to do otherwise: ``install``
puts this class in the two places where it looks for its own.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time

from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import auth, flows
from django.db import transaction

from .. import crypto
from ..models import User

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is read as another
LENGTH = 12  # 59 bits: a salted digest is enough, whoever steals the table
SHOWN_SECONDS = 15 * 60
SESSION_KEY = "codes_de_secours"
PURPOSE = "codes_secours"


class CodesDeSecours(auth.RecoveryCodes):
    """``data`` is ``{"sel": …, "empreintes": [one for each code that may still serve]}``."""

    @classmethod
    def activate(cls, user: User) -> CodesDeSecours:
        """Draw codes for an account that has none; the session that asked may read them for a quarter of an hour."""
        if found := Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first():
            return cls(found)
        codes, salt = [_draw() for _ in range(app_settings.RECOVERY_CODE_COUNT)], secrets.token_hex(16)
        data = {"sel": salt, "empreintes": [_digest(salt, code) for code in codes]}
        row = Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data=data)
        _show(row, codes)
        return cls(row)

    def get_unused_codes(self) -> list[str]:
        """Give the codes that may still serve, where they may be read; elsewhere, as many empty texts."""
        left, shown = self.instance.data["empreintes"], _shown(self.instance)
        return [code for code in shown if _digest(self.instance.data["sel"], code) in left] or [""] * len(left)

    @transaction.atomic
    def validate_code(self, code: str) -> bool:
        """Take a code that may serve, and strike it out: of two at once, one."""
        self.instance = Authenticator.objects.select_for_update().get(pk=self.instance.pk)
        digest = _digest(self.instance.data["sel"], code)
        if digest not in self.instance.data["empreintes"]:
            return False
        self.instance.data["empreintes"].remove(digest)
        self.instance.save(update_fields=["data"])
        return True

    @property
    def did_view(self) -> bool:
        return not _shown(self.instance)

    def mark_as_viewed(self) -> None:
        """Write nothing: reading a page changes nothing (WB-2), and the time alone ends the showing."""


def install() -> None:
    auth.RecoveryCodes = flows.RecoveryCodes = CodesDeSecours


def _draw() -> str:
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def _digest(salt: str, code: str) -> str:
    return hashlib.sha256(f"{salt}:{normalize_user_code(code)}".encode()).hexdigest()


def _show(row: Authenticator, codes: list[str]) -> None:
    """Let the session of the request read the codes; they stand encrypted in it, as it stands in the database (CF-5)."""
    session = getattr(context.request, "session", None)
    if session is not None:
        session[SESSION_KEY] = [row.pk, time.time() + SHOWN_SECONDS, crypto.encrypt(json.dumps(codes), purpose=PURPOSE)]


def _shown(row: Authenticator) -> list[str]:
    pk, until, codes = getattr(context.request, "session", {}).get(SESSION_KEY) or (0, 0, "")
    return json.loads(crypto.decrypt(codes, purpose=PURPOSE)) if pk == row.pk and time.time() < until else []
