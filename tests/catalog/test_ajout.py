"""« Ajouter un produit » and the opening of the stratégie globale, in three steps (CAT-1, CAT-7, R-40)."""

from __future__ import annotations

import re
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification, User
from catalog.actions.acces import explicit
from catalog.models import Produit, StrategieGlobale
from questionnaires.models import Reponse
from tests.accounts.factories import UserFactory

from .factories import R1, ProduitFactory, StrategieFactory

URL = "/produits/ajouter/"
STRATEGIE = "/strategie/initialiser/"


def fiche(people, **more) -> dict:
    return {
        "nom": "MonSuivi <b>Android</b>",
        "version": "3.2",
        "type": "socle",
        "nil": "",
        "responsable": people["responsable"].pk,
        "description": "Suivi à domicile.",
        "certifications": "",
        "dispositifs": ["mes", "segur"],
        **more,
    }


def reponses() -> dict:
    return {f"v-{code}": valeur for code, valeur in R1.items()}


def hidden(page: str) -> dict[str, list[str]]:
    """Read the hidden fields of a page, as a browser would send them."""
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page):
        fields.setdefault(name, []).append(value.replace("&lt;", "<").replace("&gt;", ">").replace("&#x27;", "'").replace("&quot;", '"'))
    return fields


@pytest.mark.parametrize(
    ("url", "ladder"),
    [
        (URL, {"anonymous": 302, "agence": 403, "lecteur": 403, "redacteur": 200, "responsable": 200}),
        (STRATEGIE, {"anonymous": 302, "agence": 403, "lecteur": 403, "redacteur": 403, "responsable": 200}),
    ],
)
def test_access(client, people, url, ladder):
    for who, status in ladder.items():
        client.logout()
        people.login(client, who)
        assert client.get(url).status_code == status, who


def test_the_three_steps_lose_nothing_and_create_at_the_end(client, people):
    """CAT-1: what the pages carry from step to step is enough; nothing is created before « Valider »."""
    people.login(client, "responsable")
    one = client.get(URL).text
    assert "Étape 1 sur 3" in one
    two = client.post(URL, {**hidden(one), **fiche(people), "action": "suivant"}).text
    assert "Étape 2 sur 3" in two
    three = client.post(URL, {**hidden(two), **reponses(), "action": "suivant"}).text
    assert "Étape 3 sur 3" in three
    assert "MonSuivi &lt;b&gt;Android&lt;/b&gt;" in three
    assert "Offre SaaS uniquement" in three
    assert "publiées par défaut dans l'Observatoire" in three
    back = client.post(URL, {**hidden(three), "action": "precedent"}).text
    assert 'value="saas" checked' in back
    first = client.post(URL, {**hidden(back), **reponses(), "action": "precedent"}).text
    assert 'value="3.2"' in first
    assert Produit.tous.count() == 0
    again = client.post(URL, {**hidden(first), **fiche(people, version="3.3"), "action": "suivant"}).text
    assert 'value="saas" checked' in again
    last = client.post(URL, {**hidden(again), **reponses(), "action": "suivant"}).text
    answer = client.post(URL, {**hidden(last), "action": "valider"})
    produit = Produit.tous.get()
    assert answer["Location"] == reverse("parcours:produit_ajoute", args=[produit.pk])
    assert (produit.nom, produit.version, produit.dispositifs) == ("MonSuivi <b>Android</b>", "3.3", ["mes", "segur"])
    assert Reponse.tous.get(sujet=produit.pk).reponses["QP.05"] == {"valeur": "saas"}


def create(client, people, **more):
    jeton = str(uuid.uuid4())
    return client.post(URL, {**fiche(people, **more), **reponses(), "etape": "recapitulatif", "action": "valider", "jeton": jeton})


def test_valider_twice_creates_once(client, people):
    """WF-3."""
    people.login(client, "responsable")
    data = {**fiche(people), **reponses(), "etape": "recapitulatif", "action": "valider", "jeton": str(uuid.uuid4())}
    assert client.post(URL, data)["Location"] == client.post(URL, data)["Location"]
    assert Produit.tous.count() == 1


