"""Every act on the produits, their answers and their rights: the line it leaves (TR-1), and who it refuses by itself (AZ-2)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.utils import timezone

from accounts.models import EntreeJournal, Notification, User
from catalog.actions import acces, archivage, comptes, produit, strategie
from catalog.droits import DroitProduit
from catalog.models import DemandeAcces, Produit, StrategieGlobale
from parcours.actions import inscrire, retirer_inscription
from parcours.contexte import fetch_suivi
from parcours.referentiel import current
from questionnaires import actions as reponses
from questionnaires.engine.answers import digest, motif_token
from questionnaires.enums import DroitSujet, GenreSujet
from questionnaires.models import Reponse
from questionnaires.published import published_qualification
from tests.accounts.factories import UserFactory
from tests.catalog.factories import R1, STRATEGIE, StrategieFactory, as_answers, qualifier
from tests.parcours.factories import InscriptionFactory, ReponseFactory, complete_answers
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Scene:
    """A company, a produit enrolled in « socles », and the draft its responsable wrote."""

    people: People
    produit: Produit

    @property
    def par(self) -> User:
        return self.people["responsable"]

    def cible(self) -> reponses.Cible:
        return fetch_suivi(self.par, "socles", self.produit.pk).etape("interoperabilite").cible()

    def draft(self, **values: Any) -> Reponse:
        return ReponseFactory(sujet=self.produit, par=self.par, reponses=complete_answers(self.par, self.produit), **values)

    def fiche(self, **changes: Any) -> dict[str, Any]:
        return {**{name: getattr(self.produit, name) for name in produit.FIELDS}, **changes}

    def demande(self) -> DemandeAcces:
        return DemandeAcces.tous.create(entreprise=self.people.entreprise, produit=self.produit, demandeur=self.people["sans_droit"], droit=DroitSujet.LECTURE)


@pytest.fixture
def scene(people: People, produit: Produit) -> Scene:
    User.objects.filter(pk=people["sans_droit"].pk).update(gestionnaire=people["responsable"])
    InscriptionFactory(sujet=produit)
    return Scene(people, produit)


# --- One act for each line, by whom it is to be signed; each gives the object it was on -----------------------------------------
def add(scene: Scene, par: User) -> Model:
    return produit.ajouter_produit(entreprise=scene.people.entreprise, par=par, fiche=scene.fiche(nom="Agenda"), qualification=None, jeton=uuid.uuid4())


def modify(scene: Scene, par: User) -> Model:
    return produit.modifier_produit(produit=scene.produit, par=par, fiche=scene.fiche(nom="Agenda"))


def duplicate(scene: Scene, par: User) -> Model:
    return produit.dupliquer_produit(produit=scene.produit, par=par, jeton=uuid.uuid4())


def publish(scene: Scene, par: User) -> Model:
    Produit.tous.filter(pk=scene.produit.pk).update(publie=False)
    return produit.publier_produit(produit=scene.produit, par=par, publie=True)


def unpublish(scene: Scene, par: User) -> Model:
    return produit.publier_produit(produit=scene.produit, par=par, publie=False)


def archive(scene: Scene, par: User) -> Model:
    return archivage.archiver_produit(produit=scene.produit, par=par)


def restore(scene: Scene, par: User) -> Model:
    Produit.tous.filter(pk=scene.produit.pk).update(archive_le=timezone.now(), archive_par=scene.par)
    return archivage.restaurer_produit(produit=scene.produit, par=par)


def open_strategie(scene: Scene, par: User) -> Model:
    version = published_qualification(GenreSujet.STRATEGIE)
    qualification = produit.Qualification(version.questionnaire_id, version.pk, version.definition, as_answers(STRATEGIE))
    fiche = {"nom": "Politique", "responsable": scene.par, "certifications": ""}
    return strategie.initialiser_strategie(entreprise=scene.people.entreprise, par=par, fiche=fiche, qualification=qualification)


def modify_strategie(scene: Scene, par: User) -> Model:
    row: StrategieGlobale = StrategieFactory(entreprise=scene.people.entreprise, responsable=scene.par)
    return strategie.modifier_strategie(strategie=row, par=par, fiche={"nom": "Politique", "responsable": scene.par, "certifications": ""})


def enrol(scene: Scene, par: User) -> Model:
    retirer_inscription(inscription=scene.produit.inscriptions.get(), demarche=current().demarche("socles"), par=scene.par)
    return inscrire(sujet=scene.produit, demarche=current().demarche("socles"), referentiel=current(), par=par)


def unenrol(scene: Scene, par: User) -> Model:
    return retirer_inscription(inscription=scene.produit.inscriptions.get(), demarche=current().demarche("socles"), par=par)


def qualify(scene: Scene, par: User) -> Model:
    return qualifier(scene.produit.sujet_ptr, {**R1, "QP.05": "standard"}, par)


def ask_validation(scene: Scene, par: User) -> Model:
    scene.draft()
    return reponses.demander_validation(cible=scene.cible(), par=par)


def end_request(scene: Scene, par: User) -> Model:
    scene.draft(demandee=True)
    posted, tokens = {"A10.1": {"valeur": 1}}, {"A10.1": digest({"valeur": 3})}
    return reponses.enregistrer_brouillon(cible=scene.cible(), par=par, posted=posted, tokens=tokens).reponse


def send_back(scene: Scene, par: User) -> Model:
    scene.draft(demandee=True)
    return reponses.renvoyer(cible=scene.cible(), par=par, commentaire="À revoir")


def validate(scene: Scene, par: User) -> Model:
    scene.draft()
    return reponses.valider(cible=scene.cible(), par=par)


def abandon(scene: Scene, par: User) -> Model:
    row = scene.draft()
    reponses.abandonner_brouillon(cible=scene.cible(), par=par)
    return row


def change_rights(scene: Scene, par: User) -> Model:
    acces.modifier_droits_produits(compte=scene.people["sans_droit"], par=par, donner=[DroitProduit(scene.produit.pk, DroitSujet.LECTURE)])
    return scene.produit.sujet_ptr


def ask_access(scene: Scene, par: User) -> Model:
    return acces.demander_acces(produit=scene.produit, par=par, droit=DroitSujet.LECTURE).produit


def accept_access(scene: Scene, par: User) -> Model:
    return acces.accepter_acces(demande=scene.demande(), par=par).produit


def refuse_access(scene: Scene, par: User) -> Model:
    return acces.refuser_acces(demande=scene.demande(), par=par).produit


def take_back_request(scene: Scene, par: User) -> Model:
    return acces.retirer_demande_acces(demande=scene.demande(), par=par).produit


def leave(scene: Scene) -> User:
    """An account below the responsable, itself responsable of the produit."""
    leaver = UserFactory(entreprise=scene.people.entreprise, gestionnaire=scene.par)
    Produit.tous.filter(pk=scene.produit.pk).update(responsable=leaver)
    return leaver


def delete_account(scene: Scene, par: User) -> Model:
    return comptes.supprimer_compte(compte=leave(scene), par=par, reprises={scene.produit.pk: scene.people["lecteur"].pk})


def hand_over(scene: Scene, par: User) -> Model:
    delete_account(scene, par)
    return scene.produit.sujet_ptr


ACTES: dict[str, tuple[Callable[[Scene, User], Model], str]] = {
    "produit.ajoute": (add, "redacteur"),
    "produit.modifie": (modify, "redacteur"),
    "produit.duplique": (duplicate, "redacteur"),
    "produit.publie": (publish, "redacteur"),
    "produit.depublie": (unpublish, "redacteur"),
    "produit.archive": (archive, "valideur"),
    "produit.restaure": (restore, "valideur"),
    "strategie.initialisee": (open_strategie, "responsable"),
    "strategie.modifiee": (modify_strategie, "responsable"),
    "inscription.creee": (enrol, "redacteur"),
    "inscription.retiree": (unenrol, "redacteur"),
    "qualification.enregistree": (qualify, "redacteur"),
    "reponse.validation_demandee": (ask_validation, "redacteur"),
    "reponse.demande_retiree": (end_request, "redacteur"),
    "reponse.renvoyee": (send_back, "valideur"),
    "reponse.validee": (validate, "valideur"),
    "reponse.brouillon_abandonne": (abandon, "redacteur"),
    "droits.modifies": (change_rights, "responsable"),
    "acces.demande": (ask_access, "sans_droit"),
    "acces.accepte": (accept_access, "responsable"),
    "acces.refuse_par_gestionnaire": (refuse_access, "responsable"),
    "acces.retire": (take_back_request, "sans_droit"),
    "compte.supprime": (delete_account, "responsable"),
    "sujet.repris": (hand_over, "responsable"),
}
# Of the support and of the schedule: test_fusion, test_passation, test_inactivite.
ELSEWHERE = {"compte.retrograde", "compte.inactivite_signalee"}


@pytest.mark.parametrize("action", ACTES)
def test_an_act_leaves_one_line_signed_and_on_its_object(scene: Scene, action: str) -> None:
    act, who = ACTES[action]
    last = EntreeJournal.objects.count()
    target = act(scene, scene.people[who])
    (line,) = EntreeJournal.objects.filter(action=action, sequence__gt=last)
    assert (line.acteur, line.entreprise, line.issue) == (scene.people[who].pk, scene.people.entreprise.pk, "accepte")
    assert (line.target_type, line.target_id) == (target._meta.label_lower, str(target.pk))
    assert line.personne.nom == scene.people[who].nom_complet


def test_no_line_of_these_rooms_is_without_its_act() -> None:
    """A new act comes with its row above."""
    codes = re.compile(r'"((?:produit|strategie|sujet|inscription|qualification|reponse|droits|acces|compte)\.[a-z_]+)"')
    sources = [path for room in ("catalog", "questionnaires", "parcours") for path in (ROOT / room / "actions").rglob("*.py")]
    assert {code for path in sources for code in codes.findall(path.read_text())} == ACTES.keys() | ELSEWHERE


def declare_na(scene: Scene, par: User) -> Model:
    return reponses.declarer_section_na(cible=scene.cible(), par=par, section="A08.2").reponse


def explain_na(scene: Scene, par: User) -> Model:
    scene.draft(sections_na={"A08.2": {"motif": ""}})
    return reponses.motiver_sections_na(cible=scene.cible(), par=par, motifs={"A08.2": "Hors champ"}, tokens={"m-A08.2": motif_token("")}).reponse


# --- Refused ----------------------------------------------------------------------------------------------------------------
REFUSED = {
    modify: "lecteur",
    duplicate: "lecteur",
    unpublish: "lecteur",
    archive: "redacteur",
    restore: "redacteur",
    open_strategie: "redacteur",
    modify_strategie: "redacteur",
    unenrol: "lecteur",
    qualify: "lecteur",
    ask_validation: "lecteur",
    end_request: "lecteur",
    send_back: "redacteur",
    validate: "redacteur",
    abandon: "lecteur",
    change_rights: "valideur",
    ask_access: "valideur",
    accept_access: "valideur",
    refuse_access: "valideur",
    take_back_request: "lecteur",
    delete_account: "valideur",
    add: "lecteur",
    enrol: "lecteur",
    declare_na: "lecteur",
    explain_na: "lecteur",
}


@pytest.mark.parametrize("act", REFUSED, ids=lambda act: act.__name__)
@pytest.mark.parametrize("stranger", [False, True], ids=["colleague", "stranger"])
def test_an_act_asks_itself_who_may(scene: Scene, act: Callable[[Scene, User], Model], stranger: bool) -> None:
    """AZ-2, AZ-13: whatever page calls it, whoever lacks the right of it or comes from elsewhere is refused, signs nothing and tells nobody."""
    par = scene.people["other_entreprise" if stranger else REFUSED[act]]
    with pytest.raises(PermissionDenied):
        act(scene, par)
    assert not EntreeJournal.objects.filter(acteur=par.pk).exists()
    assert not Notification.tous.filter(emetteur=par).exists()
