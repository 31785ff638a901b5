"""Reports of the tests: long, ugly and hostile texts included."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from questionnaires.cartes import MATURITES
from questionnaires.exports.rapport import AxeRadar, Evenement, LigneCritere, LigneEcart, Rapport

HOSTILES = ("=1+1", "@SUM(A1)", "+1", "-1", "https://exemple.fr/", "<script>alert(1)</script>", "{{7*7}}", "\x00\x07nul", "mailto:x@exemple.fr")
QUAND = datetime(2026, 11, 21, 8, 5, tzinfo=UTC)


def critere(number: int, valeur: Any = 1, **values: Any) -> LigneCritere:
    """Make the line of a criterion, an obligation recommended at level 2."""
    line = LigneCritere(
        code=f"A08.{number}.1",
        titre=f"Échange de documents de santé structurés, cas n° {number}",
        section="Référentiel d'interopérabilité (généralités)",
        axe=f"A08.{number}",
        nature="Obligation",
        obligatoire=True,
        valeur=valeur,
        reponse="Non applicable" if valeur == "NA" else f"{valeur} · {MATURITES[valeur]}",
        attendu="2 · Maturité moyenne",
        acceptee=valeur == "NA" or valeur >= 2,
        recommandation="" if valeur in (3, "NA") else "Recenser les flux, puis appliquer le volet correspondant.",
    )
    return replace(line, **values)


def rapport(criteres: list[LigneCritere] | None = None, axes: int = 4, **values: Any) -> Rapport:
    """Make a report with that many axes."""
    lines = tuple(criteres if criteres is not None else [critere(number, number % 4) for number in range(8)])
    base = Rapport(
        questionnaire="Interopérabilité",
        intitule="Évaluation Interopérabilité",
        sujet="Dossier partagé - 4.2",
        reference=1207,
        entreprise="Santé & Fils",
        parcours="Doctrine du Numérique en Santé",
        demarche="Évaluation et projection socles",
        version="millésime 2024 (version 1)",
        source="Réponses validées le",
        date=QUAND,
        auteur="Claire Fontaine",
        verdict="non_atteint",
        titre_verdict="Non atteint pour Doctrine du Numérique en Santé socles",
        raison="2 critères sous le niveau recommandé.",
        avertissement="",
        libelle_attendu="Niveau recommandé",
        axes=tuple(AxeRadar(f"A08.{number} · Axe n° {number}", number % 4 / 1, None if number else 0.5, 2.0) for number in range(axes)),
        criteres=lines,
        ecart=tuple(LigneEcart(line, 1, 2, False) for line in lines if line.acceptee is False),
        parts=(),
        historique=(Evenement(12, QUAND, "Claire Fontaine", "Évaluation et projection socles", "millésime 2024 (version 1)", True),),
    )
    return replace(base, **values)
