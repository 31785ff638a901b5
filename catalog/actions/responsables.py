"""Who may become responsable of a sujet, and telling who does and who no longer is (R-52, EXT-3, AZ-9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from accounts import notifications
from accounts.enums import Droit
from accounts.errors import ActionRefused
from accounts.models import User
from questionnaires import perms
from questionnaires.enums import DroitSujet, GenreSujet
from questionnaires.models import Sujet

TYPE = "Responsable d'un produit"


def may_take_over(par: User, sujet: Sujet) -> bool:
    """Nobody gives rights to himself (AZ-9): one takes over only what one could already do with it as responsable of the sujet."""
    needed = perms.READ_WRITE | ({DroitSujet.VALIDATION} if par.holds(Droit.VALIDER) else frozenset())
    return needed <= perms.granted(par, sujet)


def check_nameable(sujet: Sujet, nouveau: User, par: User) -> None:
    """Ask, before the sujet changes, that nobody name himself to do more with it than he could.

    :raises ActionRefused: he would.
    """
    if nouveau.pk == par.pk and not may_take_over(par, sujet):
        raise ActionRefused(
            f"Vous n'avez pas tous les droits sur « {sujet.nom} »\u00a0: une autre personne peut vous en nommer responsable.", champ="responsable"
        )


def check_unchanged(sujet: Sujet, fields: Iterable[str], lue: Mapping[str, Any] | None) -> None:
    """Ask, under the lock, that what a form had read be still there: its own check has just let it through (WF-2).

    :raises ActionRefused: somebody recorded another value at the very same time.
    """
    if lue is not None and any(sujet.serializable_value(name) != lue[name] for name in fields):
        raise ActionRefused("Une autre personne vient de modifier cette fiche : votre saisie est ci-dessous, enregistrez de nouveau.")


def tell_responsable(sujet: Sujet, par: User | None, *, former: int | None = None) -> None:
    """Tell the responsable of a sujet that he is; ``former`` is the key of the one he replaces. Nobody is told of what he did himself.

    Without ``par`` the one before was deleted because he no longer came.
    """
    url = reverse("parcours:strategie") if sujet.genre == GenreSujet.STRATEGIE else reverse("parcours:fiche_produit", args=[sujet.pk])
    who = f"{par.nom_public} vous a désigné" if par else "Son responsable ne se connectait plus\u00a0: vous êtes désigné"
    _tell(sujet, par, sujet.responsable_id, f"{who} responsable de « {sujet.nom} ».", url)
    if par is not None and former is not None and former != sujet.responsable_id:
        _tell(sujet, par, former, f"{par.nom_public} a désigné {sujet.responsable.nom_complet} responsable de « {sujet.nom} » à votre place.")


def _tell(sujet: Sujet, par: User | None, compte: int, contenu: str, url: str = "") -> None:
    if par is not None and compte == par.pk:
        return
    notifications.notify(
        User.objects.filter(pk=compte),
        type=TYPE,
        contenu=contenu,
        emetteur=None if par is None or par.is_agence else par,
        produit_label=str(sujet),
        produit_id=sujet.pk,
        url=url,
    )
