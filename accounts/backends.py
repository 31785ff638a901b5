"""How the site recognises a person, and what it reads of him for every page."""

from __future__ import annotations

from functools import lru_cache

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from . import alongside
from .cgu import accepted_by
from .models import Notification, User
from .prepared import Prepared, prepared
from .rules.identity import identity_key
from .selectors.facteurs import second_factors_of


class AccountBackend(AuthenticationBackend):
    """allauth's backend over the key of the login (AU-10); the account comes in one query with all the frame of a page shows.

    That is its company, whether accounts are attached to it (``a_des_comptes``), and how many notices it has not read
    (``non_lues``).
    """

    def _authenticate_by_username(self, username: str, password: str) -> User | None:
        user = next(iter(_at_the_door()(username_cle=identity_key(username))), None)
        return self._check_password(user, password)

    def get_user(self, user_id: int) -> User | None:
        for user in _account()(user_id=int(user_id)):
            alongside.tell(user)
            return user if self.user_can_authenticate(user) else None
        return None


@lru_cache(maxsize=1)
def _account() -> Prepared[User]:
    @prepared
    def account(user_id: int) -> QuerySet[User]:
        attached = User.objects.filter(gestionnaire=OuterRef("pk"))
        unread = Notification.objects.visible_to(OuterRef("pk")).non_lues().order_by().values("destinataire").annotate(total=Count("pk")).values("total")
        rows = User.objects.order_by().select_related("entreprise").filter(pk=user_id).defer("date_joined", "entreprise__created_at")
        return rows.annotate(a_des_comptes=Exists(attached), non_lues=Coalesce(Subquery(unread), 0), **alongside.expressions())

    return account


@lru_cache(maxsize=1)
def _at_the_door() -> Prepared[User]:
    """Read, with the account, what its sign-in asks next: after the hash everything the processor kept is to be read anew (P18)."""

    @prepared
    def account(username_cle: str) -> QuerySet[User]:
        told = {"derniere_cgu": Subquery(accepted_by(OuterRef("pk"))[:1]), "a_second_facteur": Exists(second_factors_of(OuterRef("pk")))}
        return User.objects.order_by().select_related("entreprise").annotate(**told).filter(username_cle=username_cle)

    return account


alongside.on_change(_account.cache_clear)
