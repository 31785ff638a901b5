"""The components: what they say to a screen reader (AX-1 to AX-4), and that nothing typed becomes markup (WB-4)."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template

HOSTILE = "<script>alert(1)</script>"
ESCAPED = "&lt;script&gt;"


def render(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


class Formulaire(forms.Form):
    nom = forms.CharField(label="Nom du produit", help_text="Celui que vos clients connaissent.", widget=forms.TextInput(attrs={"placeholder": "Nom"}))
    mode = forms.ChoiceField(label="Mise à disposition", choices=[("a", "En ligne"), ("b", "Sur place")], widget=forms.RadioSelect)
    accord = forms.BooleanField(label="J'accepte")


@pytest.mark.parametrize(
    "source",
    [
        "{% badge_statut x x %}",
        "{% bouton x %}",
        "{% bouton 'Envoyer' name=x value=x precision=x %}",
        "{% lien_bouton x x %}",
        "{% modale_confirmation x x precision=x %}",
        "{% alerte 'info' x x %}",
        "{% vide x x x %}",
        "{% carte titre=x url=x %}{{ x }}{% endcarte %}",
        "{% repli x %}{{ x }}{% endrepli %}",
        "{% tableau x %}<tbody><tr><td>{{ x }}</td></tr></tbody>{% endtableau %}",
        "{% fil_ariane x x x %}",
        "{% etapes 1 2 x x %}",
        "{% progression 50 x %}",
        "{% progression_barre 1 2 x %}",
    ],
)
def test_what_people_type_never_becomes_markup(source: str) -> None:
    html = render(source, x=HOSTILE + '"')
    assert ESCAPED in html
    assert "<script" not in html
    assert "&lt;/script&gt;&quot;" in html


@pytest.mark.parametrize("valeur, words", [("a_completer", "À compléter"), ("validation_demandee", "Validation demandée"), ("non_atteint", "Non atteint")])
def test_a_state_is_said_in_words_and_has_its_icon(valeur: str, words: str) -> None:
    html = render("{% badge_statut valeur %}", valeur=valeur)
    assert words in html
    assert f"badge-{valeur}" in html


@pytest.mark.parametrize(
    "valeur, words", [(0, "Maturité très faible"), (3, "Maturité forte"), ("NA", "Non applicable"), (None, "sans réponse"), (7, "sans réponse")]
)
def test_a_level_is_said_in_words(valeur: Any, words: str) -> None:
    assert words in render("{% niveau valeur %}", valeur=valeur)


def test_an_unknown_kind_of_alert_is_refused() -> None:
    with pytest.raises(ValueError, match="genre d'alerte"):
        render("{% alerte 'danger' 'x' %}")


def test_an_error_is_announced_and_an_information_is_not() -> None:
    assert 'role="alert"' in render("{% alerte 'error' 'x' %}")
    assert 'role="alert"' not in render("{% alerte 'info' 'x' %}")


def test_the_page_itself_ends_the_breadcrumb_without_a_link() -> None:
    html = render("{% fil_ariane 'Accueil' '/' 'Produits' '/produits/' 'Agenda' %}")
    assert html.count("href=") == 2
    assert '<a class="fr-breadcrumb__link" aria-current="page">Agenda</a>' in html


def test_a_ring_is_an_image_with_words_and_stays_within_its_bounds() -> None:
    assert 'role="img" aria-label="Complété à 66\u00a0%"' in render("{% progression 66 %}")
    assert "anneau-fait" not in render("{% progression 0 %}")
    assert render("{% progression 140 %}").count("163.4 163.4") == 1


def test_a_field_is_linked_to_its_hint_and_its_error() -> None:
    form = Formulaire({"nom": ""})
    html = render("{% champ form.nom %}", form=form)
    assert '<label class="fr-label" for="id_nom">' in html
    assert 'aria-describedby="id_nom-aide id_nom-erreur"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_nom-aide"' in html
    assert 'id="id_nom-erreur"' in html
    assert "placeholder" not in html


def test_a_valid_field_carries_no_mark_of_error() -> None:
    html = render("{% champ form.nom aide='' %}", form=Formulaire())
    assert "aria-invalid" not in html
    assert "aria-describedby" not in html
    assert "-aide" not in html


def test_radios_are_a_group_named_by_its_legend() -> None:
    html = render("{% champ form.mode %}", form=Formulaire())
    assert '<fieldset class="fr-fieldset" id="id_mode" aria-labelledby="id_mode-legende">' in html
    assert html.count('<label class="fr-label"') == 2


@pytest.mark.parametrize(
    "required, words",
    [
        (("nom", "mode"), "Les champs marqués d&#x27;un astérisque (*) sont obligatoires."),
        (("nom",), "Le champ marqué d&#x27;un astérisque (*) est obligatoire."),
    ],
)
def test_the_asterisk_is_explained(required: tuple[str, ...], words: str) -> None:
    """RGAA 11.10."""
    form = Formulaire()
    for name, field in form.fields.items():
        field.required = name in required
    assert words in render("{% champs_obligatoires form %}", form=form)
    for field in form.fields.values():
        field.required = False
    assert render("{% champs_obligatoires form %}", form=form) == ""


def test_a_box_that_must_be_ticked_says_so() -> None:
    """RGAA 11.10."""
    assert 'fr-sr-only"> obligatoire' in render("{% champ form.accord %}", form=Formulaire())


def test_the_summary_of_errors_leads_to_each_field() -> None:
    html = render("{% resume_erreurs form %}", form=Formulaire({}))
    assert 'id="resume-erreurs" tabindex="-1" role="alert"' in html
    assert '<a href="#id_nom">Nom du produit</a>' in html
    assert 'href="#id_mode' in html
    assert "3 réponses sont à revoir" in html


def test_a_form_not_sent_has_no_summary() -> None:
    assert "fr-alert" not in render("{% resume_erreurs form %}", form=Formulaire())


def test_a_table_says_what_it_holds() -> None:
    html = render("{% tableau 'Vos produits' legende_visible=False %}<tbody></tbody>{% endtableau %}")
    assert '<caption class="fr-sr-only">Vos produits</caption>' in html


def test_pages_keep_the_rest_of_the_query_and_mark_the_present_one() -> None:
    html = render("{% pagination page 'tri=nom' %}", page=Paginator(range(100), 10).page(4))
    assert 'href="?tri=nom&amp;page=3"' in html
    assert html.count('aria-current="page"') == 1
    assert render("{% pagination page %}", page=Paginator(range(3), 10).page(1)).strip() == ""