@pytest.mark.parametrize("changed", [{"nom": "MonSuivi Android tablette"}, {"dispositifs": ["mes"]}, {"v-QP.05": "standard"}])
def test_a_page_changed_and_sent_again_is_not_taken_for_the_first(client, people, changed):
    """WF-3, QST-3: back to the page that added a produit, what is changed there is neither lost without a word nor another produit unasked."""
    people.login(client, "responsable")
    data = {**fiche(people), **reponses(), "etape": "recapitulatif", "action": "valider", "jeton": str(uuid.uuid4())}
    client.post(URL, data)
    (first,) = Produit.tous.all()
    refused = client.post(URL, {**data, **changed})
    assert refused.status_code == 409 and f"réf. {first.pk}" in refused.text.replace("\u00a0", " ")
    assert Produit.tous.count() == 1
    again = {**hidden(refused.text), "action": "valider"}
    assert client.post(URL, again).status_code == 302, "said again, knowingly"
    assert Produit.tous.count() == 2 and Produit.tous.get(pk=first.pk).nom == first.nom


@pytest.mark.parametrize(("valider", "given"), [(False, {"lecture", "saisie"}), (True, {"lecture", "saisie", "validation"})])
def test_the_creator_is_given_what_r51_says(client, people, valider, given):
    """R-51: validation only with « valider », and not the day he is given it."""
    User.objects.filter(pk=people["redacteur"].pk).update(peut_valider=valider)
    people.login(client, "redacteur")
    create(client, people)
    assert {row.droit for row in explicit(people["redacteur"])} == given


def test_the_responsable_named_is_told(client, people):
    """R-52."""
    people.login(client, "redacteur")
    create(client, people)
    assert Notification.tous.filter(destinataire=people["responsable"], type="Responsable d'un produit").count() == 1


def test_repondre_plus_tard_creates_without_qualification(client, people):
    """R-40."""
    people.login(client, "responsable")
    two = client.post(URL, {**fiche(people), "etape": "identification", "action": "suivant"}).text
    three = client.post(URL, {**hidden(two), "v-QP.05": "saas", "action": "plus_tard"}).text
    assert "Vous répondrez plus tard" in three
    back = client.post(URL, {**hidden(three), "action": "precedent"}).text
    assert 'value="saas" checked' in back
    client.post(URL, {**hidden(three), "action": "valider"})
    assert not Reponse.tous.filter(sujet=Produit.tous.get().pk).exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"nom": " "}, "Donnez le nom du produit."),
        ({"version": ""}, "Donnez la version du produit."),
        ({"nom": "x" * 201}, "200"),
        ({"dispositifs": []}, "Cochez au moins un dispositif"),
        ({"dispositifs": ["aucun", "mes"]}, "exclut les autres"),
        ({"type": "option"}, "ajoutez d&#x27;abord un socle"),
        ({"type": "autre"}, "autre"),
        ({"responsable": "0"}, "choix"),
        ({"responsable": "9" * 30}, "choix"),
        ({"type": "option", "socles": ["9" * 30]}, "9" * 30),
        ({"type": "option", "socles": ["１"]}, "１"),
    ],
)
def test_what_does_not_hold_keeps_one_at_step_one_with_all_typed(client, people, changed, words):
    people.login(client, "responsable")
    answer = client.post(URL, {**fiche(people, **changed), **reponses(), "etape": "qualification", "action": "suivant"})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'id="resume-erreurs"' in answer.text
    assert "Suivi à domicile." in answer.text
    assert '<input type="hidden" name="v-QP.05" value="saas">' in answer.text
    assert Produit.tous.count() == 0


def test_a_person_or_a_socle_of_another_company_is_no_choice(client, people):
    """AZ-5."""
    foreign = ProduitFactory(nom="Produit étranger")
    people.login(client, "responsable")
    answer = client.post(
        URL, {**fiche(people, type="option", socles=[foreign.pk], responsable=foreign.responsable_id), "etape": "identification", "action": "suivant"}
    )
    assert answer.status_code == 422
    assert "Produit étranger" not in answer.text
    inactive = UserFactory(entreprise=people.entreprise, inactif=True)
    answer = client.post(URL, {**fiche(people, responsable=inactive.pk), "etape": "identification", "action": "suivant"})
    assert answer.status_code == 422


