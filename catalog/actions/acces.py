"""Rights on sujets, given by whoever manages the account, or asked for (ACC-5, ACC-6, R-51, R-53)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import journal, notifications, policy
from accounts.actions.comptes import modifier_droits, reread, take_comptes
from accounts.enums import Droit
from accounts.errors import ActionRefused
from accounts.models import User
from accounts.selectors.comptes import fetch_arbre
from questionnaires import perms
from questionnaires.enums import DroitSujet
from questionnaires.models import DroitSurSujet, Sujet
from questionnaires.rights import grant, withdraw

from ..droits import DroitProduit
from ..models import DemandeAcces, EtatDemande, Produit
from ..models.demande_acces import DemandeAccesQuerySet
from ..perms import missing
from ..workflows import DemandeAccesWorkflow

TYPE_DEMANDE = "Demande d'accès"
TOLD = 20  # produits named in one notice


@dataclass(frozen=True)
class ChangementProduits:
    """What an action on rights really changed."""

    donnes: frozenset[DroitProduit]
    retires: frozenset[DroitProduit]


# --- Giving and withdrawing -----------------------------------------------------------------------------------------------
@transaction.atomic
def modifier_droits_produits(*, compte: User, par: User, donner: Iterable[DroitProduit] = (), retirer: Iterable[DroitProduit] = ()) -> ChangementProduits:
    """Give and withdraw rights on sujets; saisie and validation come with lecture, and go with it. Nothing cascades (R-53).

    :raises PermissionDenied: not an account one manages, a sujet of another company, or a right the author does not hold (AZ-9).
    """
    par, compte = take_comptes(par), reread(compte)
    policy.check(par, "modifier_droits", compte)
    donner, retirer = frozenset(donner), frozenset(retirer)
    sujets = _lock_sujets(par, {droit.reference for droit in donner | retirer})
    held = explicit(compte, sujets)
    given = _with_lecture(donner) - held
    taken = (_with_what_needs_it(retirer) & held) - _with_lecture(donner)
    for droit in given:
        if droit.droit not in perms.granted(par, sujets[droit.reference]):
            raise PermissionDenied("droits : on ne donne que ce que l'on détient")
    _write(compte, par, sujets, given, taken)
    _close_answered(compte, par, {droit.reference for droit in given})
    return ChangementProduits(given, taken)


@transaction.atomic
def retirer_aux_dependants(*, compte: User, par: User, retraits: Mapping[int, tuple[Iterable[Droit], Iterable[DroitProduit]]]) -> int:
    """Withdraw rights from accounts attached to one whose own were withdrawn; give their number (R-53).

    :raises PermissionDenied: one of them is not attached to this account.
    """
    par = take_comptes(par)
    policy.check(par, "modifier_droits", reread(compte))
    below = set(fetch_arbre(par.entreprise_id).descendants(compte.pk))
    if not retraits.keys() <= below:
        raise PermissionDenied("droits : compte qui n'est pas rattaché")
    for dependant in User.objects.of_entreprise(par.entreprise_id).filter(pk__in=retraits):
        droits, produits = retraits[dependant.pk]
        modifier_droits(compte=dependant, par=par, retirer=droits)
        modifier_droits_produits(compte=dependant, par=par, retirer=produits)
    return len(retraits)


def explicit(compte: User, references: Iterable[int] | None = None) -> frozenset[DroitProduit]:
    """Read the rights given to an account sujet by sujet, whatever it holds besides; all of them without ``references``."""
    rows = DroitSurSujet.objects.filter(user=compte, permission__codename__in=DroitSujet.values)
    if references is not None:
        rows = rows.filter(content_object__in=list(references))
    return frozenset(DroitProduit(pk, DroitSujet(code)) for pk, code in rows.values_list("content_object_id", "permission__codename"))


def _close_answered(compte: User, par: User, references: set[int]) -> None:
    """Accept the requests of an account that have just been given what they ask for: nobody is to answer them any more."""
    rows = DemandeAcces.objects.of_entreprise(compte.entreprise_id).en_attente().filter(demandeur=compte, produit__in=references)
    for demande in rows.select_related("produit").select_for_update(of=("self",)).order_by("pk"):
        if demande.droits <= {row.droit for row in explicit(compte, [demande.produit_id])}:
            DemandeAccesWorkflow.apply(demande, "accepter")
            _close(demande, par, "acces.accepte")


def _lock_sujets(par: User, references: set[int]) -> dict[int, Sujet]:
    """:raises PermissionDenied: one of them is not of the author's company."""
    rows = Sujet.objects.of_entreprise(par.entreprise_id).select_for_update(of=("self",), no_key=True).filter(pk__in=references).order_by("pk")
    sujets = {sujet.pk: sujet for sujet in rows}
    if sujets.keys() != references:
        raise PermissionDenied("droits : produit d'une autre entreprise")
    return sujets


