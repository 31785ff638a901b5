"""The rights of an account, its own and those on produits: given below oneself, never more than one holds (ACC-6, R-51, R-53, AZ-9)."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.actions.comptes import modifier_droits
from accounts.enums import Droit
from accounts.models import EntreeJournal, Notification, User
from catalog.actions.acces import explicit, retirer_aux_dependants
from catalog.droits import parse
from questionnaires import perms
from questionnaires.enums import DroitSujet
from questionnaires.models import Sujet
from questionnaires.rights import grant
from tests.catalog.factories import ProduitFactory, StrategieFactory
from tests.catalog.test_comptes import CREER, url
from tests.people import as_client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]


def state(*users: User) -> list[tuple]:
    """Everything the actions may change of accounts."""
    fields = ("is_active", "gestionnaire", "profil", "entreprise", "is_staff", "is_superuser", "email", *User.DROITS.values())
    return list(User.objects.filter(pk__in=[user.pk for user in users]).values_list("pk", *fields)) + [explicit(user) for user in users]


# --- Rights of the account --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "whose", "status"),
    [
        ("responsable", "chef", 302),
        ("responsable", "membre", 302),
        ("responsable", "responsable", 403),
        ("chef", "membre", 302),
        ("chef", "chef", 403),
        ("chef", "voisin", 403),
        ("chef", "responsable", 403),
        ("membre", "chef", 403),
        ("voisin", "membre", 403),
        ("etranger", "membre", 404),
        ("chef", "etranger", 404),
    ],
)
@pytest.mark.parametrize(("name", "code"), [("compte_droits", "valider"), ("compte_produits", "{ref}-lecture")])
def test_rights_are_changed_below_oneself_only(equipe, who, whose, status, name, code):
    """R-53, AZ-9: never one's own, never a peer's, never a stranger's."""
    produit = ProduitFactory(entreprise=equipe.chef.entreprise, responsable=equipe.responsable)
    grant(equipe.chef, produit, list(DroitSujet))
    everybody = list(vars(equipe).values())
    before = state(*everybody)
    response = as_client(getattr(equipe, who)).post(url(name, getattr(equipe, whose)), {"droit": code.format(ref=produit.pk)})
    assert response.status_code == status
    if status != 302:
        assert state(*everybody) == before
    elif whose == "membre":
        assert state(*everybody) != before


def test_nobody_gives_what_he_lacks(equipe):
    """R-53, AZ-9."""
    before = state(equipe.membre)
    assert as_client(equipe.chef).post(url("compte_droits", equipe.membre), {"droit": "creer_produits"}).status_code == 403
    assert state(equipe.membre) == before
    assert EntreeJournal.objects.filter(action="acces.refuse", acteur=equipe.chef.pk).exists()


def test_one_withdraws_even_what_one_lacks(equipe):
    User.objects.filter(pk=equipe.membre.pk).update(acces_strategie=True)
    as_client(equipe.chef).post(url("compte_droits", equipe.membre), {"avant": "acces_strategie"})
    assert not User.objects.get(pk=equipe.membre.pk).acces_strategie


def test_two_stale_pages_lose_nothing(equipe):
    """WF-3: only what was ticked or unticked acts."""
    for code in ("valider", "creer_produits"):
        as_client(equipe.responsable).post(url("compte_droits", equipe.membre), {"droit": code})
    membre = User.objects.get(pk=equipe.membre.pk)
    assert (membre.peut_valider, membre.peut_creer_produits) == (True, True)


def test_a_right_withdrawn_acts_at_the_next_request(equipe):
    """AZ-8."""
    client = as_client(equipe.chef)
    assert client.get(CREER).status_code == 200
    modifier_droits(compte=equipe.chef, par=equipe.responsable, retirer=[Droit.CREER_COMPTES])
    assert client.get(CREER).status_code == 403


def test_a_change_is_told_and_traced(equipe):
    as_client(equipe.chef).post(url("compte_droits", equipe.membre), {"droit": "valider"})
    assert "Valider" in Notification.tous.get(destinataire=equipe.membre).contenu
    assert EntreeJournal.objects.get(action="compte.droits_modifies").details == {"donnes": ["valider"], "retires": []}