def test_an_option_names_its_socles(client, people, produit):
    """R-41."""
    people.login(client, "responsable")
    create(client, people, type="option", socles=[produit.pk])
    assert list(Produit.tous.get(type="option").socles.all()) == [produit]


def test_a_missing_answer_is_named_and_nothing_is_created(client, people):
    people.login(client, "responsable")
    data = {**fiche(people), **reponses(), "etape": "recapitulatif", "action": "valider", "jeton": str(uuid.uuid4())}
    del data["v-QP.07"]
    answer = client.post(URL, data)
    assert answer.status_code == 422
    assert 'href="#v-QP.07-oui"' in answer.text
    assert Produit.tous.count() == 0


@pytest.mark.parametrize("value", ["inconnu", "x" * 100_000, "<script>"])
def test_an_unknown_choice_is_refused_in_place(client, people, value):
    people.login(client, "responsable")
    data = {**fiche(people), **reponses(), "etape": "qualification", "action": "suivant", "v-QP.05": value}
    answer = client.post(URL, data)
    assert answer.status_code == 422
    assert "<script>" not in answer.text


def test_bad_step_and_token_start_again_without_a_fault(client, people):
    people.login(client, "responsable")
    answer = client.post(URL, {**fiche(people), "etape": "nulle-part", "action": "??", "jeton": "pas un jeton"})
    assert answer.status_code == 200
    assert "Étape 2 sur 3" in answer.text


# --- Stratégie globale ----------------------------------------------------------------------------------------------------
def test_the_strategie_asks_gently_for_the_question_its_answer_calls_for(client, people):
    """QST-1 without JavaScript: the question appears when the form is sent."""
    people.login(client, "responsable")
    one = client.get(STRATEGIE).text
    assert f'value="{people.entreprise.raison_sociale}"' in one  # CAT-7: the name of the company by default
    two = client.post(STRATEGIE, {**hidden(one), "nom": "Politique", "responsable": people["responsable"].pk, "certifications": "", "action": "suivant"}).text
    assert hidden(two)["affichees"] == ["QS.01 "]
    three = client.post(STRATEGIE, {**hidden(two), "v-QS.01": "oui", "action": "suivant"}).text
    assert "Nature de ces services" in three  # facultative: the récapitulatif shows it without an answer
    client.post(STRATEGIE, {**hidden(three), "action": "valider"})
    strategie = StrategieGlobale.tous.get()
    assert strategie.nom == "Politique"
    assert Reponse.tous.get(sujet=strategie.pk).reponses == {"QS.01": {"valeur": "oui"}}


def test_the_strategie_cannot_put_its_qualification_off(client, people):
    people.login(client, "responsable")
    data = {"nom": "Politique", "responsable": people["responsable"].pk, "etape": "recapitulatif", "reportee": "1", "action": "valider"}
    assert client.post(STRATEGIE, data).status_code == 422
    assert client.post(STRATEGIE, {**data, "etape": "qualification", "action": "plus_tard"}).status_code == 422
    assert StrategieGlobale.tous.count() == 0


def test_the_strategie_is_opened_once(client, people):
    """CAT-7."""
    StrategieFactory(entreprise=people.entreprise, responsable=people["responsable"])
    people.login(client, "responsable")
    assert client.get(STRATEGIE)["Location"] == reverse("parcours:strategie")


def test_an_archived_strategie_leaves_room_for_another(client, people):
    """CAT-7, BO-3: a merge archives one; the company may open its own again."""
    StrategieFactory(entreprise=people.entreprise, responsable=people["responsable"], archive_le=timezone.now(), archive_par=people["responsable"])
    people.login(client, "responsable")
    client.post(STRATEGIE, {"nom": "Politique", "responsable": people["responsable"].pk, "etape": "recapitulatif", "v-QS.01": "non", "action": "valider"})
    assert StrategieGlobale.tous.get(archive_le__isnull=True).nom == "Politique"