def _with_lecture(droits: frozenset[DroitProduit]) -> frozenset[DroitProduit]:
    return droits | {DroitProduit(droit.reference, DroitSujet.LECTURE) for droit in droits}


def _with_what_needs_it(droits: frozenset[DroitProduit]) -> frozenset[DroitProduit]:
    return droits | {DroitProduit(row.reference, level) for row in droits if row.droit == DroitSujet.LECTURE for level in DroitSujet}


def _write(compte: User, par: User, sujets: Mapping[int, Sujet], given: frozenset[DroitProduit], taken: frozenset[DroitProduit]) -> None:
    lines = []
    for reference in sorted({droit.reference for droit in given | taken}):
        sujet = sujets[reference]
        more, less = ([droit for droit in DroitSujet if DroitProduit(reference, droit) in changed] for changed in (given, taken))
        grant(compte, sujet, more)
        withdraw(compte, sujet, less)
        journal.record("droits.modifies", par=par, target=sujet, details={"compte": compte.pk, "donnes": more, "retires": less})
        lines.append(f"{sujet} : {_in_words(more, less)}.")
    if lines:
        _tell_rights(compte, par, lines)


def _in_words(more: list[DroitSujet], less: list[DroitSujet]) -> str:
    changes = (("vous avez maintenant le droit", more), ("vous n'avez plus le droit", less))
    return " ; ".join(f"{verb} {_enumerate([f'de {droit.label.lower()}' for droit in droits])}" for verb, droits in changes if droits)


def _enumerate(words: list[str]) -> str:
    """« de lecture, de saisie et de validation »."""
    return " et ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _tell_rights(compte: User, par: User, lines: list[str]) -> None:
    """Tell in one notice what changed, however many produits it touches."""
    rest = len(lines) - TOLD
    beyond = [f"Et {rest} autre{'s' if rest > 1 else ''} produit{'s' if rest > 1 else ''}."] if rest > 0 else []
    told = "\n".join([f"{par.nom_complet} a modifié vos droits.", *lines[:TOLD], *beyond])
    notifications.notify([compte], type="Droits sur des produits", contenu=told, emetteur=par)


# --- Asking for access ----------------------------------------------------------------------------------------------------
@transaction.atomic
def demander_acces(*, produit: Produit, par: User, droit: DroitSujet, message: str = "") -> DemandeAcces:
    """Ask for access; the nearest account above that can give it is told, else the responsables (R-53).

    :raises PermissionDenied: nothing to ask for on this produit. :raises ActionRefused: a request waits already, or the right is held.
    """
    produit = Produit.objects.of_entreprise(produit.entreprise_id).select_for_update(of=("self",), no_key=True).get(pk=produit.pk)
    policy.check(par, "demander_acces", produit)
    if droit not in missing(par, produit):
        raise ActionRefused("Vous avez déjà ce droit, ou il ne peut pas être demandé : choisissez-en un autre.")
    try:
        with transaction.atomic():
            demande = DemandeAcces.tous.create(entreprise_id=produit.entreprise_id, produit=produit, demandeur=par, droit=droit, message=message)
    except IntegrityError as error:
        raise ActionRefused("Votre demande précédente attend encore une réponse.") from error
    journal.record("acces.demande", par=par, target=produit, details={"demande": demande.pk, "droit": droit})
    _tell_deciders(demande)
    return demande


@transaction.atomic
def accepter_acces(*, demande: DemandeAcces, par: User) -> DemandeAcces:
    """Give what was asked for.

    :raises PermissionDenied: not one's to give. :raises ActionRefused: answered already, or the produit was archived meanwhile.
    """
    par, demande = take_comptes(par), _lock_demande(demande)
    policy.check(par, "accepter", demande)
    DemandeAccesWorkflow.apply(demande, "accepter")
    if demande.produit.is_archive:
        raise ActionRefused("Ce produit a été archivé : il n'y a plus d'accès à donner.")
    grant(demande.demandeur, demande.produit, sorted(demande.droits))
    _close(demande, par, "acces.accepte")
    _tell_outcome(demande, par, "Accès accordé", f"{par.nom_complet} a accepté votre demande d'accès ({demande.get_droit_display().lower()}).")
    return demande