@pytest.mark.parametrize("code", ["profil", "12-tout", "0-lecture", "-lecture", "9" * 19 + "-lecture", "12-lecture"])
def test_a_right_that_does_not_exist_is_refused(equipe, code):
    client = as_client(equipe.responsable)
    assert client.post(url("compte_droits", equipe.membre), {"droit": code}).status_code == 400
    assert client.post(url("compte_produits", equipe.membre), {"droit": code}).status_code in (400, 404)


def test_codes_are_read_back_as_written(equipe):
    with pytest.raises(ValueError, match="autre"):
        parse(["autre"])
    assert parse(["valider"]) == (frozenset({Droit.VALIDER}), frozenset())


# --- Rights on produits -----------------------------------------------------------------------------------------------------
@pytest.fixture
def produit(equipe):
    return ProduitFactory(entreprise=equipe.chef.entreprise, responsable=equipe.responsable)


@pytest.mark.parametrize(
    ("held", "given", "status"),
    [
        ((), "lecture", 403),
        (("lecture",), "lecture", 302),
        (("lecture",), "saisie", 403),
        (("lecture", "saisie"), "saisie", 302),
        (("lecture", "saisie"), "validation", 403),
        (("lecture", "saisie", "validation"), "validation", 302),
    ],
)
def test_on_a_produit_one_gives_what_one_holds(equipe, produit, held, given, status):
    """R-53."""
    grant(equipe.chef, produit, [DroitSujet(level) for level in held])
    response = as_client(equipe.chef).post(url("compte_produits", equipe.membre), {"droit": f"{produit.pk}-{given}"})
    assert response.status_code == status
    levels = {right.droit for right in explicit(equipe.membre)}
    assert levels == ({DroitSujet.LECTURE, DroitSujet(given)} if status == 302 else set()), "lecture comes with the rest"


def test_validation_is_void_without_valider(equipe, produit):
    """R-51: both are needed."""
    as_client(equipe.responsable).post(url("compte_produits", equipe.membre), {"droit": f"{produit.pk}-validation"})
    assert DroitSujet.VALIDATION not in perms.granted(User.objects.get(pk=equipe.membre.pk), Sujet.tous.get(pk=produit.pk))
    assert "n'a pas le droit «\u00a0Valider\u00a0»" in as_client(equipe.responsable).get(url("compte", equipe.membre)).text


def test_withdrawing_lecture_withdraws_the_rest(equipe, produit):
    grant(equipe.membre, produit, list(DroitSujet))
    codes = [f"{produit.pk}-{level}" for level in DroitSujet.values]
    as_client(equipe.responsable).post(url("compte_produits", equipe.membre), {"avant": codes, "droit": []})
    assert explicit(equipe.membre) == frozenset()


def test_a_foreign_produit_in_the_body_is_none(equipe):
    """AZ-6."""
    foreign = ProduitFactory(entreprise=equipe.etranger.entreprise, responsable=equipe.etranger)
    for body in ({"droit": f"{foreign.pk}-lecture"}, {"avant": f"{foreign.pk}-lecture"}, {"droit": "999999999-lecture"}):
        assert as_client(equipe.responsable).post(url("compte_produits", equipe.membre), body).status_code == 404
    assert explicit(equipe.membre) == frozenset()


def test_the_strategie_is_one_of_the_lines(equipe):
    strategie = StrategieFactory(entreprise=equipe.chef.entreprise, responsable=equipe.responsable)
    User.objects.filter(pk=equipe.membre.pk).update(acces_strategie=True)
    page = as_client(equipe.responsable).get(url("compte", equipe.membre)).text
    assert f"réf. {strategie.pk}, stratégie globale" in page
    assert "Lecture et saisie par le droit" in page


def test_boxes_one_may_not_change_are_shut(equipe, produit):
    page = as_client(equipe.chef).get(url("compte", equipe.membre)).text
    box = re.search(rf'<input type="checkbox" id="droit-{produit.pk}-lecture"[^>]*>', page)[0]
    assert "disabled" in box
    assert "disabled" not in re.search(r'<input type="checkbox" id="droit-valider"[^>]*>', page)[0]


