"""The grid of the RGAA kept in the project, from which the declaration of accessibility is drawn (AX-5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

import yaml
from django.conf import settings

CONFORME, NON_CONFORME, SANS_OBJET, A_EXAMINER = "C", "NC", "NA", "NT"
ETATS = (NON_CONFORME, A_EXAMINER, CONFORME, SANS_OBJET)  # the first found on a page of the sample is that of the criterion
PARTIEL = 50  # per cent of the criteria that apply, from which a service is « partiellement conforme »


@dataclass(frozen=True)
class Critere:
    """One criterion, with its state on each page of the sample; ``preuve`` is what holds « conforme »."""

    numero: str
    theme: str
    sujet: str
    etats: Mapping[str, str]
    preuve: str = ""

    @property
    def etat(self) -> str:
        found = set(self.etats.values())
        return next(etat for etat in ETATS if etat in found)


@dataclass(frozen=True)
class Theme:
    """A theme, with how many of its criteria are in each state."""

    titre: str
    conformes: int
    non_conformes: int
    sans_objet: int
    a_examiner: int


@dataclass(frozen=True)
class Grille:
    """All the criteria over a sample of pages."""

    etablie_le: date
    pages: Mapping[str, str]
    criteres: tuple[Critere, ...]

    def of_etat(self, etat: str) -> list[Critere]:
        return [critere for critere in self.criteres if critere.etat == etat]

    @cached_property
    def conformes(self) -> list[Critere]:
        return self.of_etat(CONFORME)

    @cached_property
    def non_conformes(self) -> list[Critere]:
        return self.of_etat(NON_CONFORME)

    @cached_property
    def sans_objet(self) -> list[Critere]:
        return self.of_etat(SANS_OBJET)

    @cached_property
    def a_examiner(self) -> list[Critere]:
        return self.of_etat(A_EXAMINER)

    @cached_property
    def themes(self) -> list[Theme]:
        titres = dict.fromkeys(critere.theme for critere in self.criteres)
        counts = {titre: [critere.etat for critere in self.criteres if critere.theme == titre] for titre in titres}
        return [Theme(titre, *(etats.count(etat) for etat in (CONFORME, NON_CONFORME, SANS_OBJET, A_EXAMINER))) for titre, etats in counts.items()]

    @property
    def is_audited(self) -> bool:
        """True once nothing is left to examine: before, no rate can be given, and the status is « non conforme »."""
        return not self.a_examiner

    @property
    def taux(self) -> int:
        """Share of the criteria that apply and are met, in per cent, rounded down."""
        applicable = len(self.conformes) + len(self.non_conformes)
        return 100 * len(self.conformes) // applicable if applicable else 100

    @property
    def statut(self) -> str:
        """The mention the law asks for."""
        if not self.is_audited or self.taux < PARTIEL:
            return "non conforme"
        return "totalement conforme" if self.taux == 100 else "partiellement conforme"


@lru_cache(maxsize=1)
def grille() -> Grille:
    """Read the grid, once per process."""
    return read_grille(Path(settings.BASE_DIR) / "fixtures" / "pages" / "rgaa.yaml")


def read_grille(path: Path) -> Grille:
    """Read a grid; what a criterion does not say of a page is its ``etat``."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    pages = document["pages"]
    criteres = tuple(
        Critere(numero, theme, line["sujet"], {page: line.get("sauf", {}).get(page, line["etat"]) for page in pages}, line.get("preuve", ""))
        for theme, lines in document["themes"].items()
        for numero, line in lines.items()
    )
    return Grille(date.fromisoformat(document["etablie_le"]), pages, criteres)
