"""Accounts that nobody uses: warned twice, then deleted, their produits handed over (DP-1, ACC-7)."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts import journal, notifications
from accounts.conservation import delay
from accounts.courriels import outbox
from accounts.courriels.lettres import compose
from accounts.enums import Role
from accounts.models import AvisInactivite, Entreprise, User
from accounts.rules.elision import de
from accounts.rules.inactivite import PREAVIS, Pas, prochain_pas
from accounts.selectors.comptes import fetch_arbre
from questionnaires.models import Sujet

from .comptes import fermer_compte, responsable_of

CODE = "comptes_inactifs"
TYPE = "Compte inactif"  # of the support alone: always mailed


def inactifs() -> QuerySet[User]:
    """Keep the accounts unused for long enough to be warned; ``depuis`` is their last use, or their creation."""
    since = timezone.now() - delay(CODE) + PREAVIS[0]
    return User.objects.presents().annotate(depuis=Coalesce(F("last_login"), F("date_joined"))).filter(depuis__lte=since)


def a_traiter() -> QuerySet[User]:
    """Keep those for whom something is to be done now: neither those whose next step is to come, nor those that stay for want of somebody else."""
    rows = inactifs().select_related("entreprise").prefetch_related("avis_inactivite")
    due = [compte.pk for compte in rows if (pas := _pas(compte)) and not (pas.rang == 0 and _is_left(compte))]
    return inactifs().filter(pk__in=due)


def traiter(comptes: Iterable[User]) -> int:
    """Warn or delete each; give how many were dealt with."""
    return sum(traiter_inactif(compte.pk) for compte in comptes)


@transaction.atomic
def traiter_inactif(pk: int) -> bool:
    """Do what an account calls for, read again under the lock: whoever signs in meanwhile keeps it."""
    found = User.objects.select_related("entreprise").get(pk=pk)
    if found.entreprise_id is not None:
        Entreprise.objects.select_for_update(of=("self",), no_key=True).get(pk=found.entreprise_id)
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    compte = inactifs().select_related("entreprise", "gestionnaire").filter(pk=pk).first()
    pas = _pas(compte) if compte is not None else None
    if pas is None:
        return False
    if pas.rang:
        _warn(compte, pas)
        return True
    return _close(compte)


def _pas(compte: User) -> Pas | None:
    given = {avis.rang: avis.donne_le for avis in compte.avis_inactivite.all() if avis.depuis == compte.depuis}
    return prochain_pas(compte.depuis, given, timezone.now(), delay(CODE))


def _warn(compte: User, pas: Pas) -> None:
    AvisInactivite.objects.create(compte=compte, depuis=compte.depuis, rang=pas.rang)
    lettre = compose("compte_inactif", sujet="Votre compte Convergence va être supprimé", compte=compte, echeance=pas.echeance)
    with suppress(outbox.HeaderRefused):  # an account whose address can receive no mail goes all the same
        outbox.queue([outbox.build(compte.email, **lettre, dedupe_key=f"inactivite:{uuid4().hex}")])
    journal.record("compte.inactivite_signalee", par=None, target=compte, details={"rang": pas.rang, "echeance": pas.echeance.date()})
    if is_indispensable(compte):
        _tell_support(compte, f"Sans connexion avant le {pas.echeance:%d/%m/%Y}, personne d'autre ne pourra tenir son rôle.", pas.echeance)


def _close(compte: User) -> bool:
    """Delete the account, unless nobody could take its place: the support is then told, once."""
    heir, owned = _heir(compte), _owned(compte)
    if _must_stay(compte):
        return _tell_support(compte, "Il n'est pas supprimé\u00a0: personne d'autre ne pourrait tenir son rôle.", compte.depuis)
    fermer_compte(compte, par=None, heritiers={sujet.pk: heir for sujet in owned}, repreneur=heir)
    return True


def _is_left(compte: User) -> bool:
    """Tell whether an account whose time has come stays, which the support knows."""
    return notifications.is_told(_key(compte, compte.depuis)) and _must_stay(compte)


def _must_stay(compte: User) -> bool:
    return is_indispensable(compte) or (_heir(compte) is None and bool(_owned(compte)))


def _owned(compte: User) -> list[Sujet]:
    return list(responsable_of(compte)) if compte.entreprise_id else []


def is_indispensable(compte: User) -> bool:
    """Tell whether a company would be left without responsable, or a group of the agency without anybody."""
    others = User.objects.actifs().exclude(pk=compte.pk)
    if compte.entreprise_id is not None:
        return compte.is_responsable and not others.of_entreprise(compte.entreprise_id).responsables().exists()
    return any(not others.filter(groups=group).exists() for group in compte.groups.all())


def _heir(compte: User) -> User | None:
    """Find who takes over: the nearest open account above, else a responsable."""
    if compte.entreprise_id is None:
        return None
    company = User.objects.of_entreprise(compte.entreprise_id).actifs().exclude(pk=compte.pk).select_related("entreprise")
    people = company.in_bulk(above := fetch_arbre(compte.entreprise_id).ancestors(compte.pk))
    return next((people[pk] for pk in above if pk in people), None) or company.responsables().order_by("date_joined", "pk").first()


def _tell_support(compte: User, words: str, moment: datetime) -> bool:
    """Tell it once; False when it knew, or when nobody is there to be told."""
    who = f"responsable {de(compte.entreprise.raison_sociale)}" if compte.entreprise else "agence"
    told = notifications.notify(
        User.objects.actifs().filter(groups__name=Role.SUPPORT),
        type=TYPE,
        contenu=f"{compte.nom_complet} ({who}) ne se connecte plus depuis le {timezone.localtime(compte.depuis):%d/%m/%Y}. {words}",
        dedupe=_key(compte, moment),
    )
    return bool(told)


def _key(compte: User, moment: datetime) -> str:
    return f"inactif:{compte.pk}:{moment:%Y%m%d}"
