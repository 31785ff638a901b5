"""A small démarche whose questionnaires hold questions: « mixte » beside levels and conformities, « dossier-technique » alone."""

from __future__ import annotations

from pathlib import Path

from parcours.chargement import charger, known_lot
from questionnaires.content.reader import read_folder

DEMARCHE, MIXTE, FORMULAIRE, CONFORMITE, FACULTATIF = "melange", "mixte", "dossier-technique", "charte", "remarques"

_MIXTE = """
code: mixte
titre: Hébergement
theme: Hébergement
millesime: "2025"
version: 1
genre: maturite
introduction: Comment le produit est hébergé.
sections:
  - code: H1
    titre: Hébergement
    cible: L'hébergement est certifié.
    criteres:
      - code: H1.1
        titre: Maturité de l'hébergement
        objectif: Mesurer si l'hébergement est maîtrisé.
        na: Le produit n'est pas hébergé.
        niveaux: {0: Rien., 1: Un contrat., 2: Un audit., 3: Une certification.}
        recommandation: Faire auditer l'hébergement.
      - code: H1.2
        titre: Certification de l'hébergeur
        genre: conformite
        exigence: L'hébergeur DOIT être certifié.
      - code: H1.Q1
        titre: Modèle d'hébergement
        genre: choix_unique
        aide: Celui de la majorité de vos clients.
        choix:
          - {code: interne, libelle: Dans vos locaux}
          - {code: externe, libelle: Chez un hébergeur}
      - code: H1.Q2
        titre: Nom de l'hébergeur
        genre: texte
        affichage: {question: H1.Q1, egal: externe}
  - code: H2
    titre: Exploitation
    na_possible: true
    criteres:
      - code: H2.Q1
        titre: Mesures en place
        genre: choix_multiple
        choix:
          - {code: sauvegarde, libelle: Sauvegarde quotidienne}
          - {code: supervision, libelle: Supervision}
          - {code: aucune, libelle: Aucune réponse correspondante, exclusif: true}
      - code: H2.Q2
        titre: Date du dernier test de restauration
        genre: date
        affichage: {question: H2.Q1, contient: [sauvegarde]}
      - code: H2.Q3
        titre: Interruption tolérée, en heures
        genre: nombre
      - code: H2.Q4
        titre: Précisions
        genre: texte_long
        facultative: true
  - code: H3
    titre: Gros volumes
    affichage: {question: H2.Q3, superieur: 10}
    criteres:
      - code: H3.1
        titre: Reprise après une longue interruption
        niveaux: {0: Rien., 1: Un plan., 2: Un plan testé., 3: Un plan testé chaque année.}
  - code: H4
    titre: Pour finir
    criteres:
      - {code: H4.Q1, titre: Autres remarques, genre: texte, facultative: true}
"""
_FORMULAIRE = """
code: dossier-technique
titre: Dossier technique
theme: Dossier technique
millesime: "2025"
version: 1
genre: formulaire
introduction: Quelques faits sur le produit.
sections:
  - code: identite
    titre: Identité
    criteres:
      - {code: FT.1, titre: Nom commercial, genre: texte}
      - code: FT.2
        titre: Technologies
        genre: choix_multiple
        choix:
          - {code: web, libelle: Application web}
          - {code: mobile, libelle: Application mobile}
          - {code: autre, libelle: Aucune réponse correspondante, exclusif: true}
      - {code: FT.3, titre: Première mise en service, genre: date}
      - {code: FT.4, titre: Clients équipés, genre: nombre, facultative: true}
      - code: FT.5
        titre: Système du téléphone
        genre: choix_unique
        affichage: {question: FT.2, contient: [mobile]}
        choix:
          - {code: android, libelle: Android}
          - {code: ios, libelle: iOS}
"""
_CONFORMITE = """
code: charte
titre: Charte
theme: Charte
millesime: "2025"
version: 1
genre: conformite
sections:
  - code: engagements
    titre: Engagements
    criteres:
      - {code: CH.1, titre: Transparence, exigence: Le produit DOIT dire ce qu'il fait.}
      - {code: CH.Q1, titre: Adresse de la charte, genre: texte}
  - code: contact
    titre: Contact
    criteres:
      - code: CH.Q2
        titre: Réponse aux usagers
        genre: choix_unique
        choix:
          - {code: conforme, libelle: Par courriel}
          - {code: autre, libelle: Autrement}
"""
_FACULTATIF = """
code: remarques
titre: Remarques
theme: Remarques
millesime: "2025"
version: 1
genre: formulaire
sections:
  - code: R
    titre: Remarques
    criteres:
      - {code: R.1, titre: Vos remarques, genre: texte_long, facultative: true}
"""
_PARCOURS = """
code: essai-questions
titre: Essai des questions
ordre: 98
etat: ouvert
accroche: Un parcours d'essai.
demarches:
  - code: melange
    titre: Mélange
    accepte: [produit]
    ouverte: true
    profil: qualification
    verdict: doctrine
    questionnaires:
      - {code: mixte, volet: evaluation, titre: Hébergement, porteur: produit}
      - {code: dossier-technique, volet: formulaire, titre: Dossier technique, porteur: produit}
      - {code: charte, volet: evaluation, titre: Charte, porteur: produit}
      - {code: remarques, volet: formulaire, titre: Remarques, porteur: produit}
"""
_EXIGENCES = """
demarche: melange
questionnaires:
  mixte:
    H1.1: {nature: obligation, recommande: 2}
    H1.2: {nature: obligation}
    H3.1: {nature: obligation, recommande: 1}
  charte:
    CH.1: {nature: obligation}
"""
FILES = {
    f"questionnaires/{MIXTE}.yaml": _MIXTE,
    f"questionnaires/{FORMULAIRE}.yaml": _FORMULAIRE,
    f"questionnaires/{CONFORMITE}.yaml": _CONFORMITE,
    f"questionnaires/{FACULTATIF}.yaml": _FACULTATIF,
    "parcours/essai-questions.yaml": _PARCOURS,
    f"exigences/{DEMARCHE}.yaml": _EXIGENCES,
}


def load(folder: Path) -> None:
    """Write the files in a folder, and load them as the real ones are."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    charger(read_folder(folder, known_lot()))
