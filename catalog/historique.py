"""Who changed which right when: the history of the accounts of a company, for those who manage them (TR-5, ACC-6)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from accounts.historique import of_compte
from accounts.models import EntreeJournal, User
from accounts.selectors.comptes import fetch_reunies
from questionnaires.models import Sujet

from .models import Produit, StrategieGlobale

SUJETS = tuple(model._meta.label_lower for model in (Sujet, Produit, StrategieGlobale))
ON_SUJETS = ("droits.modifies", "acces.demande", "acces.accepte", "acces.refuse_par_gestionnaire", "acces.retire", "sujet.repris")
# What a person does to his own account, his sessions and his password, is no affair of those who manage it.
SHOWN = Q(action__startswith="compte.") | Q(action__startswith="entreprise.") | Q(action__in=ON_SUJETS)


def of_comptes(user: User) -> Q:
    """Keep what was done to the accounts of one's company."""
    return Q(entreprise__in=fetch_reunies(user.entreprise_id)) & SHOWN


def of_compte_gere(compte: User) -> Q:
    """Keep what was done to one account, and what it asked for."""
    cited = Q(details__compte=compte.pk) | Q(details__ancien=compte.pk) | Q(details__nouveau=compte.pk) | Q(action="acces.demande", acteur=compte.pk)
    return Q(entreprise__in=fetch_reunies(compte.entreprise_id)) & SHOWN & (of_compte(compte) | Q(action__in=ON_SUJETS) & cited)


def name_sujets(rows: Iterable[EntreeJournal], user: User) -> dict[tuple[str, str], str]:
    """Name the sujets that lines are about, among those of the reader's company (R-53)."""
    keys = {row.target_id for row in rows if row.target_type in SUJETS}
    found = Sujet.objects.visible_to(user).filter(pk__in=keys) if keys else ()
    return {(kind, str(sujet.pk)): str(sujet) for sujet in found for kind in SUJETS}
