"""The demonstration: two companies that see nothing of each other, and a produit in every state.

Everything goes through the very actions people use; only the enrolment in the two closed démarches, which no button
offers any more, is written as it was when they were open (R-45).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction

from accounts import journal
from accounts.actions.demandes import deposer_demande
from accounts.enums import Droit, Profil, Role
from accounts.models import AcceptationCgu, Cgu, Entreprise, User
from catalog import actions as catalogue
from catalog.actions.acces import modifier_droits_produits
from catalog.actions.produit import Qualification
from catalog.droits import DroitProduit
from catalog.models import Produit
from parcours import actions as parcours
from parcours.contexte import Etape, fetch_suivi
from parcours.models import Inscription
from parcours.referentiel import Referentiel, current
from questionnaires import actions as reponses
from questionnaires.engine.answers import digest
from questionnaires.enums import DroitSujet, GenreSujet
from questionnaires.published import published_qualification

MOT_DE_PASSE = "Cormoran-7-Lanterne"


@dataclass(frozen=True)
class Compte:
    """One account of the demonstration, as ``comptes_demo`` prints it."""

    login: str
    prenom: str
    nom: str
    fonction: str
    role: str
    siren: str
    profil: Profil = Profil.CONTRIBUTEUR
    droits: tuple[str, ...] = ()


@dataclass(frozen=True)
class CompteAgence:
    """One account of the agency; its second factor is as public as its password: ``code_demo`` gives the code of the moment."""

    login: str
    prenom: str
    nom: str
    fonction: str
    role: str
    groupe: Role
    secret: str


ATLAS, BOREAL = "732829320", "552100554"
ENTREPRISES = {ATLAS: "Atlas e-santé", BOREAL: "Boréal Santé Numérique"}
COMPTES = (
    Compte("claire.martin", "Claire", "Martin", "Directrice des produits", "responsable d'Atlas e-santé", ATLAS, Profil.RESPONSABLE),
    Compte(
        "hugo.bernard",
        "Hugo",
        "Bernard",
        "Chef de produit",
        "contributeur d'Atlas e-santé : crée des produits, valide",
        ATLAS,
        droits=("peut_creer_produits", "peut_valider"),
    ),
    Compte("ines.moreau", "Inès", "Moreau", "Ingénieure interopérabilité", "contributrice d'Atlas e-santé : saisie sans validation", ATLAS),
    Compte("paul.girard", "Paul", "Girard", "Assistant", "contributeur d'Atlas e-santé : lecture d'un seul produit", ATLAS),
    Compte("lea.fontaine", "Léa", "Fontaine", "Présidente", "responsable de Boréal Santé Numérique, autre entreprise", BOREAL, Profil.RESPONSABLE),
)
AGENCE = (
    CompteAgence(
        "sophie.laurent",
        "Sophie",
        "Laurent",
        "Chargée de support",
        "agence, support : demandes, entreprises, comptes",
        Role.SUPPORT,
        "KVKFKRCPNZQUYMLXOVYDSQKJKZDTSRLD",
    ),
    CompteAgence(
        "karim.benali",
        "Karim",
        "Benali",
        "Chargé de support",
        "agence, support : approuve les fusions que sa collègue propose",
        Role.SUPPORT,
        "MLXOVYDSQKJKZDTSRLDKVKFKRCPNZQUY",
    ),
    CompteAgence("marc.aubry", "Marc", "Aubry", "Auditeur", "agence, auditeur : journal", Role.AUDITEUR, "JBSWY3DPEHPK3PXPKVKFKRCPNZQUYMLX"),
    CompteAgence(
        "aline.roche",
        "Aline",
        "Roche",
        "Administratrice",
        "agence, administrateur : comptes de l'agence, groupes, travail de fond",
        Role.ADMINISTRATEUR,
        "LXOVYDSQKJKZDTSRLDKVKFKRCPNZQUYM",
    ),
    CompteAgence(
        "jules.mercier",
        "Jules",
        "Mercier",
        "Gestionnaire de contenu",
        "agence, contenu : conditions d'utilisation",
        Role.GESTIONNAIRE_CONTENU,
        "PXPKVKFKRCPNZQUYMLXJBSWY3DPEHPK3",
    ),
)

# A company that asks for an account, for the support to play with.
DEMANDE: dict[str, Any] = {
    "raison_sociale": "Cobalt Rééducation",
    "forme_juridique": "SAS",
    "siren": "512345679",
    "siret": "51234567900017",
    "rcs": "RCS Lyon",
    "adresse": "12 quai des Étroits\n69005 Lyon",
    "site": "https://cobalt.example",
    "prenom": "Yanis",
    "nom": "Perrot",
    "fonction": "Président",
    "email": "yanis.perrot@cobalt.example",
    "telephone": "04 72 00 00 00",
    "qualite": "mandataire",
    "login": "yanis.perrot",
}

# A SaaS for professionals and users that interacts with shared documents.
PROFIL_SAAS: dict[str, Any] = {
    "QP.01": "probable",
    "QP.02": "aucune",
    "QP.03": "non_probable",
    "QP.04": "aucune",
    "QP.05": "saas",
    "QP.06": ["professionnels", "usagers"],
    "QP.07": "oui",
    "QP.08": "tiers",
    "QP.09": "consommateur",
    "QP.10": "cree_affiche",
    "QP.11": "interagit",
    "QP.12": "aucun",
    "QP.13": "non",
    "QP.14": "non",
    "QP.15": "non",
    "QP.16": "non",
    "QP.17": ["aucune"],
    "QP.18": "oui",
    "QP.19": ["synchrone"],
    "QP.20": ["aucun"],
    "QP.21": ["aucun"],
    "QP.22": ["aucune"],
    "QP.23": ["aucun"],
    "QP.24": "non",
    "QP.25": "non",
    "QP.26": "non",
    "QP.27": "non",
    "QP.28": "non",
}
INTEROPERABILITE = {"A08.1.1": 1, "A08.2.1": 0, "A08.3.1": 2, "A08.4.1": 2, "A08.5.01": 2, "A08.5.23": 2, "A10.1": 0}


@transaction.atomic
def charger_demo() -> bool:
    """Create the demonstration; False when it is there already."""
    if Entreprise.objects.filter(siren=ATLAS).exists():
        return False
    _Demo(current()).create()
    return True


class _Demo:
    def __init__(self, referentiel: Referentiel):
        self.referentiel = referentiel
        self.comptes: dict[str, User] = {}

    def create(self) -> None:
        self._create_comptes()
        claire, hugo, ines, paul, lea = (self.comptes[compte.login] for compte in COMPTES)
        self._produits_atlas(claire, hugo, ines, paul)
        self._strategie(claire)
        deposer_demande(jeton=uuid.uuid4(), champs=DEMANDE, avec_courriel=False)
        self._produit(lea, "Boréal Agenda", "3.0", "Prise de rendez-vous et rappels pour les cabinets.")

    def _create_comptes(self) -> None:
        cgu = _publish_cgu()
        entreprises = {siren: Entreprise.objects.create(siren=siren, raison_sociale=nom) for siren, nom in ENTREPRISES.items()}
        for compte in COMPTES:
            entreprise = entreprises[compte.siren]
            user = User.objects.create_user(
                compte.login,
                f"{compte.login}@{'atlas' if compte.siren == ATLAS else 'boreal'}.example",
                MOT_DE_PASSE,
                first_name=compte.prenom,
                last_name=compte.nom,
                fonction=compte.fonction,
                entreprise=entreprise,
                profil=compte.profil,
                gestionnaire=next((other for other in self.comptes.values() if other.entreprise == entreprise), None),
                **dict.fromkeys(compte.droits, True),
            )
            AcceptationCgu.objects.create(user=user, cgu=cgu)
            droits = [droit for droit in Droit if user.holds(droit) and not user.is_responsable]
            journal.record("compte.cree", par=user.gestionnaire, target=user, details={"droits": droits})
            self.comptes[compte.login] = user
        for agent in AGENCE:
            _create_agent(agent, cgu)

    def _produits_atlas(self, claire: User, hugo: User, ines: User, paul: User) -> None:
        self._produit(claire, "Atlas Pilote", "0.9", "Maquette du futur tableau de bord des établissements.", qualifie=False)
        self._produit(claire, "Atlas Prévention", "2.4", "Conseils de prévention personnalisés pour les usagers.")
        suivi = self._produit(claire, "Atlas Suivi Web", "5.2", "Suivi partagé des patients chroniques entre ville et hôpital.")
        _give(claire, ines, suivi, DroitSujet.SAISIE)
        _give(claire, paul, suivi, DroitSujet.LECTURE)
        self._enrol(suivi, "socles", claire)
        self._answer(claire, "socles", suivi, "interoperabilite", INTEROPERABILITE, valider=True)
        self._answer(ines, "socles", suivi, "securite", self._levels(claire, suivi, "securite", 2, share=0.6), demander=True)
        self._answer(claire, "socles", suivi, "urbanisation", self._levels(claire, suivi, "urbanisation", 2, share=0.5))

        complet = self._produit(hugo, "Atlas Messagerie", "8.1", "Messagerie sécurisée intégrée au dossier de soins.")
        _give(claire, ines, complet, DroitSujet.SAISIE)
        self._enrol(complet, "socles", hugo)
        for code in ("interoperabilite", "urbanisation", "securite"):
            self._answer(hugo, "socles", complet, code, self._levels(hugo, complet, code, 3), valider=True)
        for demarche in ("mes-sans-echange", "mes-avec-echange"):
            self._enrol_as_before(complet, demarche, hugo)

        nouveau = self._produit(claire, "Atlas Domicile Android tablette", "1.0", "Recueil de mesures au domicile des patients.")
        self._enrol(nouveau, "socles", claire)
        self._produit(claire, "Atlas Suivi, module imagerie", "1.3", "Affiche les comptes rendus d'imagerie dans Atlas Suivi.", socle=suivi)
        ancien = self._produit(claire, "Atlas Agenda", "4.7", "Ancien module d'agenda, remplacé en 2025.")
        catalogue.archiver_produit(produit=ancien, par=claire)

    def _produit(self, par: User, nom: str, version: str, description: str, *, qualifie: bool = True, socle: Produit | None = None) -> Produit:
        fiche = {
            "nom": nom,
            "version": version,
            "type": "option" if socle else "socle",
            "socles": [socle] if socle else [],
            "nil": "",
            "responsable": par,
            "description": description,
            "certifications": "",
            "dispositifs": ["mes"],
        }
        qualification = self._qualification(GenreSujet.PRODUIT, PROFIL_SAAS) if qualifie else None
        return catalogue.ajouter_produit(entreprise=par.entreprise, par=par, fiche=fiche, qualification=qualification, jeton=uuid.uuid4())

    def _qualification(self, genre: GenreSujet, profil: Mapping[str, Any]) -> Qualification:
        version = published_qualification(genre)
        answers = {code: {"valeur": valeur} for code, valeur in profil.items()}
        return Qualification(version.questionnaire_id, version.pk, version.definition, answers)

    def _enrol(self, produit: Produit, demarche: str, par: User) -> None:
        parcours.inscrire(sujet=produit.sujet_ptr, demarche=self.referentiel.demarche(demarche), referentiel=self.referentiel, par=par)

    def _enrol_as_before(self, produit: Produit, demarche: str, par: User) -> None:
        info = self.referentiel.demarche(demarche)
        Inscription.tous.create(entreprise=produit.entreprise, sujet_id=produit.pk, demarche_id=info.id, inscrite_par=par)

    def _levels(self, par: User, produit: Produit, questionnaire: str, level: int, share: float = 1.0) -> dict[str, int]:
        """Answer the first criteria shown at one level, down to the share asked for."""
        codes = self._etape(par, "socles", produit, questionnaire).shown.codes
        return dict.fromkeys(codes[: round(len(codes) * share)], level)

    def _etape(self, par: User, demarche: str, sujet: Any, questionnaire: str) -> Etape:
        return fetch_suivi(par, demarche, sujet.pk).etape(questionnaire)

    def _answer(
        self, par: User, demarche: str, sujet: Any, questionnaire: str, levels: Mapping[str, Any], *, valider: bool = False, demander: bool = False
    ) -> None:
        cible = self._etape(par, demarche, sujet, questionnaire).cible()
        posted = {code: {"valeur": level} for code, level in levels.items()}
        reponses.enregistrer_brouillon(cible=cible, par=par, posted=posted, tokens={code: digest({}) for code in posted})
        if valider:
            reponses.valider(cible=cible, par=par)
        elif demander:
            reponses.demander_validation(cible=cible, par=par)

    def _strategie(self, par: User) -> None:
        fiche = {"nom": par.entreprise.raison_sociale, "responsable": par, "certifications": "ISO 27001"}
        qualification = self._qualification(GenreSujet.STRATEGIE, {"QS.01": "oui", "QS.02": ["support"]})
        strategie = catalogue.initialiser_strategie(entreprise=par.entreprise, par=par, fiche=fiche, qualification=qualification)
        levels = {"A08.6.1": 2, "A08.7.1": "NA", "AOP.1": 3, "AOP.2": 1}
        self._answer(par, "socles", strategie, "politique-globale", levels, valider=True)


def _give(par: User, compte: User, produit: Produit, droit: DroitSujet) -> None:
    modifier_droits_produits(compte=compte, par=par, donner=[DroitProduit(produit.pk, droit)])


def _create_agent(agent: CompteAgence, cgu: Cgu) -> None:
    user = User.objects.create_user(
        agent.login,
        f"{agent.login}@agence.example",
        MOT_DE_PASSE,
        first_name=agent.prenom,
        last_name=agent.nom,
        fonction=agent.fonction,
        profil=Profil.AGENCE,
    )
    user.groups.add(Group.objects.get(name=agent.groupe))
    TOTP.activate(user, agent.secret)
    AcceptationCgu.objects.create(user=user, cgu=cgu)


def _publish_cgu() -> Cgu:
    text = (Path(settings.BASE_DIR) / "fixtures" / "pages" / "cgu.txt").read_text(encoding="utf-8")
    return Cgu.objects.get_or_create(version="2026-1", defaults={"texte": text})[0]
