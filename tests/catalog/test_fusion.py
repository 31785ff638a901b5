"""The merge of two companies: who, what moves, what comes back exactly, who is told (BO-3, WF-1, AZ-9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import jobs
from accounts.actions.acceptation import accepter_demande
from accounts.actions.comptes import creer_compte
from accounts.actions.suspension import suspendre_acces, suspendre_entreprise
from accounts.enums import CampFusion, EtatFusion, Role
from accounts.errors import ActionRefused
from accounts.models import Courriel, EntreeJournal, Entreprise, Fusion, FusionWorkflow, Notification, Travail, User
from accounts.rattachement import Suit, tables
from catalog.actions.acces import explicit
from catalog.actions.fusion import annuler_fusion, approuver_fusion, confirmer_fusion, ecarter_fusion
from catalog.actions.passation import nommer_responsable
from catalog.models import DemandeAcces, Produit
from parcours.jobs import KINDS, resultats_excel
from parcours.models import Inscription
from questionnaires.enums import DroitSujet
from questionnaires.models import Sujet
from questionnaires.rights import grant
from tests.accounts.factories import EntrepriseFactory, UserFactory
from tests.accounts.factories_demandes import DemandeFactory
from tests.catalog.factories import ProduitFactory, StrategieFactory
from tests.catalog.paire import Paire
from tests.parcours.factories import InscriptionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]


def of(model: Any, entreprise: Entreprise) -> set[int]:
    return set(model._base_manager.filter(entreprise=entreprise).values_list("pk", flat=True))


def snapshot() -> dict[str, list[tuple[Any, ...]]]:
    """Read every row of company data, and the rights: what an undone merge must leave as it was."""
    models = [table.model for table in tables() if table.model is not Fusion] + [Entreprise, apps.get_model("questionnaires", "DroitSurSujet"), Produit]
    return {model.__name__: sorted(model._base_manager.values_list(), key=str) for model in models}


@contextmanager
def refused(match: str = "") -> Iterator[None]:
    before = snapshot()
    with pytest.raises(ActionRefused, match=match or None), transaction.atomic():
        yield
    assert snapshot() == before


# --- What moves -----------------------------------------------------------------------------------------------------------------
def test_everything_goes_and_nothing_changes_but_the_company(paire: Paire) -> None:
    """Accounts, références, answers, enrolments, requests, files: each row is what it was, in the other company."""
    moving = [table.model for table in tables() if table.suit != Suit.RIEN]
    before = {model: {row["id"]: row for row in model._base_manager.values()} for model in moving}
    paire.merge(strategie_gardee=CampFusion.ABSORBANTE)
    for model, rows in before.items():
        for row in model._base_manager.values():
            expected = {**rows[row["id"]], "entreprise_id": paire.b.entreprise.pk} if rows[row["id"]]["entreprise_id"] else rows[row["id"]]
            if row["id"] == paire.a.strategie.pk and model is Sujet:
                expected |= {"archive_le": row["archive_le"], "archive_par_id": paire.karim.pk}
            assert row == expected
        assert of(model, paire.a.entreprise) == set()
    assert Entreprise.objects.get(pk=paire.a.entreprise.pk).fusionnee_dans_id == paire.b.entreprise.pk


def test_a_session_goes_on_in_the_company_that_stays(paire: Paire, client: Client) -> None:
    """Decided: nobody is signed out; at the next page one is in the other company, and its responsables see what came."""
    client.force_login(paire.a.responsable)
    catalogue = reverse("catalog:catalogue")
    assert paire.b.produit.nom not in client.get(catalogue).content.decode()
    paire.merge()
    html = client.get(catalogue).content.decode()
    assert paire.a.produit.nom in html and paire.b.produit.nom in html
    other = Client()
    other.force_login(paire.b.responsable)
    questionnaire = {"demarche": "socles", "reference": paire.a.produit.pk, "questionnaire": "interoperabilite"}
    assert other.get(reverse("parcours:resultats", kwargs=questionnaire)).status_code == 200


@pytest.mark.parametrize("camp", list(CampFusion))
def test_one_strategie_is_kept_and_the_other_archived_readable(paire: Paire, client: Client, camp: CampFusion) -> None:
    """CAT-7: the choice is that of the proposal; the other one keeps its référence and its answers."""
    paire.merge(strategie_gardee=camp)
    kept, other = (paire.b, paire.a) if camp == CampFusion.ABSORBANTE else (paire.a, paire.b)
    assert Sujet.tous.get(pk=kept.strategie.pk).archive_le is None
    assert Sujet.tous.get(pk=other.strategie.pk).archive_par == paire.karim
    client.force_login(paire.b.responsable)
    html = client.get(reverse("parcours:strategie")).content.decode()
    assert kept.strategie.nom in html and other.strategie.nom not in html
    assert client.get(reverse("parcours:sujet_inscrit", kwargs={"demarche": "socles", "reference": other.strategie.pk})).status_code == 200


def test_a_strategie_archived_before_is_no_part_of_the_choice(paire: Paire) -> None:
    """CAT-7: it stays archived, with who archived it."""
    before = StrategieFactory(entreprise=paire.a.entreprise, responsable=paire.a.responsable, archive_le=timezone.now(), archive_par=paire.a.responsable)
    paire.merge(strategie_gardee=CampFusion.ABSORBANTE)
    archived = {row.pk: row.archive_par for row in Sujet.tous.filter(genre="strategie", archive_le__isnull=False)}
    assert archived == {before.pk: paire.a.responsable, paire.a.strategie.pk: paire.karim}


def test_with_one_strategie_in_force_there_is_nothing_to_choose(paire: Paire) -> None:
    """CAT-7: whatever the proposal says, the only one stays."""
    Sujet.tous.filter(pk=paire.b.strategie.pk).update(archive_le=timezone.now(), archive_par=paire.b.responsable)
    paire.merge(strategie_gardee=CampFusion.ABSORBANTE)
    assert Sujet.tous.get(pk=paire.a.strategie.pk).archive_le is None


def test_responsables_stay_unless_the_proposal_says_otherwise(paire: Paire) -> None:
    """Decided: those of the absorbed company stay responsables of the whole; one set aside becomes contributeur without account right."""
    other = UserFactory(entreprise=paire.a.entreprise, responsable=True, peut_valider=True)
    paire.merge(deviennent_contributeurs=[other.pk, paire.b.responsable.pk, 999])
    assert {user.pk for user in User.objects.of_entreprise(paire.b.entreprise).responsables()} == {paire.a.responsable.pk, paire.b.responsable.pk}
    assert not User.objects.get(pk=other.pk).peut_valider


def test_a_job_that_waited_is_done_in_the_company_that_stays(paire: Paire) -> None:
    params = {"demarche": "socles", "reference": paire.a.produit.pk, "questionnaire": "interoperabilite", "version": ""}
    travail = jobs.submit(KINDS["excel"], par=paire.a.responsable, entreprise=paire.a.entreprise, cle="essai", params=params)
    paire.merge()
    travail = Travail.tous.select_related("demandeur__entreprise").get(pk=travail.pk)
    jobs._check_admitted(travail.demandeur, travail.entreprise_id)
    assert resultats_excel(travail, lambda done, total: None).content.startswith(b"PK")
    assert travail.entreprise_id == paire.b.entreprise.pk


# --- The way back -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("camp", list(CampFusion))
def test_undone_at_once_nothing_remains_of_it(paire: Paire, camp: CampFusion) -> None:
    """Reversible: every row of both companies is exactly what it was."""
    other = UserFactory(entreprise=paire.a.entreprise, responsable=True, peut_valider=True)
    UserFactory(entreprise=paire.a.entreprise, gestionnaire=other, suspendu=True)
    option = ProduitFactory(entreprise=paire.a.entreprise, responsable=other, option=True, socles=[paire.a.produit])
    before = snapshot()
    fusion = paire.merge(strategie_gardee=camp, deviennent_contributeurs=[other.pk])
    assert snapshot() != before
    annuler_fusion(fusion=fusion, par=paire.sophie, motif="Erreur")
    assert snapshot() == before
    assert list(option.socles.values_list("pk", flat=True)) == [paire.a.produit.pk]


def test_what_was_made_since_follows_whoever_made_it(paire: Paire) -> None:
    fusion = paire.merge()
    a, b = (User.objects.select_related("entreprise").get(pk=cote.responsable.pk) for cote in (paire.a, paire.b))
    lou, eva = (creer_compte(par=par, identite=identity(login)) for par, login in ((a, "lou"), (b, "eva")))
    mine, theirs = ProduitFactory(entreprise=b.entreprise, responsable=lou, created_by=lou), ProduitFactory(entreprise=b.entreprise, responsable=b)
    InscriptionFactory(sujet=mine)
    annuler_fusion(fusion=fusion, par=paire.karim, motif="Erreur")
    assert {lou.pk} <= of(User, paire.a.entreprise) and {eva.pk} <= of(User, paire.b.entreprise)
    assert {mine.pk} <= of(Sujet, paire.a.entreprise) and {theirs.pk} <= of(Sujet, paire.b.entreprise)
    assert Inscription.tous.get(sujet=mine).entreprise == paire.a.entreprise


def test_nothing_ties_the_two_companies_any_more(paire: Paire) -> None:
    """AZ-5: rights, managers, responsables, options, requests, files made while they were one."""
    a, b = paire.a, paire.b
    for cote, former in ((a, a.suspendu), (b, b.collegue)):  # the one cannot sign in any more, the other takes it back
        Sujet.tous.filter(pk=cote.produit.pk).update(responsable=former)
    fusion = paire.merge()
    grant(b.collegue, a.produit, [DroitSujet.LECTURE])
    grant(a.collegue, b.produit, [DroitSujet.SAISIE])
    User.objects.filter(pk=a.collegue.pk).update(gestionnaire=b.responsable)
    User.objects.filter(pk=b.collegue.pk).update(gestionnaire=a.responsable)
    Sujet.tous.filter(pk=a.produit.pk).update(responsable=b.collegue)
    Sujet.tous.filter(pk=b.produit.pk).update(responsable=a.collegue)
    option = ProduitFactory(entreprise=b.entreprise, responsable=b.responsable, option=True, socles=[a.produit, b.produit])
    crossing = DemandeAcces.tous.create(entreprise=b.entreprise, produit=b.produit, demandeur=a.collegue, droit="lecture")
    fichier = Travail.tous.create(
        kind="x", cle="y", demandeur=a.responsable, entreprise=b.entreprise, etat="termine", termine_le=timezone.now(), expire_le=b.travail.expire_le
    )
    annuler_fusion(fusion=fusion, par=paire.karim, motif="Erreur")
    assert explicit(b.collegue) == explicit(a.collegue) == frozenset()
    assert {User.objects.get(pk=cote.collegue.pk).gestionnaire_id for cote in (a, b)} == {None}
    assert [Sujet.tous.get(pk=cote.produit.pk).responsable_id for cote in (a, b)] == [a.responsable.pk, b.collegue.pk]
    assert list(option.socles.values_list("pk", flat=True)) == [b.produit.pk]
    crossing.refresh_from_db()
    fichier.refresh_from_db()
    assert (crossing.etat, fichier.is_disponible) == ("retiree", False)
    assert not Sujet.tous.exclude(responsable__entreprise=F("entreprise")).exists()


def test_an_undone_merge_leaves_no_company_without_a_responsable(paire: Paire) -> None:
    """AZ-9."""
    fusion = paire.merge()
    suspendre_acces(compte=paire.a.responsable, par=paire.karim, motif="Usage anormal")
    with refused("n'aurait plus de responsable"):
        annuler_fusion(fusion=fusion, par=paire.karim, motif="Erreur")


def test_a_suspended_company_is_not_undone(paire: Paire) -> None:
    """BO-3: the suspension would stay with one of them alone."""
    fusion = paire.merge()
    suspendre_entreprise(entreprise=paire.b.entreprise, par=paire.karim, motif="Usage anormal")
    with refused("est suspendu"):
        annuler_fusion(fusion=fusion, par=paire.karim, motif="Erreur")


def test_a_confirmed_merge_is_final(paire: Paire) -> None:
    fusion = confirmer_fusion(fusion=paire.merge(), par=paire.sophie)
    with refused("n'attend plus"):
        annuler_fusion(fusion=fusion, par=paire.karim, motif="Erreur")
    with pytest.raises(DatabaseError), transaction.atomic():
        Fusion.objects.filter(pk=fusion.pk).update(etat=EtatFusion.APPROUVEE)


# --- Who, and when ------------------------------------------------------------------------------------------------------------------
VERBS: dict[str, Callable[[Fusion, User], Any]] = {
    "approuver": lambda fusion, par: approuver_fusion(fusion=fusion, par=par),
    "confirmer": lambda fusion, par: confirmer_fusion(fusion=fusion, par=par),
    "annuler": lambda fusion, par: annuler_fusion(fusion=fusion, par=par, motif="Erreur"),
    "ecarter": lambda fusion, par: ecarter_fusion(fusion=fusion, par=par, motif="Erreur"),
}
PATHS: dict[EtatFusion, list[str]] = {
    EtatFusion.PROPOSEE: [],
    EtatFusion.APPROUVEE: ["approuver"],
    EtatFusion.CONFIRMEE: ["approuver", "confirmer"],
    EtatFusion.ANNULEE: ["approuver", "annuler"],
    EtatFusion.ECARTEE: ["ecarter"],
}


@pytest.mark.parametrize("etat", list(EtatFusion))
def test_every_state_and_every_verb(paire: Paire, etat: EtatFusion) -> None:
    """WF-1: the whole matrix; one line of the journal each, none for the refused."""
    fusion = paire.propose()
    for verb in PATHS[etat]:
        fusion = VERBS[verb](fusion, paire.karim)
    assert fusion.etat == etat
    for verb, act in VERBS.items():
        lines = EntreeJournal.objects.count()
        with transaction.atomic():
            if FusionWorkflow.can(verb, etat):
                act(fusion, paire.karim)
                assert EntreeJournal.objects.count() > lines
            else:
                with refused():
                    act(fusion, paire.karim)
                assert EntreeJournal.objects.count() == lines
            transaction.set_rollback(True)


def test_nobody_approves_his_own_proposal(paire: Paire) -> None:
    """Two people, in the code and in the database."""
    fusion = paire.propose()
    with pytest.raises(PermissionDenied):
        approuver_fusion(fusion=fusion, par=paire.sophie)
    with pytest.raises(DatabaseError), transaction.atomic():
        Fusion.objects.filter(pk=fusion.pk).update(etat=EtatFusion.APPROUVEE, approuvee_par=paire.sophie, approuvee_le=timezone.now())


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SUPPORT] + [None])
def test_the_support_alone_merges(paire: Paire, role: Role | None) -> None:
    """AZ-11, R-55."""
    par = UserFactory(agence=True, role=role) if role else paire.a.responsable
    with pytest.raises(PermissionDenied):
        paire.propose(par=par)
    fusion = paire.propose()
    for act in VERBS.values():
        with pytest.raises(PermissionDenied):
            act(fusion, par)


def test_what_cannot_be_merged(paire: Paire) -> None:
    with refused("différentes"):
        paire.propose(absorbante=paire.a.entreprise)
    with refused():
        paire.propose(motif=" ")
    with refused("est suspendu"):
        paire.propose(absorbante=EntrepriseFactory(suspendue=True))
    with refused("pas de responsable"):
        paire.propose(absorbante=EntrepriseFactory(), deviennent_contributeurs=[paire.a.responsable.pk])
    fusion = paire.propose()
    for other in ({}, {"absorbee": paire.b.entreprise, "absorbante": paire.a.entreprise}, {"absorbante": EntrepriseFactory()}):
        with refused("déjà une fusion"):
            paire.propose(**other)
    suspendre_entreprise(entreprise=paire.b.entreprise, par=paire.karim, motif="Usage anormal")
    with refused("est suspendu"):
        approuver_fusion(fusion=fusion, par=paire.karim)


def test_an_absorbed_company_takes_no_further_part(paire: Paire) -> None:
    confirmer_fusion(fusion=paire.merge(), par=paire.karim)
    third = UserFactory(responsable=True).entreprise
    for other in ({"absorbante": third}, {"absorbee": third, "absorbante": paire.a.entreprise}):
        with refused("déjà été absorbée"):
            paire.propose(**other)
    for act in (
        lambda: suspendre_entreprise(entreprise=paire.a.entreprise, par=paire.karim, motif="x"),
        lambda: nommer_responsable(entreprise=paire.a.entreprise, par=paire.karim, motif="x", vus=[], sorts={}, identite=identity("lou")),
    ):
        with refused("est réunie à"):
            act()


def test_while_it_can_be_undone_no_responsable_is_added(paire: Paire) -> None:
    """Which company he would go back to, nobody could say."""
    paire.merge()
    demande = DemandeFactory(recue=True, prise_par=paire.sophie, siren=paire.a.entreprise.siren)
    with refused("à confirmer"):
        accept(demande, paire.sophie)
    with refused("à confirmer"):
        vus = [user.pk for user in User.objects.of_entreprise(paire.b.entreprise).responsables()]
        nommer_responsable(entreprise=paire.b.entreprise, par=paire.karim, motif="x", vus=vus, sorts={}, identite=identity("lou"))


def test_who_asks_for_the_absorbed_company_joins_the_one_that_stays(paire: Paire) -> None:
    """R-54, R-50."""
    confirmer_fusion(fusion=paire.merge(), par=paire.karim)
    demande = DemandeFactory(recue=True, prise_par=paire.sophie, siren=paire.a.entreprise.siren)
    assert accept(demande, paire.sophie).entreprise == paire.b.entreprise


def accept(demande: Any, par: User) -> User:
    return accepter_demande(demande=demande, par=par, login=demande.login, kbis_du=timezone.localdate(), identite_verifiee=True, rejoindre=True)


def identity(login: str) -> dict[str, str]:
    return {"first_name": login.title(), "last_name": "Roy", "email": f"{login}@lab.example", "username": f"{login}.roy"}


# --- Who is told ------------------------------------------------------------------------------------------------------------------
def test_both_companies_and_the_colleagues_are_told(paire: Paire) -> None:
    fusion = paire.propose()
    assert Notification.tous.get(destinataire=paire.karim).url == reverse("gestion:accounts_fusion_change", args=[fusion.pk])
    sent = Courriel.objects.filter(dedupe_key__startswith="support:")
    assert not sent.exists()
    approuver_fusion(fusion=fusion, par=paire.karim)
    responsables = {cote.responsable.email for cote in (paire.a, paire.b)}
    assert set(sent.values_list("destinataire", flat=True)) == responsables
    assert Notification.tous.filter(destinataire=paire.a.collegue, type="Fusion d'entreprises").count() == 1
    annuler_fusion(fusion=fusion, par=paire.karim, motif="Erreur de SIREN")
    assert sent.filter(sujet__contains="séparées").count() == 2
    assert not any("Erreur de SIREN" in text for text in sent.values_list("texte", flat=True))


def test_the_history_of_a_company_and_of_a_sujet_goes_along(paire: Paire, client: Client) -> None:
    """TR-5."""
    creer_compte(par=paire.a.responsable, identite=identity("lou"))
    paire.merge()
    client.force_login(paire.b.responsable)
    html = client.get(reverse("catalog:comptes_historique")).content.decode()
    assert "Lou Roy" in html and "Entreprises réunies" in html
