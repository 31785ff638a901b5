"""Taking away the second factor of somebody who lost phone, key and recovery codes: by the support, or an administrateur for the agency (BO-3, AU-3)."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction

from .. import journal, policy
from ..courriels import support as courriels
from ..errors import ActionRefused
from ..models import User
from .comptes import end_sessions


@transaction.atomic
def retirer_second_facteur(*, compte: User, par: User) -> User:
    """Take away all the factors of an account, once its person was recognised by other means; its sessions end, and the person is told.

    The password still opens it; whoever must have a second factor enrols again before any page (AZ-11).
    :raises ActionRefused: it has none.
    """
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=compte.pk)
    compte = User.objects.select_related("entreprise").get(pk=compte.pk)
    policy.check(par, "retirer_second_facteur", compte)
    factors = Authenticator.objects.filter(user=compte)
    if not factors.exists():
        raise ActionRefused("Ce compte n'a pas de double authentification : il n'y a rien à retirer.")
    factors.delete()
    end_sessions([compte])
    journal.record("compte.second_facteur_retire", par=par, target=compte)
    courriels.second_facteur_retire(compte)
    return compte
