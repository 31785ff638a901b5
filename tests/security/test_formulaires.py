"""Each form of the accounts and of the back-office, right but for one field: missing, repeated, immense, of another kind, somebody else's (AZ-6).

``test_hostile`` sends nothing that holds; here all the rest holds, so that what is typed goes as far as it can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import liens
from accounts.courriels.invitations import invitation_url
from accounts.models import Entreprise, User
from tests.accounts.factories import PASSWORD, UserFactory
from tests.accounts.factories_demandes import PDF, SAISIE, DemandeFactory, old_stamp

from .monde import Monde, create_monde

# On both databases: one refuses a text that holds a NUL, the other a number beyond 63 bits.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]

NEW = "trois hiboux dans une bibliothèque"
VALUES: tuple[Any, ...] = (
    None,  # the field is not sent
    ["", ""],
    "0", "-1", "1.5", "\uff11\uff12", "\u0663", "1e400", "true", "null", "[]", "{}",
    "31/02/2024", "0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30T25:61",
    "\u202eabc", "\ufeff", "\r\nBcc: a@b.example", "=1+1", "<script>alert(1)</script>", "{{7*7}}", "%s%n%", "../../x", "x" * 100_000,
    "a@b", "é@é.example", f"{'a' * 64}@{'b' * 180}.example", "'; DROP TABLE accounts_user; --", "\U0001f600" * 300,
)  # fmt: skip


NOTHING_TO_DO = ("/transmettre/", "/dependants/", "/retablir/")  # what these acts need is not there: they say so
IMMENSE = "9999999999999999999999"
TRIED = 3  # values a field, others for each, beside the immense number; all of them take three minutes


@dataclass(frozen=True)
class Formulaire:
    """A form filled in as it should be: who sends it, where, and what stands in it."""

    who: User | None
    url: str
    data: dict[str, Any]


def formulaires(monde: Monde) -> Iterator[Formulaire]:
    """Yield the forms, right; ids of company B stand among what is tried in each."""
    a, people = monde.a, monde.acteurs
    responsable, support, administrateur = people["responsable_a"], people["support"], people["administrateur"]
    identite = {"first_name": "Ada", "last_name": "L", "email": "ada@neuf.example", "telephone": "01 23 45 67 89", "fonction": "Cheffe", "username": "ada.neuf"}
    motif = {"motif": "Usage anormal"}

    def form(who: User | None, name: str, data: dict[str, Any], *args: Any) -> Formulaire:
        return Formulaire(who, reverse(name, args=args), data)

    # --- At the door
    yield form(None, "account_login", {"login": responsable.username, "password": PASSWORD, "next": "/produits/"})
    yield form(None, "account_reset_password", {"email": responsable.email})
    yield Formulaire(None, invitation_url(a.collegue).replace("http://testserver", ""), {"password1": NEW, "password2": NEW})
    yield form(None, "accounts:demande_compte", {**SAISIE, "cachet": old_stamp(), "etape": "confirmer"})
    _, jeton = liens.emettre(DemandeFactory(demandee=True))
    yield form(None, "accounts:depot", {"nature": "kbis", "fichier": SimpleUploadedFile("kbis.pdf", PDF)}, jeton)
    yield form(None, "accounts:depot_transmettre", {}, jeton)
    yield form(None, "accounts:depot_renouveler", {}, jeton)
    # --- One's own account
    yield form(responsable, "account_change_password", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    yield form(responsable, "account_reauthenticate", {"password": PASSWORD, "next": "/compte/"})
    yield form(responsable, "accounts:adresse", {"nouvelle": "neuve@lab.example"})
    yield form(responsable, "accounts:preferences", {"courriels": ["validation"]})
    yield form(responsable, "accounts:double_facteur", {"choix": "activer", "next": "/"})
    yield form(responsable, "accounts:session_prolonger", {"next": "/"})
    yield form(responsable, "accounts:notification_lue", {"ici": "page=2&q=x&etat=lues&type=y"}, a.notification.pk)
    # --- « Gestion des comptes »
    yield form(responsable, "catalog:compte_creer", {**identite, "droits": ["valider"]})
    yield form(responsable, "catalog:compte_droits", {"avant": ["valider"], "droit": ["creer_produits"]}, a.collegue.pk)
    yield form(
        responsable, "catalog:compte_produits", {"avant": f"{a.produit.pk}-lecture", "droit": f"{a.produit.pk}-saisie", "q": "x", "page": "1"}, a.collegue.pk
    )
    yield form(responsable, "catalog:compte_dependants", {"retrait": f"{a.collegue.pk}:valider"}, a.collegue.pk)
    yield form(responsable, "catalog:compte_supprimer", {f"reprise-{a.produit.pk}": responsable.pk}, people["nomme_a"].pk)
    yield form(people["lecteur_a"], "catalog:acces_demander", {"droit": "saisie", "message": "Pour le 12"}, a.produit.pk)
    yield form(responsable, "catalog:acces_accepter", {"retour": "notifications"}, a.demande_acces.pk)
    # --- The back-office
    demande = DemandeFactory(recue=True, prise_par=support, prise_le=timezone.now())
    yield form(support, "gestion:demande_prendre", {"reprendre": "oui"}, a.demande_compte.pk)
    yield form(support, "gestion:demande_noter", {"texte": "À rappeler"}, demande.pk)
    yield form(support, "gestion:demande_pieces", {"message": "Le Kbis date de l'an dernier."}, demande.pk)
    yield form(support, "gestion:demande_refuser", {"motif": "Hors champ"}, demande.pk)
    accepter = {"kbis_du": timezone.localdate().isoformat(), "identite_verifiee": "on", "login": "neuf.login"}
    yield form(support, "gestion:demande_accepter", accepter, demande.pk)
    entreprise = {"raison_sociale": "Neuve", "siren": "552100554", "forme_juridique": "SAS", "adresse": "1 rue", "site": "neuve.example"}
    yield form(support, "gestion:entreprise_creer", {**entreprise, **identite, **motif, "etape": "inscrire"})
    for name in ("entreprise_suspendre", "entreprise_retablir"):
        yield form(support, f"gestion:{name}", motif, a.entreprise.pk)
    for name in ("compte_suspendre", "compte_retablir", "compte_lien"):
        yield form(support, f"gestion:{name}", motif, a.collegue.pk)
    yield form(support, "gestion:compte_corriger", identite, a.collegue.pk)
    ancien = User.objects.of_entreprise(a.entreprise).responsables().get()
    passation = {"vus": str(ancien.pk), "qui": "nouveau", "compte": a.collegue.pk, f"sort-{ancien.pk}": "contributeur", **identite, **motif}
    yield form(support, "gestion:entreprise_responsable", passation, a.entreprise.pk)
    yield form(support, "gestion:entreprise_responsable", {**passation, "qui": "compte", "etape": "confirmer"}, a.entreprise.pk)
    seule, autre = UserFactory(responsable=True).entreprise, UserFactory(responsable=True).entreprise
    proposer = f"{reverse('gestion:fusion_proposer', args=[seule.pk])}?siren={autre.siren}&reste=autre"
    restent = list(User.objects.of_entreprise(seule).values_list("pk", flat=True))
    yield Formulaire(support, proposer, {"siren": autre.siren, "reste": "autre", "restent": restent, "strategie_gardee": "absorbee", **motif})
    yield form(support, "gestion:fusion_approuver", motif, a.fusion.pk)
    yield form(support, "gestion:fusion_ecarter", motif, a.fusion.pk)
    yield form(administrateur, "gestion:agent_ouvrir", {**identite, "groupes": ["pilote"]})
    yield form(administrateur, "gestion:agent_corriger", identite, a.agent.pk)
    yield form(administrateur, "gestion:agent_groupes", {"groupes": ["support", "pilote"]}, a.agent.pk)
    yield form(people["gestionnaire_contenu"], "gestion:cgu_publier", {"version": "2099", "texte": "Texte", "etape": "publier"})


def send(formulaire: Formulaire, data: dict[str, Any]) -> HttpResponseBase:
    client = Client()
    if formulaire.who is not None:
        client.force_login(formulaire.who)
    return client.post(formulaire.url, {name: value for name, value in data.items() if value is not None})


def undone(work: Callable[[], Any]) -> Any:
    """Do something whose writing is undone."""
    before = transaction.savepoint()
    try:
        return work()
    finally:
        transaction.savepoint_rollback(before)
        transaction.savepoint_commit(before)


def tried(monde: Monde, data: dict[str, Any], rnd: Random) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the form wrong in one field, then with fields nobody asked for, and the names of the fields."""
    b = monde.b
    strangers = [b.collegue.pk, f"{b.produit.pk}-saisie", f"{b.collegue.pk}:valider", b.entreprise.siren, b.responsable.email, b.responsable.username]
    for name in data:
        for value in (IMMENSE, *rnd.sample((*VALUES, *strangers), TRIED)):
            yield f"{name}={str(value)[:30]!r}", {**data, name: value}
    protected = {
        "profil": "responsable",
        "entreprise": b.entreprise.pk,
        "gestionnaire": b.responsable.pk,
        "is_superuser": "on",
        "is_staff": "on",
        "pk": b.collegue.pk,
    }
    yield "champs protégés", {**data, **protected, "etat": "acceptee", "peut_valider": "on", "username_cle": b.responsable.username}


