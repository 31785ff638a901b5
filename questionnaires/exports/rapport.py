"""The results as they are told, the same on the page, in the workbook and in the PDF (QST-6 to QST-8).

A report holds words and numbers only: whoever judges the answers (the upper room, which knows the démarche) fills it, the
renderers lay it out. ``None`` stands for what does not exist and is shown « — ».
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

ABSENT = "—"
REFUSEE = "Réponse non acceptée"


@dataclass(frozen=True)
class AxeRadar:
    """One axis: means over its shown obligations (R-12); exact, rounded only when shown."""

    titre: str
    validee: float | None
    brouillon: float | None
    attendue: float | None


@dataclass(frozen=True)
class LigneCritere:
    """One criterion with its answer, and what the démarche expects of it; nothing is expected of a question, whose answer has no level."""

    code: str
    titre: str
    section: str
    axe: str
    nature: str
    obligatoire: bool
    valeur: int | str | None
    reponse: str
    attendu: str
    acceptee: bool | None
    commentaire: str = ""
    recommandation: str = ""
    texte_niveau: str = ""
    question: bool = False

    @property
    def classe(self) -> str:
        """Name the colour of the answer: that of the level, « na », or « vide »."""
        if self.valeur == "NA":
            return "na"
        return str(self.valeur) if isinstance(self.valeur, int) or self.valeur in ("conforme", "non_conforme") else "vide"

    @property
    def constat(self) -> str:
        """Whether the answer is accepted, in words; empty where nothing is expected."""
        return {True: "Accepté", False: "À améliorer", None: ""}[self.acceptee]


@dataclass(frozen=True)
class LigneEcart:
    """What is missing on one criterion: levels to the expected one, and to the target 3 (R-13)."""

    critere: LigneCritere
    manque_seuil: int | None
    manque_cible: int | None
    bloque: bool

    @property
    def ecart_seuil(self) -> int | str | None:
        """The levels missing to what is expected; in words where the answer is refused without any level to count."""
        return REFUSEE if self.bloque and self.manque_seuil is None else self.manque_seuil


@dataclass(frozen=True)
class PartConformite:
    """Counts of the answers of a section of a conformity questionnaire (QST-6)."""

    titre: str
    conforme: int
    non_conforme: int
    na: int

    @property
    def total(self) -> int:
        return self.conforme + self.non_conforme + self.na


@dataclass(frozen=True)
class Evenement:
    """A validated version in the history: when, by whom, seen from which démarche."""

    pk: int
    quand: datetime
    qui: str
    demarche: str
    version: str
    courante: bool = False
    url: str = ""


@dataclass(frozen=True)
class Rapport:
    """All that a results page says."""

    questionnaire: str
    intitule: str
    sujet: str
    reference: int
    entreprise: str
    parcours: str
    demarche: str
    version: str
    source: str
    date: datetime | None
    auteur: str
    verdict: str | None
    titre_verdict: str
    raison: str
    avertissement: str
    libelle_attendu: str
    axes: tuple[AxeRadar, ...]
    criteres: tuple[LigneCritere, ...]
    ecart: tuple[LigneEcart, ...]
    parts: tuple[PartConformite, ...]
    historique: tuple[Evenement, ...]
    note: str = ""
    gradue: bool = True

    @property
    def libelle_ecart(self) -> str:
        """Head the column of the levels missing to what is expected."""
        return f"Écart au {self.libelle_attendu.lower()}" if self.libelle_attendu.startswith("Niveau") else "Écart à l'attendu"

    @property
    def sans_ecart(self) -> str:
        """Say that nothing falls short, and of what: an unanswered criterion has no gap yet (R-13)."""
        if any(ligne.valeur is None and not ligne.question for ligne in self.criteres):
            return "Aucun écart parmi les critères renseignés."
        if self.parts:
            return "Aucun écart : chaque obligation affichée est conforme, ou non applicable."
        return "Aucun écart : chaque critère affiché est au niveau de la cible, ou non applicable."

    @property
    def recommandations(self) -> tuple[LigneCritere, ...]:
        """The criteria whose recommendation is to be shown (R-13)."""
        return tuple(ligne for ligne in self.criteres if ligne.recommandation)

    @property
    def is_radar(self) -> bool:
        """False under three axes: bars are drawn instead (R-12)."""
        return len(self.axes) >= 3

    @property
    def has_brouillon(self) -> bool:
        return any(axe.brouillon is not None for axe in self.axes)

    @property
    def has_validee(self) -> bool:
        return any(axe.validee is not None for axe in self.axes)

    @property
    def has_attendue(self) -> bool:
        return any(axe.attendue is not None for axe in self.axes)
