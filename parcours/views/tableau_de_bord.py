"""« Tableau de bord »: what waits for the reader, the démarches, the produits, the parcours (PAR-1)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts import policy
from questionnaires.perms import entreprise_of

from ..referentiel import current
from ..selectors import fetch_attentes, fetch_cartes_produits, fetch_page, inscriptions_actives, search_inscriptions

LIGNES = (10, 25, 50)
MAX_MOTS = 100


@dataclass(frozen=True)
class Filtre:
    """What the address asks of the dashboard; ``refus`` says in words what could not be read in it."""

    q: str = ""
    produit: str = ""
    lignes: int = LIGNES[0]
    page: int = 1
    refus: str = ""

    @classmethod
    def read(cls, data: QueryDict) -> Filtre:
        """Read the address; what is malformed is replaced by its default and named in ``refus``."""
        lignes, page = data.get("lignes", str(LIGNES[0])), data.get("page", "1")
        refus = ""
        if lignes not in {str(choice) for choice in LIGNES}:
            refus, lignes = "Vous pouvez afficher 10, 25 ou 50 lignes par page.", str(LIGNES[0])
        if not (page.isascii() and page.isdigit() and 0 < len(page) <= 6 and int(page) > 0):
            refus, page = "Cette page de la liste n'existe pas : voici la première.", "1"
        return cls(data.get("q", "").strip()[:MAX_MOTS], data.get("produit", "").strip()[:MAX_MOTS], int(lignes), int(page), refus)

    @property
    def parametres(self) -> str:
        """The address without its page, for the links to the other pages."""
        return urlencode([(name, value) for name, value in (("q", self.q), ("produit", self.produit), ("lignes", self.lignes)) if value])


@require_safe
def tableau_de_bord(request: HttpRequest) -> HttpResponse:
    """Show what waits for the reader first; a number of queries that does not depend on how much there is (P22)."""
    entreprise = entreprise_of(request.user)
    referentiel = request.referentiel = current()
    filtre = Filtre.read(request.GET)
    rows = search_inscriptions(inscriptions_actives(request.user), filtre.q, referentiel)
    demarches = fetch_page(rows, referentiel, numero=filtre.page, lignes=filtre.lignes, searched=bool(filtre.q))
    context = {
        "filtre": filtre,
        "choix_lignes": LIGNES,
        "attentes": fetch_attentes(request.user, referentiel),
        "demarches": demarches,
        "legende": _legende(demarches.total, filtre.q),
        "produits": fetch_cartes_produits(request.user, filtre.produit),
        "parcours_list": referentiel.parcours_list,
        "may_create": policy.can(request.user, "creer_produit", entreprise),
    }
    status = 400 if filtre.refus else 404 if demarches.is_beyond else 200
    return render(request, "parcours/tableau_de_bord.html", context, status=status)


def _legende(total: int, words: str) -> str:
    """Caption of « Vos démarches »."""
    count = f"{total} démarches" if total > 1 else f"{total} démarche"
    return f"{count} pour « {words} »" if words else f"{count}, inscriptions les plus récentes d'abord"
