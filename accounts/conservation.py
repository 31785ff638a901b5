"""How long what the service holds about people is kept, and why (DP-1): one table, read by the page and by what deletes.

Each room declares how it deletes, in its ``purges.py``::

    declare(Purge("courriels", due=lambda: Courriel.objects.filter(…), supprimer=delete_rows))
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from . import journal

CHUNK = 500


@dataclass(frozen=True)
class Regle:
    """One line of the register. ``combien`` says how long; ``{duree}`` stands for the delay of the settings."""

    code: str
    donnees: str
    pourquoi: str
    combien: str

    @property
    def duree(self) -> str:
        return self.combien.format(duree=in_words(delay(self.code))) if self.code in settings.CONSERVATION else self.combien


REGLES: Sequence[Regle] = (
    Regle(
        "comptes_inactifs",
        "Nom, prénom, nom d'utilisateur, adresse électronique, fonction, téléphone, entreprise, droits",
        "Ouvrir et gérer votre compte",
        "Tant que le compte sert ; {duree} après la dernière connexion, il est supprimé, après deux avertissements par courriel",
    ),
    Regle(
        "secrets",
        "Empreintes du mot de passe et des codes de secours, clé de la double authentification (chiffrée), clés d'accès, identités externes",
        "Vérifier que c'est bien vous",
        "Jusqu'à ce que vous les retiriez, ou que le compte soit supprimé",
    ),
    Regle(
        "sessions",
        "Sessions ouvertes : date, adresse du réseau, navigateur ; formulaire envoyé après leur fin (chiffré)",
        "Vous les montrer et vous permettre de les fermer ; vous rendre ce que vous aviez saisi",
        "Jusqu'à la fin de la session, {duree} au plus",
    ),
    Regle(
        "liens", "Liens envoyés par courriel (changement d'adresse, dépôt de pièces)", "Confirmer que vous en êtes le destinataire", "{duree} après leur fin"
    ),
    Regle("courriels", "Copie des courriels envoyés", "Les renvoyer si le serveur de messagerie est en panne, et répondre à vos questions", "{duree}"),
    Regle("notifications", "Notifications reçues", "Vous prévenir de ce qui vous attend", "{duree}"),
    Regle(
        "travaux",
        "Fichiers que vous demandez (Excel, PDF, vos données)",
        "Vous laisser le temps de les télécharger",
        "7 jours ; la trace de la demande, {duree}",
    ),
    Regle(
        "justificatifs",
        "Pièces justificatives d'une demande de compte (Kbis, pièce d'identité)",
        "Vérifier qui demande un compte pour une entreprise",
        "{duree} après la décision",
    ),
    Regle(
        "justificatifs_sans_decision",
        "Pièces justificatives d'une demande de compte qui attend sa décision",
        "Vérifier qui demande un compte pour une entreprise",
        "{duree} après leur dépôt : l'extrait Kbis n'est alors plus valable",
    ),
    Regle(
        "demandes_sans_suite",
        "Demande de compte dont les pièces n'arrivent jamais",
        "Vous laisser le temps de les réunir",
        "{duree} après le dernier message",
    ),
    Regle("demandes_decidees", "Demande de compte acceptée ou refusée", "Répondre à une contestation", "{duree} après la décision"),
    Regle("signatures", "Auteur et date des réponses, des demandes et des validations", "Garder l'histoire d'une évaluation", "Tant que le produit est suivi"),
    Regle(
        "journal_personnes",
        "Journal des actions : auteur, action, date, adresse du réseau",
        "Prouver ce qui a été fait et déceler les abus",
        "{duree} ; ensuite, l'action reste sans le nom ni l'adresse",
    ),
    Regle("journaux_techniques", "Journaux techniques des serveurs", "Comprendre une panne ou une attaque", "{duree}"),
)


@dataclass(frozen=True)
class Temoin:
    """One cookie of the site, as the page tells it."""

    nom: str
    pourquoi: str
    duree: str


TEMOINS: Sequence[Temoin] = (
    Temoin(settings.SESSION_COOKIE_NAME, "Vous reconnaître d'une page à l'autre", "Jusqu'à votre déconnexion, 12 heures au plus"),
    Temoin(settings.CSRF_COOKIE_NAME, "Vérifier qu'un formulaire vient bien d'une page du service", "Un an"),
    Temoin(settings.MESSAGES_COOKIE_NAME, "Vous dire, à la page suivante, ce qui vient d'être fait", "Jusqu'à la page suivante"),
    Temoin(
        settings.COMPTE_COOKIE_NAME,
        "Garder pour votre compte, et pour lui seul, un formulaire envoyé après la fin de votre session ; il n'ouvre rien",
        "Jusqu'à votre déconnexion ou à la fermeture du navigateur, 24 heures au plus",
    ),
)


def delay(code: str) -> timedelta:
    return settings.CONSERVATION[code]


def limit(code: str) -> datetime:
    """Give the moment before which what a rule covers has to go."""
    return timezone.now() - delay(code)


def in_words(duree: timedelta) -> str:
    """« 2 ans », « 3 mois », « 30 jours », « 12 heures »."""
    days = duree.days
    if days == 0:
        return f"{duree.seconds // 3600}\u00a0heures"
    if days % 365 == 0:
        return "1\u00a0an" if days == 365 else f"{days // 365}\u00a0ans"
    return f"{days // 30}\u00a0mois" if days > 30 and days % 30 == 0 else f"{days}\u00a0jours"


# --- Deleting -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Purge:
    """How the rows of a rule are found, and how some of them go; ``supprimer`` gives how many really went.

    ``un_par_un`` for what locks other rows and writes its own line of the journal.
    """

    code: str
    due: Callable[[], QuerySet[Any]]
    supprimer: Callable[[Sequence[Any]], int]
    un_par_un: bool = False


_purges: list[Purge] = []


def declare(*purges: Purge) -> None:
    _purges.extend(purges)


def simuler() -> dict[str, int]:
    """Count what would go now, rule by rule; nothing is touched."""
    return _by_rule(lambda purge: purge.due().count())


def purger() -> dict[str, int]:
    """Delete what has to go, chunk by chunk, each in its transaction: cut short, it goes on where it stopped. Gives how many by rule."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return _by_rule(_apply)


def _by_rule(count: Callable[[Purge], int]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for purge in _purges:
        found[purge.code] += count(purge)
    return dict(found)


def _apply(purge: Purge) -> int:
    """Take each row once; one that its chunk leaves where it is waits for the next time."""
    keys, chunk, done = list(purge.due().values_list("pk", flat=True)), 1 if purge.un_par_un else CHUNK, 0
    for start in range(0, len(keys), chunk):
        with transaction.atomic():
            gone = purge.supprimer(list(purge.due().filter(pk__in=keys[start : start + chunk])))
            if gone and not purge.un_par_un:
                journal.record("conservation.appliquee", par=None, details={"regle": purge.code, "nombre": gone})
            done += gone
    return done


def delete_rows(rows: Sequence[Any]) -> int:
    """Delete rows on which nothing depends."""
    return type(rows[0])._base_manager.filter(pk__in=[row.pk for row in rows]).delete()[0] if rows else 0
