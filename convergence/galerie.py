"""Samples of the page « galerie »: each component with ordinary data, then with long and ugly data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.safestring import SafeString

from parcours.saisie import Restante
from questionnaires.cartes import Carte, Usage, carte_html
from questionnaires.engine.completeness import Progress
from questionnaires.engine.definition import Critere, Genre, Section, compile_definition
from questionnaires.engine.exigences import Exigence
from questionnaires.questions import QuestionForm, question_form
from questionnaires.radar_svg import Serie

LONG = (
    "Plateforme régionale de coordination des parcours de soins, de télésurveillance et d'appui aux professionnels de santé libéraux "
    "et hospitaliers – édition « territoires ruraux & ultramarins » (2ᵉ génération)"
)
COLLE = "https://exemple.invalid/" + "identifiant-sans-espace-" * 8
HOSTILE = '<script>alert("non")</script> & <b>gras</b>'
AXES = (
    "Référentiel d'interopérabilité (généralités)",
    "Sémantique : nomenclatures et terminologies de référence",
    "Identité nationale de santé",
    "Messageries sécurisées",
    "Échanges et partages",
)


class DemoForm(forms.Form):
    """One field of each kind, some with a hint, some with an error."""

    nom = forms.CharField(label="Nom du produit", help_text="Celui que vos clients connaissent.", max_length=200)
    courriel = forms.EmailField(label="Adresse électronique", help_text="Exemple : prenom.nom@entreprise.fr")
    description = forms.CharField(label="Description", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    cadre = forms.ChoiceField(label="Cadre d'usage", choices=[("ville", "Ville"), ("hopital", "Hôpital"), ("long", LONG)])
    mode = forms.ChoiceField(label="Mise à disposition", widget=forms.RadioSelect, choices=[("saas", "En ligne"), ("site", "Installé chez le client")])
    publics = forms.MultipleChoiceField(
        label="Utilisateurs", required=False, widget=forms.CheckboxSelectMultiple, choices=[("patients", "Patients"), ("pros", "Professionnels de santé")]
    )
    accord = forms.BooleanField(label="J'ai lu les conditions d'utilisation")


CRITERE = Critere(
    code="A08.1.1",
    genre=Genre.MATURITE,
    titre="Utilisation et enrichissement du CI-SIS",
    section_code="A08.1",
    axe="A08.1",
    objectif="Mesurer si les échanges et les partages de données de santé du produit suivent le cadre d'interopérabilité.",
    na="Le produit n'échange ni ne partage de données de santé.",
    niveaux=(
        "Le CI-SIS n'est ni connu ni suivi.",
        "Le CI-SIS est connu ; un recensement des flux concernés est engagé.",
        "Les flux concernés suivent le CI-SIS ; les écarts sont documentés et planifiés.",
        "Tous les flux suivent le CI-SIS et l'entreprise contribue à son enrichissement par ses retours d'usage.",
    ),
)
CONFORMITE = Critere(
    code="MES.SEC.12",
    genre=Genre.CONFORMITE,
    titre="Journalisation des accès",
    section_code="MES.SEC",
    axe="MES.SEC",
    exigence="Le service DOIT conserver une trace des accès aux données de santé.",
)
POURQUOI = "Votre produit échange des données de santé par une interface de programmation (question QP.19)."


def samples() -> dict[str, Any]:
    """Give the context of the gallery; it touches no table."""
    return {
        "statuts": ("a_completer", "en_cours", "validation_demandee", "termine", "atteint", "non_atteint", "archive", "a_venir"),
        "niveaux": (0, 1, 2, 3, "NA", "conforme", "non_conforme", None),
        "styles": ("primaire", "secondaire", "tertiaire", "discret"),
        "genres": ("info", "success", "warning", "error"),
        "long": LONG,
        "colle": COLLE,
        "hostile": HOSTILE,
        "form": DemoForm(),
        "form_erreurs": DemoForm({"nom": LONG, "courriel": HOSTILE, "cadre": "inconnu"}, auto_id="id_erreur_%s"),
        "page": Paginator(range(500), 10).page(7),
        "onglets": (("Catalogue", "#onglets", True), ("Archivés", "#onglets", False), (LONG, "#onglets", False)),
        "cartes": [*_cartes(), *_cartes_de_questions()],
        "axes": AXES,
        "series": _series(),
        "dates": (timezone.now(), timezone.now() - timedelta(days=1), timezone.now() - timedelta(days=400)),
        "sections": _sections(),
        "etape": SampleEtape("Critères renseignés", "Critères restants"),
        "progress": Progress(4, 6),
        "restantes": _restantes(),
        "questions": _questions(),
    }


def _cartes() -> list[SafeString]:
    """Draw the cards of a criterion: empty, answered below the level, in error, in conflict, conformity, read only, ugly."""
    recommended = Exigence(nature="obligation", acceptes=frozenset({2, 3}), seuil=2, recommande=2)
    long = replace(CRITERE, code="A08.1.99", titre=LONG, objectif=f"{LONG} {COLLE}", niveaux=(LONG, COLLE, HOSTILE, LONG))
    answered = {"valeur": 1, "commentaire": HOSTILE}
    editable, frozen = Usage(regime="doctrine"), Usage(regime="doctrine", readonly=True)
    return [
        carte_html(Carte(CRITERE, recommended, {}, POURQUOI), editable),
        carte_html(Carte(replace(CRITERE, code="A08.1.2"), recommended, answered, POURQUOI), editable),
        carte_html(Carte(replace(CRITERE, code="A08.1.3"), recommended, {}, POURQUOI, erreur="Il manque une réponse à ce critère."), editable),
        carte_html(Carte(replace(CRITERE, code="A08.1.4"), recommended, {"valeur": 3}, POURQUOI, conflit=answered), editable),
        carte_html(Carte(CONFORMITE, Exigence(nature="obligation", acceptes=frozenset({"conforme"})), {"valeur": "conforme"}, POURQUOI), Usage("conformite")),
        carte_html(Carte(replace(CRITERE, code="A08.1.5"), Exigence(), {"valeur": "NA"}, POURQUOI), frozen),
        carte_html(Carte(long, recommended, answered, LONG), replace(editable, options=((1001, LONG), (1002, HOSTILE)))),
    ]


def _cartes_de_questions() -> list[SafeString]:
    """Draw the cards of questions among criteria: choices, an answer that excludes the others, a text in error, a date read only."""
    several = next(question.critere for question in _questions() if question.critere.genre == Genre.CHOIX_MULTIPLE)
    several = replace(several, code="QC.01")
    text = Critere(code="QC.02", genre=Genre.TEXTE_LONG, titre=LONG, section_code="QC", axe="QC", aide=COLLE, facultative=True)
    day = Critere(code="QC.03", genre=Genre.DATE, titre="Depuis quand ?", section_code="QC", axe="QC")
    editable = Usage(regime="doctrine")
    return [
        carte_html(Carte(several, Exigence(), {"valeur": ["pro"]}, POURQUOI), editable),
        carte_html(Carte(replace(several, code="QC.04"), Exigence(), {"valeur": ["aucune"]}, POURQUOI, conflit={"valeur": ["pro"]}), editable),
        carte_html(Carte(text, Exigence(), {"valeur": HOSTILE}, POURQUOI, erreur="Ce texte dépasse 5000 caractères (5001)."), editable),
        carte_html(Carte(day, Exigence(), {"valeur": "2024-02-29"}, POURQUOI), replace(editable, readonly=True)),
    ]


def _series() -> dict[str, list[Serie]]:
    """Give the series of each drawing: a full radar, one with holes, and bars under three axes."""
    attendu = Serie("Niveau recommandé", (2, 2, 3, 2, 2), "attendue")
    return {
        "complet": [Serie("Validé", (2.5, 1.4, 3, 0.6, 2), "validee"), Serie("Brouillon", (3, 2, 3, 1.2, 2.4), "brouillon"), attendu],
        "trous": [Serie("Validé", (2.5, None, 3, None, 2), "validee")],
        "barres": [Serie("Validé", (2.5, 1), "validee"), Serie("Niveau recommandé", (2, None), "attendue")],
    }


# --- A questionnaire as a whole: sections beside the panel ------------------------------------------------------------------
@dataclass(frozen=True)
class SampleEtape:
    """What the panel reads of the step that is being answered."""

    progress_label: str
    restantes_label: str


@dataclass(frozen=True)
class SampleSection:
    """A section as ``parcours/_section_saisie.html`` reads it."""

    section: Section
    cartes: tuple[SafeString, ...]
    faits: int
    total: int
    non_applicable: bool = False
    motif: str = ""
    sections: tuple[Any, ...] = ()
    is_counted: bool = True


def _sections() -> list[SampleSection]:
    """Give a section to fill, with an answer under the level, and one declared non applicable."""
    recommended = Exigence(nature="obligation", acceptes=frozenset({2, 3, "NA"}), seuil=2, recommande=2)
    usage = Usage(regime="doctrine", options=((1207, "Module imagerie 1.3 (réf. 1207)"),))
    first, second = (_section("A08.2", "Sémantique et identifiants"), _section("A10", "Référentiel des nomenclatures"))
    cards = [
        carte_html(Carte(critere, recommended, answer, POURQUOI), usage)
        for critere, answer in zip(first.criteres, ({"valeur": 1}, {"valeur": 2, "commentaire": LONG}, {}), strict=True)
    ]
    locked = [carte_html(Carte(critere, recommended, {"valeur": 3}, POURQUOI), replace(usage, readonly=True)) for critere in second.criteres]
    return [
        SampleSection(first, tuple(cards), 2, 3),
        SampleSection(second, tuple(locked), 3, 3, non_applicable=True, motif="Le produit n'emploie aucune nomenclature."),
    ]


def _section(code: str, titre: str) -> Section:
    criteres = tuple(replace(CRITERE, code=f"{code}.{number}", section_code=code, axe=code) for number in (1, 2, 3))
    return Section(code=code, titre=titre, axe=code, cible="Le cadre est utilisé et enrichi par ses utilisateurs.", na_possible=True, criteres=criteres)


def _restantes() -> list[Restante]:
    return [Restante(f"A08.2.{rank}", fait=rank > 2, obligation=rank != 2) for rank in range(1, 7)]


# --- Questions ------------------------------------------------------------------------------------------------------------
def _questions() -> QuestionForm:
    criteres = [
        {
            "code": "QG.01",
            "titre": "Comment le produit est-il mis à disposition ?",
            "genre": "choix_unique",
            "choix": [{"code": "saas", "libelle": "En ligne seulement"}, {"code": "standard", "libelle": "Installé chez l'utilisateur"}],
        },
        {
            "code": "QG.02",
            "titre": "Quels sont ses utilisateurs ?",
            "genre": "choix_multiple",
            "aide": "Ceux qui s'en servent directement.",
            "choix": [{"code": "pro", "libelle": "Des professionnels"}, {"code": "aucune", "libelle": "Aucune réponse correspondante", "exclusif": True}],
        },
        {"code": "QG.03", "titre": "Précisez", "genre": "texte_long", "facultative": True},
        {"code": "QG.04", "titre": "Depuis quand ?", "genre": "date"},
    ]
    sections = [{"code": "QG", "titre": "Le produit et ses utilisateurs", "criteres": criteres}]
    definition = compile_definition(
        {"code": "galerie", "titre": "Galerie", "theme": "Galerie", "genre": "qualification", "millesime": "2026", "version": 1, "sections": sections}
    )
    return question_form(definition, {"QG.01": {"valeur": "saas"}, "QG.03": {"valeur": HOSTILE}}, demand=True)
