"""« Mes données »: what the platform holds about one person, for that person alone (DP-2).

The keys are French, for the file is read by people. No secret is in it: neither password, nor key of a second factor, nor token.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone

from .. import jobs, journal, preferences
from ..enums import Droit
from ..jobs import JobResult, Progress
from ..journal_words import libelle
from ..models import AcceptationCgu, EntreeJournal, IdentiteExterne, Notification, Travail, User
from ..rules.appareils import appareil

KIND = "compte.donnees"
SHOWN = 20  # lines of each list that the page shows; the file has them all
MAX_LINES = 50_000
FACTEURS = {"totp": "Application d'authentification", "recovery_codes": "Codes de secours", "webauthn": "Clé d'accès"}

Section = list[dict[str, Any]]


@dataclass(frozen=True)
class Rubrique:
    """What a room above holds about a person; each declares its own in its ``donnees.py``.

    ``lire`` gives at most so many lines, the last ones first; ``colonnes`` are their keys, with their words for the page.
    """

    code: str
    titre: str
    colonnes: Mapping[str, str]
    lire: Callable[[User, int], Section]


_rubriques: list[Rubrique] = []


def declare(*rubriques: Rubrique) -> None:
    _rubriques.extend(rubriques)


def tables(user: User, *, limit: int) -> list[dict[str, Any]]:
    """Read what the rooms above hold, as tables for the page."""
    read = [(rubrique, rubrique.lire(user, limit)) for rubrique in _rubriques]
    return [
        {"titre": one.titre, "colonnes": one.colonnes.values(), "lignes": [[(words, row[key]) for key, words in one.colonnes.items()] for row in rows]}
        for one, rows in read
    ]


@transaction.atomic
def demander(*, par: User) -> Travail:
    """Ask for the file of one's own data.

    :raises PermissionDenied: the account is shut.
    """
    return jobs.submit(KIND, par=par, entreprise=par.entreprise, cle=KIND)


@transaction.atomic
def remettre(*, par: User) -> JobResult:
    """Give at once the file of a member of the agency: a job of this kind is of a company."""
    journal.record("donnees.exportees", par=par, target=par)
    return build(par)


@jobs.job(KIND)
def export(travail: Travail, progress: Progress) -> JobResult:
    """Give the file of the person who asked: nobody can ask for another's."""
    result = build(travail.demandeur)
    progress(1, 1)
    return result


def build(user: User) -> JobResult:
    """Write the file."""
    content = json.dumps(collect(user), ensure_ascii=False, indent=2, default=_plain)
    return JobResult(content.encode(), f"mes-donnees-{timezone.localdate():%Y-%m-%d}.json", "application/json")


def collect(user: User) -> dict[str, Any]:
    """Gather all that is held about a person, the last lines first."""
    return {**held_here(user, limit=MAX_LINES), **{rubrique.code: rubrique.lire(user, MAX_LINES) for rubrique in _rubriques}}


def held_here(user: User, *, limit: int) -> dict[str, Any]:
    """Gather what this room holds about a person, at most ``limit`` lines of each list, the last ones first."""
    return {
        "au": timezone.now(),
        "identite": _identity(user),
        "droits": [droit.label for droit in Droit if user.holds(droit)],
        "preferences": preferences.mailed(user),
        "double_authentification": _factors(user),
        "identites_externes": _rows(IdentiteExterne.objects.filter(compte=user), _identite_externe),
        "sessions": _rows(UserSession.objects.filter(user=user).order_by("-created_at")[:limit], _session),
        "conditions_acceptees": _rows(AcceptationCgu.objects.filter(user=user).select_related("cgu").order_by("-at")[:limit], _acceptance),
        "notifications": _rows(Notification.objects.visible_to(user).select_related("emetteur")[:limit], _notification),
        "fichiers_prepares": _rows(Travail.objects.visible_to(user)[:limit], _job),
        "journal": _rows(EntreeJournal.objects.filter(personne__compte=user.pk).select_related("personne")[:limit], _line),
    }


def _identity(user: User) -> dict[str, Any]:
    return {
        "prenom": user.first_name,
        "nom": user.last_name,
        "nom_d_utilisateur": user.username,
        "adresse_electronique": user.email,
        "fonction": user.fonction,
        "telephone": user.telephone,
        "profil": user.get_profil_display(),
        "entreprise": user.entreprise.raison_sociale if user.entreprise else "",
        "gestionnaire": user.gestionnaire.nom_complet if user.gestionnaire else "",
        "compte_cree_le": user.date_joined,
        "derniere_connexion": user.last_login,
    }


def _factors(user: User) -> Section:
    return _rows(Authenticator.objects.filter(user=user).order_by("pk"), _factor)


def _factor(row: Authenticator) -> dict[str, Any]:
    return {"genre": FACTEURS.get(row.type, row.type), "ajoute_le": row.created_at, "dernier_usage": row.last_used_at}


def _identite_externe(row: IdentiteExterne) -> dict[str, Any]:
    found = {"fournisseur": row.fournisseur, "identifiant": row.sujet, "adresse_electronique": row.adresse}
    return {**found, "rattachee_le": row.rattachee_le, "derniere_connexion": row.utilisee_le}


def _session(row: UserSession) -> dict[str, Any]:
    return {"ouverte_le": row.created_at, "adresse": row.ip, "appareil": appareil(row.user_agent), "navigateur": row.user_agent}


def _acceptance(row: AcceptationCgu) -> dict[str, Any]:
    return {"version": row.cgu.version, "acceptee_le": row.at}


def _notification(row: Notification) -> dict[str, Any]:
    emetteur = row.emetteur.nom_complet if row.emetteur else ""
    return {"recue_le": row.recue_le, "lue_le": row.lue_le, "type": row.type, "produit": row.produit_label, "contenu": row.contenu, "emetteur": emetteur}


def _job(row: Travail) -> dict[str, Any]:
    return {"demande_le": row.created_at, "etat": row.get_etat_display(), "fichier": row.nom_fichier}


def _line(row: EntreeJournal) -> dict[str, Any]:
    return {"le": row.at, "action": row.action, "libelle": libelle(row.action), "issue": row.get_issue_display(), "adresse": row.personne.adresse}


def _rows(rows: Iterable[Any], describe: Any) -> Section:
    return [describe(row) for row in rows]


def _plain(value: Any) -> str:
    """:raises TypeError: neither a date nor a moment."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
