"""Opening an account of the agency, changing its groups, shutting it (R-55)."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from ... import policy
from ...actions import agents as actions
from ...enums import Profil
from ...forms.agents import AgentForm, GroupesForm
from ...models import Agent
from ...rules.elision import de
from .actes import find, perform, status_of
from .comptes import correct, take_factor_away

FICHE = "gestion:accounts_agent_change"


@require_http_methods(["GET", "HEAD", "POST"])
def agent_ouvrir(request: HttpRequest) -> HttpResponse:
    """Open an account."""
    policy.check(request.user, "ouvrir", Agent)
    form = AgentForm(request.POST if request.method == "POST" else None)
    if agent := perform(form, lambda: actions.ouvrir_agent(par=request.user, identite=form.cleaned_data, groupes=form.cleaned_data["groupes"])):
        messages.success(request, f"Le compte {de(agent.nom_complet)} est ouvert. Un lien pour choisir son mot de passe est parti à {agent.email}.")
        return redirect(FICHE, agent.pk)
    return render(request, "gestion/agent_ouvrir.html", {"form": form}, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def agent_groupes(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the groups of an account."""
    agent = _find(request, pk, "modifier_groupes")
    initial = {"groupes": list(agent.groups.values_list("name", flat=True))}
    form = GroupesForm(request.POST if request.method == "POST" else None, initial=initial)
    if (changed := perform(form, lambda: actions.modifier_groupes(agent=agent, par=request.user, groupes=form.cleaned_data["groupes"]))) is not None:
        messages.success(
            request, f"Les groupes {de(agent.nom_complet)} sont enregistrés." if changed else "Rien n'a changé : les groupes étaient déjà ceux-là."
        )
        return redirect(FICHE, pk)
    return render(request, "gestion/agent_groupes.html", {"agent": agent, "form": form}, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def agent_corriger(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct who an account is of."""
    agent = _find(request, pk, "corriger")
    return correct(request, agent, partial(actions.corriger_agent, agent=agent, par=request.user), FICHE)


@require_http_methods(["GET", "HEAD", "POST"])
def agent_second_facteur(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what taking a second factor away does, then do it."""
    return take_factor_away(request, _find(request, pk, "retirer_second_facteur"), FICHE)


@require_http_methods(["GET", "HEAD", "POST"])
def agent_suspendre(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm, then shut the account."""
    agent = _find(request, pk, "suspendre")
    if request.method == "POST":
        actions.suspendre_agent(agent=agent, par=request.user)
        messages.success(request, f"Le compte {de(agent.nom_complet)} est suspendu : ses sessions sont fermées.")
        return redirect(FICHE, pk)
    return render(request, "gestion/agent_suspendre.html", {"agent": agent})


@require_POST
def agent_reactiver(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a suspended account again."""
    agent = actions.reactiver_agent(agent=_find(request, pk, "reactiver"), par=request.user)
    messages.success(request, f"Le compte {de(agent.nom_complet)} est de nouveau ouvert.")
    return redirect(FICHE, pk)


@require_POST
def agent_lien(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a new link to choose the first password."""
    agent = actions.renvoyer_lien_agent(agent=_find(request, pk, "renvoyer_lien"), par=request.user)
    messages.success(request, f"Un nouveau lien, valable 24 heures, est parti à {agent.email}.")
    return redirect(FICHE, pk)


def _find(request: HttpRequest, pk: int, verb: str) -> Agent:
    return find(request, Agent.objects.filter(profil=Profil.AGENCE), pk, verb)
