"""Who may reach what: one row per URL name of the site (AZ-1). A URL without a row fails the build.

A row names the actors admitted for each method; all the others are refused as the kind of page says: another company's
object is a 404, a missing right inside one's company a 403, a visitor goes to sign in (AZ-4).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .monde import Cote

COTE_A = frozenset({"responsable_a", "lecteur_a", "saisisseur_a", "valideur_a", "nomme_a", "createur_a", "stratege_a", "sans_droit_a"})
COTE_B = frozenset({"responsable_b", "contributeur_b"})
ENTREPRISES = COTE_A | COTE_B
AGENCE = frozenset({"agence", "support", "auditeur", "administrateur", "gestionnaire_contenu"})
SUPPORT = frozenset({"support"})
ADMINISTRATEUR = frozenset({"administrateur"})
CONTENU = frozenset({"gestionnaire_contenu"})
SHUT_OUT = frozenset({"anonyme", "inactif_a", "responsable_suspendu"})

LECTURE = frozenset({"responsable_a", "lecteur_a", "saisisseur_a", "valideur_a", "nomme_a"})
SAISIE = frozenset({"responsable_a", "saisisseur_a", "valideur_a", "nomme_a"})
VALIDATION = frozenset({"responsable_a", "valideur_a"})
RESPONSABLE = frozenset({"responsable_a"})
CREATION = frozenset({"responsable_a", "createur_a"})
DEMANDEURS = frozenset({"lecteur_a", "createur_a", "stratege_a", "sans_droit_a"})
EVERYBODY = "everybody"

Kwargs = Callable[[Cote], dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """One URL: of what kind, with which object of company A, and who is admitted by each method.

    Kinds: « public »; « compte » (any signed-in account); « second facteur » (those who have one, here the agency);
    « entreprise » (any account of a company, each in its own);
    « objet » (an object of company A); « personnel » (an object of one person: a 404 for everybody else).
    """

    kind: str
    get: frozenset[str] = frozenset()
    post: frozenset[str] = frozenset()
    kwargs: Kwargs = lambda cote: {}
    data: Kwargs = lambda cote: {}


def _none(cote: Cote) -> dict[str, Any]:
    return {}


def _produit(cote: Cote) -> dict[str, Any]:
    return {"reference": cote.produit.pk}


def _archive(cote: Cote) -> dict[str, Any]:
    return {"reference": cote.archive.pk}


def _inscrit(cote: Cote) -> dict[str, Any]:
    return {"demarche": "socles", "reference": cote.produit.pk}


def _questionnaire(cote: Cote) -> dict[str, Any]:
    return {**_inscrit(cote), "questionnaire": "interoperabilite"}


NOM = {"first_name": "Lou", "last_name": "Roy"}


def _collegue(cote: Cote) -> dict[str, Any]:
    return {"pk": cote.collegue.pk}


def _suspendu(cote: Cote) -> dict[str, Any]:
    return {"pk": cote.suspendu.pk}


def _demande_acces(cote: Cote) -> dict[str, Any]:
    return {"pk": cote.demande_acces.pk}


def _demande_compte(cote: Cote) -> dict[str, Any]:
    return {"pk": cote.demande_compte.pk}


def support(*, get: bool = False, post: bool = False, kwargs: Kwargs = _demande_compte, data: Kwargs = _none) -> Row:
    """A page of the support alone (AZ-11)."""
    return Row("droit", SUPPORT if get else frozenset(), SUPPORT if post else frozenset(), kwargs, data)


def administrateur(*, get: bool = False, post: bool = False, kwargs: Kwargs = _none, data: Kwargs = _none) -> Row:
    """A page of the administrateurs alone (R-55)."""
    return Row("droit", ADMINISTRATEUR if get else frozenset(), ADMINISTRATEUR if post else frozenset(), kwargs, data)


def _key(name: str, argument: str = "pk") -> Kwargs:
    """Name an object of the world by its key."""
    return lambda cote: {argument: getattr(cote, name).pk}


def _entreprise(cote: Cote) -> dict[str, Any]:
    return {**_identite(cote), "raison_sociale": "Neuve", "siren": "552100554", "motif": "Convention signée en séance", "etape": "inscrire"}


def _identite(cote: Cote) -> dict[str, Any]:
    return {"first_name": "A", "last_name": "B", "email": "a.b@agence.example", "username": "a.b", "groupes": "pilote"}


def public() -> Row:
    return Row("public")


def compte() -> Row:
    return Row("compte")


def entreprise(*, post: bool = False, kwargs: Kwargs = _none, data: Kwargs = _none) -> Row:
    return Row("entreprise", get=frozenset() if post else ENTREPRISES, post=ENTREPRISES if post else frozenset(), kwargs=kwargs, data=data)


def objet(kwargs: Kwargs, *, get: frozenset[str] = frozenset(), post: frozenset[str] = frozenset(), data: Kwargs = _none) -> Row:
    return Row("objet", get, post, kwargs, data)


def personnel(kwargs: Kwargs, *, get: bool = False, post: bool = False) -> Row:
    return Row("personnel", RESPONSABLE if get else frozenset(), RESPONSABLE if post else frozenset(), kwargs)


TABLE: dict[str, Row] = {
    **{
        name: public()
        for name in (
            "accueil",
            "accessibilite",
            "mentions_legales",
            "donnees_personnelles",
            "cgu",
            "galerie",
            "courriels",
            "sante",
            "pret",
            "account_login",
            "account_logout",
            "account_inactive",
            "account_reset_password",
            "account_reset_password_done",
            "account_reset_password_from_key_done",
            "questionnaires:liste",
            "questionnaires:liste_excel",
            "mfa_authenticate",
            "accounts:demande_compte",
            "accounts:demande_envoyee",
            "accounts:depot_fini",
            "accounts:depot_lien_envoye",
        )
    },
    **{name: Row("public", kwargs=lambda cote: {"fournisseur": "proconnect"}) for name in ("accounts:openid_connexion", "accounts:openid_retour")},
    **{name: Row("public", kwargs=lambda cote: {"jeton": "x" * 22}) for name in ("accounts:depot", "accounts:depot_transmettre", "accounts:depot_renouveler")},
    "accounts:depot_retirer": Row("public", kwargs=lambda cote: {"jeton": "x" * 22, "pk": cote.piece.pk}),
    **{name: Row("public", kwargs=lambda cote: {"cle": "inconnu"}) for name in ("courriel", "courriel_message")},
    "questionnaires:liste_questionnaire": Row("public", kwargs=lambda cote: {"demarche": "socles", "questionnaire": "securite"}),
    "questionnaires:image": Row("public", kwargs=lambda cote: {"nom": "interoperabilite/couches-ci-sis.svg"}),
    "account_reset_password_from_key": Row("public", kwargs=lambda cote: {"uidb36": "1", "key": "x-y"}),
    **{
        name: compte()
        for name in (
            "account_reauthenticate",
            "account_change_password",
            "account_set_password",
            "mfa_index",
            "mfa_reauthenticate",
            "mfa_activate_totp",
            "mfa_generate_recovery_codes",
            "accounts:identites",
            "accounts:sessions",
            "accounts:sessions_fermer",
            "accounts:cgu_accepter",
            "accounts:mes_informations",
            "accounts:notifications",
        )
    },
    **{name: Row("second facteur") for name in ("mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_download_recovery_codes")},
    **{name: compte() for name in ("accounts:adresse", "accounts:preferences", "accounts:double_facteur", "accounts:mes_donnees", "accounts:session_duree")},
    **{name: compte() for name in ("mfa_list_webauthn", "mfa_add_webauthn", "mfa_reauthenticate_webauthn")},
    **{name: Row("compte", kwargs=lambda cote: {"pk": 1}) for name in ("mfa_edit_webauthn", "mfa_remove_webauthn")},
    "accounts:adresse_confirmer": Row("compte", kwargs=lambda cote: {"jeton": "A" * 22}),
    **{
        name: Row("compte", post=ENTREPRISES)
        for name in ("accounts:adresse_annuler", "accounts:mes_donnees_exporter", "accounts:saisie_abandonner", "accounts:session_prolonger")
    },
    "accounts:notifications_lues": Row("compte", post=ENTREPRISES),
    "accounts:notification_lue": personnel(lambda cote: {"pk": cote.notification.pk}, post=True),
    "accounts:notification_non_lue": personnel(lambda cote: {"pk": cote.notification.pk}, post=True),
    "accounts:identite_confirmer": Row("compte", kwargs=lambda cote: {"fournisseur": "proconnect"}),
    "accounts:identite_reconfirmer": Row("compte", post=ENTREPRISES, kwargs=lambda cote: {"fournisseur": "proconnect"}),
    "accounts:identite_rattacher": Row("compte", post=ENTREPRISES, kwargs=lambda cote: {"fournisseur": "proconnect"}),
    "accounts:identite_detacher": personnel(lambda cote: {"pk": cote.identite.pk}, get=True, post=True),
    "accounts:session_fermer": personnel(lambda cote: {"pk": cote.session.pk}, get=True, post=True),
    "accounts:travail": personnel(lambda cote: {"pk": cote.travail.pk}, get=True),
    "accounts:travail_fichier": personnel(lambda cote: {"pk": cote.travail.pk}, get=True),
    "accounts:travail_relancer": personnel(lambda cote: {"pk": cote.echoue.pk}, post=True),
    "gestion:accueil": Row("droit", get=AGENCE),
    "gestion:demandes": support(get=True, kwargs=_none),
    "gestion:demande": support(get=True),
    "gestion:demande_prendre": support(post=True),
    "gestion:demande_liberer": support(post=True),
    "gestion:demande_noter": support(post=True, data=lambda cote: {"texte": "à rappeler"}),
    "gestion:demande_pieces": support(post=True),
    "gestion:demande_piece": support(get=True, kwargs=lambda cote: {"pk": cote.demande_compte.pk, "piece": cote.piece.pk}),
    "gestion:demande_accepter": support(get=True, post=True),
    "gestion:demande_refuser": support(get=True, post=True, data=lambda cote: {"motif": "Kbis illisible"}),
    **{f"gestion:accounts_{model}_changelist": support(get=True, kwargs=_none) for model in ("entreprise", "user")},
    **{f"gestion:accounts_entreprise_{page}": support(get=True, kwargs=lambda cote: {"object_id": cote.entreprise.pk}) for page in ("change", "history")},
    **{f"gestion:accounts_user_{page}": support(get=True, kwargs=lambda cote: {"object_id": cote.responsable.pk}) for page in ("change", "history")},
    **{f"gestion:accounts_agent_{page}": administrateur(get=True, kwargs=_key("agent", "object_id")) for page in ("change", "history")},
    **{f"gestion:{model}_changelist": administrateur(get=True) for model in ("accounts_agent", "accounts_travail", "auth_group")},
    "gestion:auth_group_change": administrateur(get=True, kwargs=lambda cote: {"object_id": cote.agent.groups.get().pk}),
    "gestion:accounts_travail_change": administrateur(get=True, kwargs=_key("echoue", "object_id")),
    "gestion:travail_relancer": administrateur(post=True, kwargs=_key("echoue")),
    "gestion:agent_ouvrir": administrateur(get=True, post=True, data=_identite),
    "gestion:agent_corriger": administrateur(get=True, post=True, kwargs=_key("agent"), data=lambda cote: NOM),
    "gestion:agent_second_facteur": administrateur(get=True, post=True, kwargs=_key("agent"), data=lambda cote: {"reconnue": "on"}),
    "gestion:agent_groupes": administrateur(get=True, post=True, kwargs=_key("agent"), data=lambda cote: {"groupes": "support"}),
    "gestion:agent_suspendre": administrateur(get=True, post=True, kwargs=_key("agent")),
    "gestion:agent_reactiver": administrateur(post=True, kwargs=_key("agent_ferme")),
    "gestion:agent_lien": administrateur(post=True, kwargs=_key("agent")),
    "gestion:accounts_cgu_changelist": Row("droit", get=CONTENU),
    **{f"gestion:accounts_cgu_{page}": Row("droit", get=CONTENU, kwargs=_key("cgu", "object_id")) for page in ("change", "history")},
    "gestion:cgu_publier": Row("droit", get=CONTENU, post=CONTENU, data=lambda cote: {"version": "2099", "texte": "Texte", "etape": "publier"}),
    "gestion:journal": Row("droit", get=frozenset({"auditeur"})),
    "gestion:journal_exporter": Row("droit", post=frozenset({"auditeur"}), data=lambda cote: {"format": "csv"}),
    "gestion:courriels": Row("droit", get=ADMINISTRATEUR),
    "gestion:courriels_relancer": Row("droit", post=ADMINISTRATEUR),
    "gestion:courriel_relancer": Row("droit", post=ADMINISTRATEUR, kwargs=lambda cote: {"pk": cote.courriel.pk}),
    **{
        f"gestion:entreprise_{act}": support(get=True, post=True, kwargs=lambda cote: {"pk": cote.entreprise.pk}, data=lambda cote: {"motif": "Usage anormal"})
        for act in ("suspendre", "retablir", "responsable")
    },
    **{
        f"gestion:compte_{act}": support(get=True, post=True, kwargs=_collegue, data=lambda cote: {"motif": "Usage anormal"})
        for act in ("suspendre", "retablir")
    },
    "gestion:entreprise_creer": support(get=True, post=True, kwargs=_none, data=_entreprise),
    "gestion:compte_corriger": support(get=True, post=True, kwargs=_collegue, data=lambda cote: NOM),
    "gestion:compte_second_facteur": support(get=True, post=True, kwargs=_collegue, data=lambda cote: {"reconnue": "on"}),
    "gestion:compte_lien": support(post=True, kwargs=_collegue),
    "gestion:fusion_proposer": support(get=True, kwargs=lambda cote: {"pk": cote.entreprise.pk}),
    "gestion:accounts_fusion_changelist": support(get=True, kwargs=_none),
    "gestion:accounts_fusion_change": support(get=True, kwargs=lambda cote: {"object_id": cote.fusion.pk}),
    **{
        f"gestion:fusion_{act}": support(get=True, post=True, kwargs=lambda cote: {"pk": cote.fusion.pk}, data=lambda cote: {"motif": "Erreur"})
        for act in ("approuver", "confirmer", "annuler", "ecarter")
    },
    "catalog:catalogue": entreprise(),
    "catalog:produit_ajouter": Row("droit", get=CREATION | COTE_B, post=CREATION | COTE_B),
    "catalog:questions_affichees": entreprise(post=True, kwargs=lambda cote: {"genre": "produit"}),
    "catalog:strategie_initialiser": Row("droit", get=frozenset({"responsable_a", "stratege_a"}) | COTE_B),
    "catalog:produit_archiver": objet(_produit, get=VALIDATION, post=VALIDATION),
    "catalog:produit_restaurer": objet(_archive, post=RESPONSABLE),
    "catalog:produit_dupliquer": objet(_produit, get=RESPONSABLE, post=RESPONSABLE, data=lambda cote: {"jeton": str(cote.produit.jeton_creation)[::-1]}),
    "catalog:produit_publication": objet(_produit, get=SAISIE, post=SAISIE, data=lambda cote: {"publie": "non"}),
    "catalog:comptes": Row("droit", get=RESPONSABLE | COTE_B),
    "catalog:compte_creer": Row("droit", get=RESPONSABLE | COTE_B, post=RESPONSABLE | COTE_B),
    "catalog:compte": objet(_collegue, get=RESPONSABLE),
    "catalog:comptes_historique": Row("droit", get=RESPONSABLE | {"responsable_b"}),
    "catalog:compte_historique": objet(_collegue, get=RESPONSABLE),
    "catalog:compte_droits": objet(_collegue, post=RESPONSABLE, data=lambda cote: {"droit": "valider"}),
    "catalog:compte_produits": objet(_collegue, post=RESPONSABLE, data=lambda cote: {"droit": f"{cote.produit.pk}-saisie"}),
    "catalog:compte_dependants": objet(_collegue, get=RESPONSABLE, post=RESPONSABLE),
    "catalog:compte_corriger": objet(_collegue, get=RESPONSABLE, post=RESPONSABLE, data=lambda cote: NOM),
    "catalog:compte_lien": objet(_collegue, post=RESPONSABLE),
    "catalog:compte_suspendre": objet(_collegue, get=RESPONSABLE, post=RESPONSABLE),
    "catalog:compte_reactiver": objet(_suspendu, post=RESPONSABLE),
    "catalog:compte_supprimer": objet(_collegue, get=RESPONSABLE, post=RESPONSABLE),
    "catalog:acces_demander": objet(_produit, get=DEMANDEURS, post=DEMANDEURS, data=lambda cote: {"droit": "saisie"}),
    "catalog:acces_demande": objet(_demande_acces, get=RESPONSABLE | {"sans_droit_a"}),
    "catalog:acces_accepter": objet(_demande_acces, post=RESPONSABLE),
    "catalog:acces_refuser": objet(_demande_acces, post=RESPONSABLE),
    "catalog:acces_retirer": objet(_demande_acces, post=frozenset({"sans_droit_a"})),
    "parcours:tableau_de_bord": entreprise(),
    "parcours:parcours": entreprise(kwargs=lambda cote: {"parcours": "doctrine"}),
    "parcours:demarche": entreprise(kwargs=lambda cote: {"demarche": "socles"}),
    "parcours:inscription_creer": objet(lambda cote: {"demarche": "socles"}, post=SAISIE, data=lambda cote: {"produit": str(cote.produit.pk)}),
    "parcours:fiche_produit": objet(_produit, get=LECTURE),
    "parcours:produit_ajoute": objet(_produit, get=LECTURE),
    "parcours:produit_modifier": objet(_produit, get=SAISIE, post=SAISIE),
    "parcours:qualification": objet(_produit, get=SAISIE, post=SAISIE),
    "parcours:strategie": Row("droit", get=frozenset({"responsable_a", "stratege_a"}) | {"responsable_b", "contributeur_b"}),
    "parcours:strategie_modifier": Row("droit", get=frozenset({"responsable_a", "stratege_a"}) | {"responsable_b", "contributeur_b"}),
    "parcours:produit_historique": objet(_produit, get=LECTURE),
    "parcours:strategie_historique": Row("droit", get=frozenset({"responsable_a", "stratege_a"}) | {"responsable_b", "contributeur_b"}),
    "parcours:sujet_inscrit": objet(_inscrit, get=LECTURE),
    "parcours:inscription_retirer": objet(_inscrit, get=SAISIE, post=SAISIE),
    "parcours:questionnaire": objet(_questionnaire, get=LECTURE, post=SAISIE),
    "parcours:enregistrement": objet(_questionnaire, post=SAISIE),
    "parcours:brouillon_abandonner": objet(_questionnaire, get=SAISIE, post=SAISIE),
    "parcours:brouillon_renvoyer": objet(_questionnaire, get=VALIDATION, post=VALIDATION, data=lambda cote: {"commentaire": "à revoir"}),
    "parcours:resultats": objet(_questionnaire, get=LECTURE),
    "parcours:version_validee": objet(lambda cote: {**_questionnaire(cote), "version": cote.validee.pk}, get=LECTURE),
    "parcours:comparer": objet(_questionnaire, get=LECTURE),
    "parcours:exporter_demarche": objet(_inscrit, post=LECTURE),
    "parcours:exporter": objet(lambda cote: {**_questionnaire(cote), "format": "excel"}, post=LECTURE),
}


@dataclass(frozen=True)
class Outcome:
    """What a request gave, compared with what the table says."""

    name: str
    method: str
    actor: str
    expected: str
    status: int
    location: str = ""
    body: bytes = field(default=b"", repr=False)

    @property
    def is_as_expected(self) -> bool:
        if self.expected == "sign-in":
            return self.status == 302 and "/compte/connexion/" in self.location
        if self.expected == "admitted":
            return self.status in (200, 302, 400, 409, 422) and "/compte/connexion/" not in self.location
        if self.expected == "refused":
            return self.status in (403, 404)
        return str(self.status) == self.expected


def expectation(row: Row, method: str, actor: str) -> str | None:
    """Say what an actor meets: « admitted », « sign-in », « 403 », « 404 », « refused » (one of the two, for the agency).

    None when the method is not of the page.
    """
    admitted = row.get if method == "GET" else row.post
    if row.kind == "public" or (row.kind in ("compte", "second facteur") and method != ("POST" if row.post else "GET")):
        return None
    if actor in SHUT_OUT:
        return "sign-in"
    if row.kind in ("compte", "second facteur"):
        return "admitted" if row.kind == "compte" or actor in AGENCE else "404"
    if not admitted:
        return None
    if actor in admitted:
        return "admitted"
    if actor in AGENCE:
        return "refused"
    if row.kind == "personnel" or (row.kind == "objet" and actor in COTE_B):
        return "404"
    return "403"
