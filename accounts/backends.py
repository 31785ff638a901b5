"""How the site recognises a person."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Exists, OuterRef

from .identity import identity_key
from .models import User


class AccountBackend(AuthenticationBackend):
    """allauth's backend over the key of the login (AU-10); the account comes with its company, in one query.

    The same query tells by ``a_des_comptes`` whether accounts are attached to it, for the menu of every page.
    """

    def _authenticate_by_username(self, username: str, password: str) -> User | None:
        user = User.objects.filter(username_cle=identity_key(username)).first()
        return self._check_password(user, password)

    def get_user(self, user_id: int) -> User | None:
        attached = User.objects.filter(gestionnaire=OuterRef("pk"))
        user = User.objects.select_related("entreprise").annotate(a_des_comptes=Exists(attached)).filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
