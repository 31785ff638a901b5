"""Looking after the mails that did not leave (JB-4, JB-5)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from .. import journal, policy
from ..courriels import outbox
from ..enums import EtatCourriel
from ..errors import ActionRefused
from ..models import Courriel, User


@transaction.atomic
def relancer_courriel(*, courriel: Courriel, par: User) -> Courriel:
    """Give a mail five more tries.

    :raises ActionRefused: it left, or it is still being tried.
    """
    courriel = Courriel.objects.select_for_update(of=("self",)).get(pk=courriel.pk)
    policy.check(par, "relancer", courriel)
    if not courriel.is_en_echec:
        raise ActionRefused("Ce courriel n'est plus en échec : il est parti, ou il va être essayé de nouveau.")
    courriel.etat, courriel.essais, courriel.prochain_essai = EtatCourriel.A_ENVOYER, 0, timezone.now()
    courriel.save(update_fields=["etat", "essais", "prochain_essai"])
    journal.record("courriel.relance", par=par, target=courriel, details={"nature": courriel.nature})
    outbox.wake()
    return courriel


@transaction.atomic
def relancer_courriels(*, par: User) -> int:
    """Give all those in failure five more tries; give their number. Of two people at once, the second finds those the first left."""
    courriels = list(Courriel.objects.en_echec().select_for_update(of=("self",)).order_by("pk"))
    for courriel in courriels:
        relancer_courriel(courriel=courriel, par=par)
    return len(courriels)