def test_whoever_opens_the_strategie_second_is_told(client, people):
    """CAT-7, QST-4: what the second one typed is not recorded; it is not said to be."""
    data = {"nom": "Politique", "responsable": people["responsable"].pk, "etape": "recapitulatif", "v-QS.01": "non", "action": "valider"}
    people.login(client, "responsable")
    assert "est initialisée" in client.post(STRATEGIE, data, follow=True).text
    again = client.post(STRATEGIE, data, follow=True).text
    assert "votre saisie" not in again  # the same person, by a second click
    colleague = UserFactory(entreprise=people.entreprise, responsable=True)
    client.force_login(colleague)
    told = client.post(STRATEGIE, {**data, "nom": "Autre politique"})
    assert told.status_code == 409
    assert f"{people['responsable'].nom_complet} a initialisé la stratégie globale entre-temps" in told.text and "votre saisie" in told.text
    assert "Autre politique" in told.text, "to be copied (QST-3)"
    assert StrategieGlobale.tous.get().nom == "Politique"


# --- Questions as one answers ---------------------------------------------------------------------------------------------
def test_questions_called_for_by_the_answers(client, people):
    """QST-1."""
    people.login(client, "responsable")
    url = reverse("catalog:questions_affichees", args=["strategie"])
    assert client.post(url).json() == {"affichees": ["QS.01"], "restantes": 1}
    assert client.post(url, {"v-QS.01": "oui"}).json() == {"affichees": ["QS.01", "QS.02"], "restantes": 0}
    assert client.post(url, {"v-QS.01": "inconnu"}).json()["affichees"] == ["QS.01"]


@pytest.mark.parametrize(("who", "status"), [("anonymous", 302), ("agence", 403), ("sans_droit", 200)])
def test_questions_access(client, people, who, status):
    people.login(client, who)
    assert client.post(reverse("catalog:questions_affichees", args=["produit"])).status_code == status


def test_questions_of_no_kind(client, people):
    people.login(client, "responsable")
    assert client.post("/questions/inconnu/affichees/").status_code == 404
    assert client.get("/questions/produit/affichees/").status_code == 405


def test_without_javascript_new_questions_are_asked_for_without_reproach(client, people):
    """QST-1: a question the page could not show yet is told apart from one left out."""
    people.login(client, "responsable")
    data = {**fiche(people), **reponses(), "etape": "qualification", "action": "suivant"}
    called = ("QP.08", "QP.20", "QP.21", "QP.25", "QP.26", "QP.28")
    displayed = " ".join(code for code in R1 if code not in called)
    for code in ("QP.08", "QP.12"):
        del data[f"v-{code}"]
    page = client.post(URL, {**data, "affichees": displayed}).text
    assert page.count("Vos réponses font apparaître cette question") == 2  # in the summary and in place: QP.08
    assert page.count("Il manque une réponse à cette question") == 2  # QP.12


def test_a_long_catalogue_names_its_socles_by_reference(client, people, monkeypatch):
    """EC-1: no page of a thousand boxes; what is typed is carried, checked and scoped alike."""
    monkeypatch.setattr("catalog.forms.produits.MAX_BOXES", 1)
    socles = [ProduitFactory(entreprise=people.entreprise) for _ in range(3)]
    foreign = ProduitFactory()
    people.login(client, "responsable")
    page = client.get(URL).text
    assert 'type="checkbox" name="socles"' not in page
    wanted = f"{socles[0].pk}, {socles[2].pk}"
    two = client.post(URL, {**fiche(people, type="option", socles=wanted), "etape": "identification", "action": "suivant"}).text
    assert hidden(two)["socles"] == [wanted]
    back = client.post(URL, {**hidden(two), "action": "precedent"}).text
    assert f'value="{wanted}"' in back
    for refused in (str(foreign.pk), "abc", "9" * 30):
        answer = client.post(URL, {**fiche(people, type="option", socles=refused), "etape": "identification", "action": "suivant"})
        assert answer.status_code == 422
        assert f'value="{refused}"' in answer.text
    create(client, people, type="option", socles=wanted)
    option = Produit.tous.get(type="option")
    assert set(option.socles.all()) == {socles[0], socles[2]}
    assert f'value="{socles[2].pk}, {socles[0].pk}"' in client.get(reverse("parcours:produit_modifier", args=[option.pk])).text
