"""The workbook of all the results of a sujet in a démarche: « Télécharger les résultats » (PAR-2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from accounts.exports.classeur import Cell, Classeur, Colonne, clean

from .excel import CRITERES, ECART, lignes_criteres, lignes_ecart
from .rapport import Rapport

SYNTHESE = (
    Colonne("Questionnaire", 46),
    Colonne("Statut", 20),
    Colonne("Avancement", 14),
    Colonne("Résultat", 60),
    Colonne("Explication", 60),
    Colonne("Date des réponses", 18),
    Colonne("Par", 32),
)
_REFUSED = re.compile(r"[\[\]:*?/\\]")  # by the names of sheets


@dataclass(frozen=True)
class Etat:
    """Where one questionnaire stands; ``rapport`` is None while it has no answer."""

    intitule: str
    statut: str
    avancement: str
    rapport: Rapport | None


def classeur_demarche(titre: str, entreprise: str, etats: Sequence[Etat]) -> bytes:
    """Return the workbook: « Synthèse », one sheet of criteria per questionnaire with answers, « Écarts »."""
    classeur = Classeur(titre, entreprise)
    _synthese(classeur, titre, etats)
    rapports = [etat.rapport for etat in etats if etat.rapport is not None]
    for rang, rapport in enumerate(rapports, start=1):
        classeur.table(classeur.sheet(_REFUSED.sub(" ", f"{rang} {rapport.questionnaire}")), CRITERES, lignes_criteres(rapport))
    classeur.table(classeur.sheet("Écarts"), (Colonne("Questionnaire", 24), *ECART), _ecarts(rapports))
    return classeur.close()


def _synthese(classeur: Classeur, titre: str, etats: Sequence[Etat]) -> None:
    sheet = classeur.sheet("Synthèse")
    notes = dict.fromkeys(etat.rapport.avertissement for etat in etats if etat.rapport and etat.rapport.avertissement)
    end = classeur.table(sheet, SYNTHESE, (_ligne(etat) for etat in etats), top=2)
    sheet.write_string(0, 0, clean(titre), classeur.title)
    for row, note in enumerate(notes, start=end + 1):
        classeur.write(sheet, row, 0, note)


def _ligne(etat: Etat) -> Sequence[Cell]:
    start: list[Cell] = [etat.intitule, etat.statut, etat.avancement]
    rapport = etat.rapport
    if rapport is None:
        return [*start, "Aucune réponse", "", None, ""]
    return [*start, rapport.titre_verdict, f"{rapport.raison} {rapport.note}".strip(), rapport.date, rapport.auteur]


def _ecarts(rapports: Sequence[Rapport]) -> Iterator[Sequence[Cell]]:
    for rapport in rapports:
        yield from ([rapport.questionnaire, *row] for row in lignes_ecart(rapport))
