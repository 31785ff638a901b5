"""What a merge would bring together, for those who propose it and approve it: names and references, never an answer (BO-3, AZ-11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Min

from accounts.enums import CampFusion, EtatFusion
from accounts.models import Entreprise, Fusion, User
from accounts.rattachement import Suit, tables
from accounts.rubriques import FileAttente
from accounts.selectors.comptes import presents
from questionnaires.models import Sujet

SHOWN = 50


@dataclass(frozen=True)
class Partie:
    """One of the two companies: its accounts, its sujets, and how many rows hang on them."""

    entreprise: Entreprise
    comptes: Sequence[User]
    sujets: Sequence[Sujet]
    nombres: Sequence[tuple[str, int]]

    @property
    def strategie(self) -> Sujet | None:
        return next((sujet for sujet in self.sujets if not sujet.is_produit and not sujet.is_archive), None)

    @property
    def nombre_produits(self) -> int:
        return sum(sujet.is_produit for sujet in self.sujets)

    @property
    def nombre_strategies(self) -> int:
        return len(self.sujets) - self.nombre_produits

    @property
    def comptes_montres(self) -> Sequence[User]:
        return self.comptes[:SHOWN]

    @property
    def sujets_montres(self) -> Sequence[Sujet]:
        return self.sujets[:SHOWN]


@dataclass(frozen=True)
class Apercu:
    """Both companies, and what one must know before bringing them together."""

    absorbee: Partie
    absorbante: Partie

    @property
    def strategies(self) -> dict[CampFusion, str]:
        """Name the stratégie globale of each side that has one."""
        sides = ((CampFusion.ABSORBANTE, self.absorbante), (CampFusion.ABSORBEE, self.absorbee))
        return {camp: f"{partie.strategie} ({partie.entreprise})" for camp, partie in sides if partie.strategie}

    @property
    def homonymes(self) -> list[str]:
        """Name the produits that both have under the same name: they stay two, each with its référence."""
        names = [{sujet.nom.casefold(): sujet.nom for sujet in partie.sujets if sujet.is_produit} for partie in (self.absorbee, self.absorbante)]
        return sorted(names[0][key] for key in names[0].keys() & names[1].keys())


def fetch_apercu(absorbee: Entreprise, absorbante: Entreprise) -> Apercu:
    return Apercu(_partie(absorbee), _partie(absorbante))


def _partie(entreprise: Entreprise) -> Partie:
    sujets = Sujet.objects.of_entreprise(entreprise).select_related("responsable").order_by("-genre", "nom", "pk")
    following = [table.model for table in tables() if table.suit in (Suit.SUJET, Suit.COMPTE)]
    counts = ((str(model._meta.verbose_name_plural), model._base_manager.filter(entreprise=entreprise).count()) for model in following)
    nombres = sorted((words, count) for words, count in counts if count)
    return Partie(entreprise, list(presents(entreprise.pk).order_by("-profil", "last_name", "first_name", "pk")), list(sujets), nombres)


def file_des_fusions() -> FileAttente:
    """Say what waits, for the home of the agency."""
    rows = Fusion.objects.ouvertes()
    counts = {EtatFusion(etat).label: rows.filter(etat=etat).count() for etat in (EtatFusion.PROPOSEE, EtatFusion.APPROUVEE)}
    return FileAttente(counts, rows.aggregate(oldest=Min("proposee_le"))["oldest"])
