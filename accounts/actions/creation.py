"""The support registers a company that has not asked online: it checked by other means who answers for it (BO-3, R-50)."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, transaction

from .. import journal, policy
from ..errors import ActionRefused
from ..models import Entreprise, Passation, User
from .comptes import inviter
from .responsables import creer_responsable
from .suspension import checked_motif

ENTREPRISE = ("siren", "raison_sociale", "forme_juridique", "adresse", "site")


@transaction.atomic
def creer_entreprise(*, par: User, champs: Mapping[str, str], identite: Mapping[str, str], motif: str) -> User:
    """Create a company and the account of its responsable in one go; the person receives the link to choose a password.

    :raises ActionRefused: the SIREN is known, the login or the address taken, or there is no reason.
    """
    policy.check(par, "creer", Entreprise)
    motif = checked_motif(motif)
    try:
        with transaction.atomic():
            entreprise = Entreprise.objects.create(**{name: champs.get(name, "") for name in ENTREPRISE})
    except IntegrityError as error:
        raise ActionRefused("Une entreprise inscrite a déjà ce SIREN\u00a0: nommez-lui un responsable depuis sa fiche.", champ="siren") from error
    compte = creer_responsable(entreprise, identite)
    Passation.objects.create(entreprise=entreprise, nouveau=compte, sorts={}, motif=motif, faite_par=par)
    inviter(compte, par)
    journal.record("entreprise.creee", par=par, target=entreprise)
    journal.record("compte.cree", par=par, target=compte, details={"profil": compte.profil})
    return compte