@transaction.atomic
def refuser_acces(*, demande: DemandeAcces, par: User) -> DemandeAcces:
    """Turn a request down.

    :raises PermissionDenied: not one's to answer. :raises ActionRefused: answered already.
    """
    par, demande = take_comptes(par), _lock_demande(demande)
    policy.check(par, "refuser", demande)
    DemandeAccesWorkflow.apply(demande, "refuser")
    _close(demande, par, "acces.refuse_par_gestionnaire")
    _tell_outcome(demande, par, "Accès refusé", f"{par.nom_complet} a refusé votre demande d'accès ({demande.get_droit_display().lower()}).")
    return demande


@transaction.atomic
def retirer_demande_acces(*, demande: DemandeAcces, par: User) -> DemandeAcces:
    """Take one's own request back.

    :raises PermissionDenied: somebody else's. :raises ActionRefused: answered already.
    """
    par, demande = take_comptes(par), _lock_demande(demande)
    policy.check(par, "retirer", demande)
    DemandeAccesWorkflow.apply(demande, "retirer")
    _close(demande, par, "acces.retire")
    return demande


def demander_de_nouveau(demandeurs: Iterable[int], entreprise_id: int) -> None:
    """Ask those who answer by now the requests of some accounts: the one who was asked is gone. Nobody is asked twice."""
    waiting = DemandeAcces.objects.of_entreprise(entreprise_id).en_attente().filter(demandeur__in=demandeurs)
    for demande in waiting.select_related("produit", "demandeur__entreprise").order_by("pk"):
        _tell_deciders(demande)


def retirer_demandes_de(compte: User, *, par: User) -> None:
    """Withdraw what an account that goes away was still asking for."""
    retirer_demandes(DemandeAcces.objects.of_entreprise(compte.entreprise_id).en_attente().filter(demandeur=compte), par=par)


def retirer_demandes(rows: DemandeAccesQuerySet, *, par: User) -> int:
    """Withdraw requests that no longer make sense; give their number. The caller has asked the policy."""
    demandes = list(rows.select_related("produit").order_by("pk"))
    for demande in demandes:
        DemandeAccesWorkflow.apply(demande, "retirer")
        _close(demande, par, "acces.retire")
    return len(demandes)


def deciders(demande: DemandeAcces) -> list[User]:
    """Name who is asked: the nearest open account above that can give it, else the responsables of the company."""
    company = User.objects.of_entreprise(demande.entreprise_id).actifs().select_related("entreprise")
    above = fetch_arbre(demande.entreprise_id).ancestors(demande.demandeur_id)
    people = company.in_bulk(above)
    for pk in above:
        if pk in people and policy.can(people[pk], "accepter", demande):
            return [people[pk]]
    return list(company.responsables())


def _lock_demande(demande: DemandeAcces) -> DemandeAcces:
    rows = DemandeAcces.objects.of_entreprise(demande.entreprise_id).select_for_update(of=("self",)).order_by("pk")
    return rows.select_related("produit", "demandeur__entreprise").get(pk=demande.pk)


def _close(demande: DemandeAcces, par: User, action: str) -> None:
    demande.decidee_le, demande.decidee_par = timezone.now(), par
    demande.save(update_fields=["etat", "decidee_le", "decidee_par"])
    journal.record(action, par=par, target=demande.produit, details={"demande": demande.pk, "compte": demande.demandeur_id, "droit": demande.droit})
    notifications.repondue(_dedupe(demande))


def _dedupe(demande: DemandeAcces) -> str:
    return f"demande-acces:{demande.pk}"


def _tell_deciders(demande: DemandeAcces) -> None:
    wish = f"{demande.demandeur.nom_complet} demande l'accès à un produit ({demande.get_droit_display().lower()})."
    notifications.notify(
        deciders(demande),
        type=TYPE_DEMANDE,
        contenu="\n".join(filter(None, (wish, demande.message))),
        emetteur=demande.demandeur,
        produit_label=str(demande.produit),
        produit_id=demande.produit_id,
        url=reverse("catalog:acces_demande", args=[demande.pk]),
        dedupe=_dedupe(demande),
        attend_reponse=True,
    )


def _tell_outcome(demande: DemandeAcces, par: User, type_: str, contenu: str) -> None:
    accepted = demande.etat == EtatDemande.ACCEPTEE
    notifications.notify(
        [demande.demandeur],
        type=type_,
        contenu=contenu,
        emetteur=par,
        produit_label=str(demande.produit),
        produit_id=demande.produit_id,
        url=reverse("parcours:fiche_produit", args=[demande.produit_id]) if accepted else "",
    )
