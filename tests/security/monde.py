"""A small world: two companies with the same things in each, a third one suspended, the agency, and people of every right."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.usersessions.models import UserSession
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts import journal
from accounts.enums import Role
from accounts.models import Cgu, Courriel, DemandeDeCompte, Entreprise, Fusion, IdentiteExterne, PieceJustificative, Travail, User
from catalog.models import DemandeAcces, Produit, StrategieGlobale
from questionnaires.enums import DroitSujet
from questionnaires.models import Reponse
from questionnaires.rights import grant
from tests.accounts.factories import CguFactory, EntrepriseFactory, NotificationFactory, UserFactory, session_ailleurs
from tests.accounts.factories_demandes import DemandeFactory, PieceFactory
from tests.catalog.factories import ProduitFactory, StrategieFactory
from tests.parcours.factories import InscriptionFactory, ReponseFactory, complete_answers

GROUPES = (Role.SUPPORT, Role.AUDITEUR, Role.ADMINISTRATEUR, Role.GESTIONNAIRE_CONTENU)


@dataclass
class Cote:
    """What one company holds."""

    entreprise: Entreprise
    responsable: User
    produit: Produit
    archive: Produit
    strategie: StrategieGlobale
    validee: Reponse
    brouillon: Reponse
    travail: Travail
    echoue: Travail
    notification: Any
    collegue: User
    suspendu: User
    demande_acces: DemandeAcces
    demande_compte: DemandeDeCompte
    piece: PieceJustificative
    courriel: Courriel
    agent: User
    agent_ferme: User
    cgu: Cgu
    session: UserSession
    identite: IdentiteExterne
    fusion: Fusion | None = None


@dataclass
class Monde:
    """Two companies, and everybody by name."""

    a: Cote
    b: Cote
    acteurs: dict[str, User | None] = field(default_factory=dict)


def create_monde(mot: str = "") -> Monde:
    """Create it all; ``mot`` marks every text of company A, and its mirror every text of company B (AZ-5)."""
    monde = Monde(create_cote(f"alpha{mot}"), create_cote(f"beta{mot}"))
    a, entreprise = monde.a, monde.a.entreprise

    def contributeur(**fields: Any) -> User:
        return UserFactory(entreprise=entreprise, gestionnaire=a.responsable, **fields)

    lecteur, saisisseur, valideur = contributeur(), contributeur(), contributeur(peut_valider=True)
    grant(lecteur, a.produit, [DroitSujet.LECTURE])
    grant(saisisseur, a.produit, [DroitSujet.LECTURE, DroitSujet.SAISIE])
    grant(valideur, a.produit, list(DroitSujet))
    nomme = contributeur()
    Produit.tous.filter(pk=a.produit.pk).update(responsable=nomme)
    suspendue = EntrepriseFactory(suspendue=True)
    monde.acteurs = {
        "anonyme": None,
        "responsable_a": a.responsable,
        "lecteur_a": lecteur,
        "saisisseur_a": saisisseur,
        "valideur_a": valideur,
        "nomme_a": nomme,
        "createur_a": contributeur(peut_creer_produits=True),
        "stratege_a": contributeur(acces_strategie=True),
        "sans_droit_a": a.demande_acces.demandeur,
        "inactif_a": a.suspendu,
        "responsable_suspendu": UserFactory(entreprise=suspendue, responsable=True),
        "responsable_b": monde.b.responsable,
        "contributeur_b": UserFactory(entreprise=monde.b.entreprise, tous_droits=True),
        "agence": UserFactory(agence=True, double_facteur=True),
        **{role: UserFactory(agence=True, double_facteur=True, role=role) for role in GROUPES},
    }
    for actor in ("agence", *GROUPES):
        RecoveryCodes.activate(monde.acteurs[actor])
    for cote in (monde.a, monde.b):
        DemandeDeCompte.objects.filter(pk=cote.demande_compte.pk).update(prise_par=monde.acteurs[Role.SUPPORT])
        cote.fusion = Fusion.objects.create(
            absorbee=cote.entreprise,
            absorbante=UserFactory(responsable=True).entreprise,
            motif=f"Rachat de {cote.entreprise}",
            proposee_par=monde.acteurs["agence"],
        )
    return monde


def create_cote(mot: str) -> Cote:
    """Fill one company; every text of it bears its word."""
    entreprise = EntrepriseFactory(raison_sociale=f"Société {mot}")
    responsable = UserFactory(entreprise=entreprise, responsable=True, last_name=f"Nom-{mot}", first_name=f"Prenom-{mot}")
    produit = ProduitFactory(entreprise=entreprise, responsable=responsable, nom=f"Produit {mot}", description=f"Description {mot}", qualified=True)
    archive = ProduitFactory(entreprise=entreprise, responsable=responsable, nom=f"Archive {mot}", archive=True, archive_par=responsable)
    strategie = StrategieFactory(entreprise=entreprise, responsable=responsable, nom=f"Strategie {mot}", qualified=True)
    InscriptionFactory(sujet=produit, inscrite_par=responsable)
    answers = complete_answers(responsable, produit)
    answers["A08.1.1"] = {"valeur": 2, "commentaire": f"Commentaire {mot}"}
    validee = ReponseFactory(sujet=produit, validee=True, par=responsable, reponses=answers)
    collegue = UserFactory(entreprise=entreprise, gestionnaire=responsable, last_name=f"Collegue-{mot}", password=None)
    demandeur = UserFactory(entreprise=entreprise, gestionnaire=responsable, last_name=f"Sansdroit-{mot}")
    write_history(responsable, collegue, produit, strategie, validee)
    changed = {**answers, "A08.1.1": {"valeur": 1, "commentaire": f"Brouillon {mot}"}}
    brouillon = ReponseFactory(sujet=produit, demandee=True, par=responsable, reponses=changed)
    return Cote(
        entreprise=entreprise,
        responsable=responsable,
        produit=produit,
        archive=archive,
        strategie=strategie,
        validee=validee,
        brouillon=brouillon,
        travail=_finished_travail(entreprise, responsable, mot),
        echoue=Travail.tous.create(
            kind="resultats-excel",
            cle=f"echec-{mot}",
            demandeur=responsable,
            entreprise=entreprise,
            etat="echec",
            erreur="Échec",
            essais=5,
            termine_le=timezone.now(),
        ),
        notification=NotificationFactory(destinataire=responsable, contenu=f"Avis {mot}"),
        collegue=collegue,
        suspendu=UserFactory(entreprise=entreprise, gestionnaire=responsable, last_name=f"Suspendu-{mot}", inactif=True),
        demande_acces=DemandeAcces.tous.create(entreprise=entreprise, produit=produit, demandeur=demandeur, droit="lecture", message=f"Message {mot}"),
        demande_compte=(recue := DemandeFactory(recue=True, raison_sociale=f"Demande {mot}", nom=f"Demandeur {mot}")),
        piece=PieceFactory(demande=recue, nom=f"kbis-{mot}.pdf"),
        identite=IdentiteExterne.objects.create(compte=responsable, fournisseur="proconnect", sujet=f"sujet-{mot}", adresse=f"{mot}@pc.example"),
        courriel=Courriel.objects.create(
            destinataire="injoignable@lab.example", sujet=f"Objet {mot}", texte=f"Courriel {mot}", dedupe_key=f"notification:{mot}", etat="echec", essais=5
        ),
        agent=UserFactory(agence=True, role=Role.PILOTE, password=None),
        agent_ferme=UserFactory(agence=True, role=Role.PILOTE, inactif=True),
        cgu=CguFactory(publiee_le=timezone.now() + timedelta(days=1000)),  # not in force: it asks nothing of anybody
        session=session_ailleurs(responsable, f"Navigateur {mot}"),
    )


def write_history(par: User, compte: User, produit: Produit, strategie: StrategieGlobale, reponse: Reponse) -> None:
    """Write lines of each kind in the journal, as the actions do."""
    journal.record("produit.modifie", par=par, target=produit, details={"champs": ["nom"]})
    journal.record("droits.modifies", par=par, target=produit, details={"compte": compte.pk, "donnes": ["lecture"], "retires": []})
    journal.record("strategie.modifiee", par=par, target=strategie)
    journal.record("reponse.validee", par=par, target=reponse)
    journal.record("compte.droits_modifies", par=par, target=compte, details={"donnes": ["valider"], "retires": []})
    journal.record("entreprise.creee", par=None, target=par.entreprise)


def _finished_travail(entreprise: Entreprise, demandeur: User, mot: str) -> Travail:
    travail = Travail.tous.create(
        kind="resultats-excel",
        cle=f"cle-{mot}",
        demandeur=demandeur,
        entreprise=entreprise,
        etat="termine",
        termine_le=timezone.now(),
        expire_le=timezone.now() + timedelta(days=7),
        nom_fichier=f"resultats-{mot}.xlsx",
        type_mime="application/octet-stream",
    )
    travail.fichier.save("x", ContentFile(f"Fichier {mot}".encode()))
    return travail