def test_the_fiche_costs_the_same_for_one_produit_and_for_many(equipe, produit):
    """P22, and pages beyond 25."""
    client = as_client(equipe.chef)
    address = url("compte", equipe.membre)
    client.get(address)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address).text
        counts.append(len(queries))
        for _ in range(29):
            grant(equipe.membre, ProduitFactory(entreprise=produit.entreprise, responsable=equipe.responsable), [DroitSujet.LECTURE])
    assert counts[0] == counts[1] <= 16
    assert "page=2" in page
    assert client.get(address, {"page": 2}).status_code == 200
    assert str(produit.pk) in client.get(address, {"q": str(produit.pk)}).text


# --- What does not cascade ----------------------------------------------------------------------------------------------------
def test_withdrawing_from_a_manager_offers_to_withdraw_from_those_below(equipe, produit):
    """R-53: it does not cascade by itself."""
    grant(equipe.chef, produit, [DroitSujet.LECTURE])
    grant(equipe.membre, produit, [DroitSujet.LECTURE, DroitSujet.SAISIE])
    client, code = as_client(equipe.responsable), f"{produit.pk}-lecture"
    response = client.post(url("compte_produits", equipe.chef), {"avant": code})
    assert response.headers["Location"] == f"{url('compte_dependants', equipe.chef)}?droit={code}"
    assert len(explicit(equipe.membre)) == 2
    page = client.get(response.headers["Location"]).text
    assert f'value="{equipe.membre.pk}:{code}"' in page
    assert f'value="{equipe.membre.pk}:{produit.pk}-saisie"' not in page, "only what was just withdrawn"
    client.post(url("compte_dependants", equipe.chef), {"retrait": f"{equipe.membre.pk}:{code}"})
    assert explicit(equipe.membre) == frozenset()


def test_account_rights_do_not_cascade_either(equipe):
    User.objects.filter(pk=equipe.membre.pk).update(peut_valider=True)
    client = as_client(equipe.responsable)
    assert "dependants" in client.post(url("compte_droits", equipe.chef), {"avant": "valider"}).headers["Location"]
    assert User.objects.get(pk=equipe.membre.pk).peut_valider
    client.post(url("compte_dependants", equipe.chef), {"retrait": f"{equipe.membre.pk}:valider"})
    assert not User.objects.get(pk=equipe.membre.pk).peut_valider


@pytest.mark.parametrize("retrait", ["{voisin}:valider", "{etranger}:valider", "{responsable}:valider", "{membre}:creer_produits", "x", ":", "{membre}"])
def test_only_what_is_offered_is_withdrawn(equipe, retrait):
    """AZ-6: keys of a peer, a stranger, a responsable."""
    User.objects.filter(pk__in=[equipe.voisin.pk, equipe.membre.pk, equipe.etranger.pk]).update(peut_valider=True)
    everybody = list(vars(equipe).values())
    before = state(*everybody)
    body = {"retrait": retrait.format(**{name: user.pk for name, user in vars(equipe).items()})}
    assert as_client(equipe.responsable).post(url("compte_dependants", equipe.chef), body).status_code == 409
    assert state(*everybody) == before


@pytest.mark.parametrize("who", ["voisin", "chef", "responsable", "etranger"])
def test_the_act_itself_reaches_nobody_beside(equipe, who):
    """R-53, AZ-6: whatever page asks it."""
    everybody = list(vars(equipe).values())
    User.objects.filter(pk__in=[user.pk for user in everybody]).update(peut_valider=True)
    before = state(*everybody)
    retraits = {equipe.membre.pk: ([Droit.VALIDER], []), getattr(equipe, who).pk: ([Droit.VALIDER], [])}
    with pytest.raises(PermissionDenied), transaction.atomic():
        retirer_aux_dependants(compte=equipe.chef, par=equipe.responsable, retraits=retraits)
    assert state(*everybody) == before