def watched(monde: Monde) -> Any:
    """What nobody of company A may touch: the accounts of B, and the company, the profile and the height of all."""
    people = User.objects.order_by("pk")
    of_b = [{name: value for name, value in row.items() if name != "last_login"} for row in people.filter(entreprise=monde.b.entreprise).values()]
    return of_b, list(people.filter(is_superuser=True).values()), Entreprise.objects.count()


def faults(monde: Monde, formulaire: Formulaire) -> Iterator[str]:
    before = watched(monde)
    for what, data in tried(monde, formulaire.data, Random(",".join(formulaire.data))):

        def work(data: dict[str, Any] = data) -> tuple[HttpResponseBase, bool]:
            response = send(formulaire, data)
            return response, (formulaire.who is not None and formulaire.who.is_agence) or watched(monde) == before

        response, is_untouched = undone(work)
        if response.status_code >= 500:
            yield f"{formulaire.url} {what} : {response.status_code}"
        if not is_untouched:
            yield f"{formulaire.url} {what} : a touché à autre chose"
        is_page = response.headers.get("Content-Type", "").startswith("text/html") and response.content
        if response.status_code >= 400 and is_page and 'lang="fr"' not in response.content.decode():
            yield f"{formulaire.url} {what} : pas en français"


def test_a_form_wrong_in_one_field_gets_a_clear_answer() -> None:
    """Bad inputs, AZ-6."""
    monde = create_monde()
    assert [fault for formulaire in list(formulaires(monde)) for fault in faults(monde, formulaire)] == []


def test_each_form_is_right_as_it_stands_and_does_nothing_twice() -> None:
    """The control; and a form sent again (WF-3) is an answer too."""
    monde = create_monde()
    wrong = []
    for formulaire in list(formulaires(monde)):

        def work(formulaire: Formulaire = formulaire) -> list[int]:
            return [send(formulaire, formulaire.data).status_code for _ in range(3)]

        statuses = undone(work)
        if (statuses[0] not in (200, 302) and not formulaire.url.endswith(NOTHING_TO_DO)) or max(statuses) >= 500:
            wrong.append((formulaire.url, statuses))
    assert wrong == []
