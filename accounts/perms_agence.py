"""Who in the agency may do what: each group sees its own queues only (AZ-11, R-55)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group

from . import policy
from .enums import Role
from .models import Agent, Cgu, Courriel, DemandeDeCompte, EntreeJournal, Entreprise, Fusion, Travail, User


def roles(user: User) -> frozenset[str]:
    """Give the groups of a member of the agency, read once a request; none for anybody else."""
    if not user.is_agence:
        return frozenset()
    if "roles_agence" not in user.__dict__:
        user.__dict__["roles_agence"] = frozenset(user.groups.values_list("name", flat=True))
    return user.__dict__["roles_agence"]


def is_support(user: User, _: Any) -> bool:
    return Role.SUPPORT in roles(user)


def serves_compte(user: User, compte: User) -> bool:
    """The support acts on the accounts of the companies, never on those of the agency, nor on those deleted."""
    return is_support(user, compte) and compte.entreprise_id is not None and not compte.is_supprime


def is_auditeur(user: User, _: Any) -> bool:
    return Role.AUDITEUR in roles(user)


def is_administrateur(user: User, _: Any) -> bool:
    return Role.ADMINISTRATEUR in roles(user)


def is_gestionnaire_contenu(user: User, _: Any) -> bool:
    return Role.GESTIONNAIRE_CONTENU in roles(user)


def administers(user: User, agent: User) -> bool:
    """An administrateur acts on the accounts of the agency, never on his own (AZ-9)."""
    return is_administrateur(user, agent) and agent.is_agence and agent.pk != user.pk


def may_reset_second_factor(user: User, compte: User) -> bool:
    return serves_compte(user, compte) or administers(user, compte)


def may_see_agent(user: User, agent: User | type[User]) -> bool:
    return is_administrateur(user, agent) and (isinstance(agent, type) or agent.is_agence)


def is_of_agence(user: User, _: Any) -> bool:
    return user.is_agence


def may_find_compte(user: User, account: User | type[User]) -> bool:
    """The support finds the accounts of the companies; those of the agency are the administrateur's."""
    return is_support(user, account) and (isinstance(account, type) or account.entreprise_id is not None)


def may_approve(user: User, fusion: Fusion) -> bool:
    """Two people for a merge: the one who proposed it does not approve it."""
    return is_support(user, fusion) and fusion.proposee_par_id != user.pk


policy.register(DemandeDeCompte, {"consulter": is_support, "traiter": is_support, "ouvrir_piece": is_support})
policy.register(EntreeJournal, {"consulter": is_auditeur})
policy.register(Courriel, {"consulter": is_administrateur, "relancer": is_administrateur})
policy.register(Entreprise, dict.fromkeys(("consulter", "creer", "suspendre", "lever_suspension", "nommer_responsable", "fusionner"), is_support))
policy.register(Fusion, {"consulter": is_support, "approuver": may_approve, **dict.fromkeys(("ecarter", "confirmer", "annuler"), is_support)})
policy.register(
    User,
    {
        "entrer_en_gestion": is_of_agence,
        "consulter": may_find_compte,
        "suspendre_acces": serves_compte,
        "lever_suspension": serves_compte,
        "retirer_second_facteur": may_reset_second_factor,
    },
)
policy.register(
    Agent,
    {
        "consulter": may_see_agent,
        "ouvrir": is_administrateur,
        **dict.fromkeys(("modifier_groupes", "suspendre", "reactiver", "renvoyer_lien", "corriger"), administers),
    },
)
policy.register(Group, {"consulter": is_administrateur})
policy.register(Cgu, {"consulter": is_gestionnaire_contenu, "publier": is_gestionnaire_contenu})
policy.register(Travail, {"consulter": is_administrateur})
