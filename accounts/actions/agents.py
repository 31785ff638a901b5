"""The accounts of the agency: opening one, its groups, shutting it; never one's own (R-55, AZ-9).

Each action locks the group of the administrateurs first: of two who act on each other, the second is no longer one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from .. import journal, notifications, policy
from ..enums import Profil, Role
from ..errors import ActionRefused
from ..models import Agent, User
from .comptes import IDENTITE, correct, invite_again, inviter, open_again, save_new, shut


@transaction.atomic
def ouvrir_agent(*, par: User | None, identite: Mapping[str, str], groupes: Iterable[Role]) -> Agent:
    """Open an account of the agency in some groups, and send it the link by which it chooses its password.

    Without an author, it is the operator at his command: the link is his to give.
    :raises ActionRefused: no group, login or address taken, or address that can receive no mail.
    """
    if par is not None:
        par = _take_agents(par)
        policy.check(par, "ouvrir", Agent)
    names = _checked(groupes)
    agent = Agent(**{name: identite.get(name, "") for name in IDENTITE}, profil=Profil.AGENCE)
    save_new(agent)
    agent.groups.set(Group.objects.filter(name__in=names))
    if par is not None:
        inviter(agent, par)
    journal.record("compte.cree", par=par, target=agent, details={"profil": agent.profil, "groupes": sorted(names)})
    return agent


@transaction.atomic
def modifier_groupes(*, agent: User, par: User, groupes: Iterable[Role]) -> bool:
    """Put an account in these groups and in no other; False when nothing changes. It acts at the next request (AZ-8).

    :raises ActionRefused: no group: suspend the account instead.
    """
    par, agent = _take_agents(par), _reread(agent)
    policy.check(par, "modifier_groupes", agent)
    wanted, held = _checked(groupes), set(agent.groups.values_list("name", flat=True)) & set(Role.values)
    if wanted == held:
        return False
    added, removed = wanted - held, held - wanted
    agent.groups.add(*Group.objects.filter(name__in=added))
    agent.groups.remove(*Group.objects.filter(name__in=removed))
    journal.record("compte.groupes_modifies", par=par, target=agent, details={"ajoutes": sorted(added), "retires": sorted(removed)})
    labels = ", ".join(role.label for role in Role if role in wanted)
    contenu = f"{par.nom_complet} a modifié vos groupes. Vous êtes maintenant dans : {labels}."
    notifications.notify([agent], type="Groupes de l'agence", contenu=contenu, emetteur=par, url=reverse("gestion:accueil"))
    return True


@transaction.atomic
def corriger_agent(*, agent: User, par: User, identite: Mapping[str, str]) -> list[str]:
    """Correct what is known of the person, and give what changed; see ``correct``."""
    par, agent = _take_agents(par), _reread(agent)
    policy.check(par, "corriger", agent)
    return correct(agent, par, identite)


@transaction.atomic
def suspendre_agent(*, agent: User, par: User) -> Agent:
    """Shut an account: its sessions and its pending link end at once; its groups wait (AZ-8).

    :raises ActionRefused: it is suspended already.
    """
    par, agent = _take_agents(par), _reread(agent)
    policy.check(par, "suspendre", agent)
    shut(agent, par)
    return agent


@transaction.atomic
def reactiver_agent(*, agent: User, par: User) -> Agent:
    """Open a suspended account again, in the groups it had.

    :raises ActionRefused: it is not suspended.
    """
    par, agent = _take_agents(par), _reread(agent)
    policy.check(par, "reactiver", agent)
    open_again(agent, par)
    return agent


@transaction.atomic
def renvoyer_lien_agent(*, agent: User, par: User) -> Agent:
    """Send a new link to an account that never chose its password.

    :raises ActionRefused: it has one already, it is suspended, or too many links were sent.
    """
    par, agent = _take_agents(par), _reread(agent)
    policy.check(par, "renvoyer_lien", agent)
    invite_again(agent, par)
    return agent


def _take_agents(par: User) -> User:
    """Lock the administrateurs, and read the author as he is by then."""
    Group.objects.select_for_update().get(name=Role.ADMINISTRATEUR)
    return User.objects.get(pk=par.pk)


def _reread(agent: User) -> Agent:
    """:raises PermissionDenied: not an account of the agency."""
    found = Agent.objects.select_for_update(of=("self",), no_key=True).filter(pk=agent.pk, profil=Profil.AGENCE).first()
    if found is None:
        raise PermissionDenied("agents : pas un compte de l'agence")
    return found


def _checked(groupes: Iterable[Role]) -> set[str]:
    """:raises ActionRefused: no group."""
    names = {Role(groupe).value for groupe in groupes}
    if not names:
        raise ActionRefused("Choisissez au moins un groupe : sans groupe, un compte n'ouvre aucune page.", champ="groupes")
    return names
