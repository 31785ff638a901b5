"""The pages of the support on companies and accounts: what they say before, what they keep after an error (BO-3, AX-2, AZ-11)."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Entreprise, Fusion, Passation, User
from catalog.actions.fusion import approuver_fusion, proposer_fusion
from tests.accounts.factories import EntrepriseFactory, UserFactory
from tests.catalog.factories import ProduitFactory
from tests.security.monde import Cote, create_cote

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]


@pytest.fixture
def visit(support: User) -> Callable[..., HttpResponse]:
    """Ask for a page of the support, or send its form."""
    client = Client()
    client.force_login(support)

    def go(name: str, pk: int | None = None, data: dict[str, Any] | None = None, query: str = "") -> HttpResponse:
        url = reverse(f"gestion:{name}", args=[] if pk is None else [pk]) + query
        return client.get(url) if data is None else client.post(url, data)

    return go


@pytest.fixture
def cote() -> Cote:
    return create_cote("alpha")


def words(response: HttpResponse) -> str:
    return unescape(response.content.decode()).replace("\u00a0", " ")


# --- Suspension -------------------------------------------------------------------------------------------------------------------
def test_a_company_is_suspended_then_opened_again_from_its_page(visit, cote: Cote) -> None:
    pk = cote.entreprise.pk
    assert reverse("gestion:entreprise_suspendre", args=[pk]) in words(visit("accounts_entreprise_change", pk))
    assert "les sessions se ferment aussitôt" in words(visit("entreprise_suspendre", pk))
    assert visit("entreprise_suspendre", pk, {"motif": "Usage anormal"}).status_code == 302
    page = words(visit("accounts_entreprise_change", pk))
    assert "Usage anormal" in page and reverse("gestion:entreprise_retablir", args=[pk]) in page and "/suspendre/" not in page
    assert "Usage anormal" in words(visit("entreprise_retablir", pk))
    assert visit("entreprise_retablir", pk, {}).status_code == 302
    assert not Entreprise.objects.get(pk=pk).is_suspendue


def test_an_account_is_suspended_then_opened_again_from_its_page(visit, cote: Cote) -> None:
    pk = cote.collegue.pk
    assert visit("compte_suspendre", pk, {"motif": "Usage anormal"}).status_code == 302
    page = words(visit("accounts_user_change", pk))
    assert "Suspendu par le support" in page and "Usage anormal" in page
    assert "ouvert" in words(visit("compte_retablir", pk))
    assert visit("compte_retablir", pk, {}).status_code == 302
    assert User.objects.get(pk=pk).is_active


@pytest.mark.parametrize("name", ["entreprise_suspendre", "compte_suspendre"])
@pytest.mark.parametrize("motif", ["", "   ", "x" * 1001])
def test_without_a_reason_the_page_comes_back_with_its_error(visit, cote: Cote, name: str, motif: str) -> None:
    response = visit(name, (cote.entreprise if "entreprise" in name else cote.collegue).pk, {"motif": motif})
    assert response.status_code == 400 and 'href="#id_motif"' in response.content.decode()


def test_what_the_action_refuses_is_said_on_the_page(visit, cote: Cote) -> None:
    """AZ-9: and the reason typed is still there."""
    response = visit("compte_suspendre", cote.responsable.pk, {"motif": "Usage anormal"})
    assert response.status_code == 400 and "nommez d'abord un autre responsable" in words(response) and "Usage anormal" in words(response)


def test_the_link_is_sent_again(visit, cote: Cote) -> None:
    assert "Renvoyer le lien" in words(visit("accounts_user_change", cote.collegue.pk))
    assert visit("compte_lien", cote.collegue.pk, {}).status_code == 302
    assert visit("compte_lien", cote.responsable.pk, {}).status_code == 409


@pytest.mark.parametrize("name", ["entreprise_suspendre", "entreprise_responsable", "fusion_proposer", "compte_suspendre", "fusion_approuver"])
def test_what_does_not_exist_is_not_found(visit, name: str) -> None:
    assert visit(name, 999_999_999).status_code == 404


def test_the_accounts_of_the_agency_are_no_affair_of_the_support(visit, support: User) -> None:
    for name in ("compte_suspendre", "compte_retablir"):
        assert visit(name, support.pk).status_code == 404


# --- Naming a responsable -----------------------------------------------------------------------------------------------------------
def choice(cote: Cote, **changes: Any) -> dict[str, Any]:
    values = {"vus": str(cote.responsable.pk), "qui": "compte", "compte": cote.collegue.pk, f"sort-{cote.responsable.pk}": "supprime", "motif": "Départ"}
    return {**values, **changes}


def test_one_reads_again_before_confirming(visit, cote: Cote) -> None:
    pk = cote.entreprise.pk
    recap = words(visit("entreprise_responsable", pk, choice(cote)))
    assert f"{cote.collegue.nom_complet} devient responsable" in recap.replace("<strong>", "").replace("</strong>", "")
    assert f"le compte de <strong>{cote.responsable.nom_complet}</strong> est supprimé" in recap and "3 produits sont confiés" in recap
    assert not Passation.objects.exists()
    back = visit("entreprise_responsable", pk, choice(cote, modifier="oui"))
    assert back.status_code == 200 and "Départ" in words(back) and 'value="supprime"' in words(back)
    assert visit("entreprise_responsable", pk, choice(cote, confirmer="oui")).status_code == 302
    assert User.objects.get(pk=cote.collegue.pk).is_responsable and User.objects.get(pk=cote.responsable.pk).is_supprime


def test_confirmed_twice_it_is_done_once_and_said(visit, cote: Cote) -> None:
    """WF-3."""
    sent = choice(cote, confirmer="oui", **{f"sort-{cote.responsable.pk}": "reste"})
    assert visit("entreprise_responsable", cote.entreprise.pk, sent).status_code == 302
    again = visit("entreprise_responsable", cote.entreprise.pk, {**sent, f"sort-{cote.collegue.pk}": "reste"})
    assert again.status_code == 400 and "viennent de changer" in words(again)
    assert Passation.objects.count() == 1


def test_a_new_person_is_named(visit, cote: Cote) -> None:
    person = {"first_name": "Lou", "last_name": "Roy", "email": "lou@lab.example", "username": "lou.roy"}
    sent = choice(cote, qui="nouveau", compte="", **person)
    assert "lou@lab.example" in words(visit("entreprise_responsable", cote.entreprise.pk, sent))
    assert visit("entreprise_responsable", cote.entreprise.pk, {**sent, "confirmer": "oui"}).status_code == 302
    assert User.objects.get(username="lou.roy").is_responsable


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"qui": ""}, "Choisissez un compte de l'entreprise"),
        ({"compte": ""}, "Choisissez le compte qui devient responsable"),
        ({"compte": "999999999"}, "Choisissez un compte de la liste"),
        ({"compte": "x"}, "Choisissez un compte de la liste"),
        ({"motif": " "}, "Indiquez pourquoi"),
        ({"qui": "nouveau"}, "Donnez le prénom"),
        ({"vus": "²,x,-1", "confirmer": "oui"}, "viennent de changer"),
    ],
)
def test_errors_are_said_where_they_are(visit, cote: Cote, changes: dict[str, str], said: str) -> None:
    response = visit("entreprise_responsable", cote.entreprise.pk, choice(cote, **changes))
    assert response.status_code == 400 and said in words(response)
    assert not Passation.objects.exists()


@pytest.mark.parametrize("qui", ["", "compte"])
def test_a_person_typed_without_saying_so_is_not_lost(visit, cote: Cote, qui: str) -> None:
    """AX-2: without JavaScript the fields of a new person are there whatever is chosen."""
    page = words(visit("entreprise_responsable", cote.entreprise.pk, {"qui": qui, "first_name": "Zoé", "last_name": "Vidal-Roux", "email": "zoe@lab.example"}))
    for typed in ("Zoé", "Vidal-Roux", "zoe@lab.example"):
        assert f'value="{typed}"' in page


def test_a_choice_that_changes_nothing_is_said_before_it_is_announced(visit, cote: Cote) -> None:
    same = choice(cote, compte=cote.responsable.pk, **{f"sort-{cote.responsable.pk}": "reste"})
    response = visit("entreprise_responsable", cote.entreprise.pk, same)
    assert response.status_code == 400 and "rien ne changerait" in words(response) and "Rien n'est encore fait" not in words(response)
    assert "rien ne changerait" not in words(visit("entreprise_responsable", cote.entreprise.pk, choice(cote, qui="nouveau", compte=cote.responsable.pk)))


def test_an_account_of_another_company_is_not_offered(visit, cote: Cote) -> None:
    """AZ-6."""
    stranger = UserFactory(responsable=True)
    assert stranger.nom_complet not in words(visit("entreprise_responsable", cote.entreprise.pk))
    assert visit("entreprise_responsable", cote.entreprise.pk, choice(cote, compte=stranger.pk, confirmer="oui")).status_code == 400


# --- Merging ------------------------------------------------------------------------------------------------------------------------
@pytest.fixture
def autre() -> Cote:
    return create_cote("beta")


def asked(autre: Cote, reste: str = "autre") -> str:
    return f"?siren={autre.entreprise.siren}&reste={reste}"


def test_the_preview_names_what_would_be_brought_together_and_no_answer(visit, cote: Cote, autre: Cote) -> None:
    """AZ-11: names and références; never what was answered."""
    ProduitFactory(entreprise=autre.entreprise, responsable=autre.responsable, nom=cote.produit.nom.upper())
    page = words(visit("fusion_proposer", cote.entreprise.pk, query=asked(autre)))
    for told in (cote.produit.nom, f"réf. {cote.produit.pk}", autre.strategie.nom, cote.responsable.nom_complet, "Chaque entreprise a une stratégie globale"):
        assert told in page
    assert "Produits du même nom" in page
    assert "2 produits, 1 stratégie globale" in page and "(0)" not in page
    assert not any(secret in page for secret in ("Commentaire alpha", "Brouillon alpha", "Description alpha"))


def test_a_merge_from_its_proposal_to_its_end(visit, support: User, cote: Cote, autre: Cote) -> None:
    """Two people, each his page; the proposer is offered no approval, the colleague is told."""
    query, choices = asked(autre), {"motif": "Rachat", "strategie_gardee": "absorbee", "restent": [cote.responsable.pk]}
    assert visit("fusion_proposer", cote.entreprise.pk, {"motif": "", **choices, "strategie_gardee": ""}, query).status_code == 400
    assert visit("fusion_proposer", cote.entreprise.pk, choices, query).status_code == 302
    fusion = Fusion.objects.get()
    assert (fusion.absorbee, fusion.absorbante, fusion.strategie_gardee) == (cote.entreprise, autre.entreprise, "absorbee")
    page = words(visit("accounts_fusion_change", fusion.pk))
    assert "une autre personne du support doit l'approuver" in page and "/approuver/" not in page
    assert visit("fusion_approuver", fusion.pk).status_code == 403
    colleague = Client()
    colleague.force_login(UserFactory(agence=True, role="support", double_facteur=True))
    assert "Rachat" in words(colleague.get(reverse("gestion:fusion_approuver", args=[fusion.pk])))
    assert colleague.post(reverse("gestion:fusion_approuver", args=[fusion.pk])).status_code == 302
    page = words(visit("accounts_fusion_change", fusion.pk))
    assert "reste à confirmer" in page and 'class="fr-btn" href="/gestion/fusions/1/confirmer/"'.replace("/1/", f"/{fusion.pk}/") in page
    assert "badge-en_cours" in words(visit("accounts_fusion_changelist"))
    assert f"/gestion/fusions/{fusion.pk}/" in words(visit("accounts_entreprise_change", autre.entreprise.pk))
    assert "Réunie à" in words(visit("accounts_entreprise_change", cote.entreprise.pk))
    undo = words(visit("fusion_annuler", fusion.pk))
    assert "suit la personne qui l'a créé." in undo and "iraient" not in undo
    assert visit("fusion_annuler", fusion.pk, {"motif": "Erreur"}).status_code == 302
    again = visit("fusion_annuler", fusion.pk, {"motif": "Erreur"})
    assert again.status_code == 400 and "n'attend plus" in words(again)
    assert "Erreur" in words(visit("accounts_fusion_change", fusion.pk))


def test_a_proposal_is_set_aside_or_confirmed_from_its_page(visit, support: User, cote: Cote, autre: Cote) -> None:
    first = proposer_fusion(absorbee=cote.entreprise, absorbante=autre.entreprise, par=support, motif="x")
    assert visit("fusion_ecarter", first.pk, {"motif": "Doublon"}).status_code == 302
    second = proposer_fusion(absorbee=cote.entreprise, absorbante=autre.entreprise, par=UserFactory(agence=True, role="support"), motif="x")
    approuver_fusion(fusion=second, par=support)
    assert "elle ne pourra plus être annulée" in words(visit("fusion_confirmer", second.pk))
    assert visit("fusion_confirmer", second.pk, {}).status_code == 302
    assert [fusion.etat for fusion in Fusion.objects.order_by("pk")] == ["ecartee", "confirmee"]


@pytest.mark.parametrize(
    "query, said",
    [
        ("?siren=&reste=autre", "Donnez le SIREN"),
        ("?siren=123456789&reste=autre", "sa clé doit être juste"),
        ("?siren=732829320&reste=autre", "Aucune entreprise inscrite"),
        ("?siren=552100554&reste=zzz", "Choisissez"),
        ("?siren=%00&reste=autre", ""),
    ],
)
def test_odd_partners_are_refused_in_words(visit, cote: Cote, query: str, said: str) -> None:
    response = visit("fusion_proposer", cote.entreprise.pk, query=query)
    assert response.status_code == 400 and said in words(response)


def test_a_company_is_not_its_own_partner(visit, cote: Cote) -> None:
    assert "donnez le SIREN de l'autre" in words(visit("fusion_proposer", cote.entreprise.pk, query=asked(cote)))


def test_what_the_merge_refuses_is_said_on_the_page(visit, cote: Cote) -> None:
    other = EntrepriseFactory(suspendue=True)
    response = visit("fusion_proposer", cote.entreprise.pk, {"motif": "x", "restent": [cote.responsable.pk]}, f"?siren={other.siren}&reste=autre")
    assert response.status_code == 400 and "levez d'abord cette suspension" in words(response)


@pytest.mark.parametrize("key", ["9" * 22, "x"], ids=["immense", "letter"])
def test_a_responsable_who_is_nobody_is_refused_in_words(visit, cote: Cote, autre: Cote, key: str) -> None:
    """End of the security bars: SQLite cannot hold the first of these keys, and would fail."""
    response = visit("fusion_proposer", cote.entreprise.pk, {"motif": "Rachat", "strategie_gardee": "absorbee", "restent": [key]}, asked(autre))
    assert response.status_code == 400 and "Choisissez parmi les responsables proposés" in words(response)


def test_the_list_is_found_by_company_and_by_state(visit, support: User, cote: Cote, autre: Cote) -> None:
    client = Client()
    client.force_login(support)
    url = reverse("gestion:accounts_fusion_changelist")
    assert "elles se proposent depuis la page d'une entreprise" in words(client.get(url))
    proposer_fusion(absorbee=cote.entreprise, absorbante=autre.entreprise, par=support, motif="x")
    assert "Société alpha dans Société beta" in words(client.get(f"{url}?q={cote.entreprise.siren}"))
    assert "Société alpha dans" not in words(client.get(f"{url}?etat=confirmee"))
    assert client.get(f"{url}?etat=zzz").status_code == 400
    assert "À approuver : <strong>1</strong>" in words(client.get(reverse("gestion:accueil")))
