"""The pages of the site that a person reads, taken from the table of every URL: a new URL joins them by itself."""

from __future__ import annotations

from collections.abc import Iterable

from tests.security.table import TABLE, expectation

# Addresses that are no page to look at, and why.
NO_PAGE = {
    "sante": "sonde",
    "pret": "sonde",
    "questionnaires:liste_excel": "fichier",
    "questionnaires:image": "fichier",
    "accounts:travail_fichier": "fichier",
    "gestion:demande_piece": "fichier",
    "courriel": "demande un courriel envoyé",
    "courriel_message": "cadre d'une page",
    "mfa_download_recovery_codes": "fichier",
    "accounts:session_duree": "donnée lue par un script",
    "accounts:openid_connexion": "bouton",
    "accounts:openid_retour": "réponse d'un fournisseur d'identité",
    "accounts:depot": "demande une clé à usage unique",
    "accounts:depot_transmettre": "bouton",
    "accounts:depot_renouveler": "bouton",
    "accounts:depot_retirer": "bouton",
}
FAVOURITES = ("responsable_a", "agence")


def reader(name: str, actors: Iterable[str]) -> str | None:
    """Name the actor to read a page as; None when no page answers to GET there."""
    if name in NO_PAGE:
        return None
    row = TABLE[name]
    if row.kind == "public":
        return "anonyme"
    return next((actor for actor in (*FAVOURITES, *actors) if expectation(row, "GET", actor) == "admitted"), None)


def readers(actors: Iterable[str]) -> dict[str, str]:
    """Name every page with the actor to read it as, in the order of the table."""
    found = {name: reader(name, actors) for name in TABLE}
    return {name: actor for name, actor in found.items() if actor}
