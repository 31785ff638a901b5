"""A request for an account, from its deposit to its refusal; its acceptance stands in ``acceptation`` (ACC-2, ACC-3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from .. import journal, liens, notifications, policy
from ..courriels import demandes as courriels
from ..enums import Role
from ..errors import ActionRefused, TooSoon
from ..models import DemandeDeCompte, DemandeWorkflow, Entreprise, NoteInterne, User
from ..sign_in import throttle

LIENS_PAR_HEURE = 5
CLOSED = "Cette demande est déjà décidée."


@transaction.atomic
def deposer_demande(*, jeton: UUID, champs: Mapping[str, Any], avec_courriel: bool = True) -> DemandeDeCompte:
    """Record a request; sent twice with the same token, it is recorded once (WF-3), corrected meanwhile it is another one.

    ``avec_courriel`` is False when the address already received as many confirmations as it may.
    """
    demande, created = DemandeDeCompte.objects.get_or_create(jeton=jeton, defaults=dict(champs))
    if not created and any(getattr(demande, name) != value for name, value in champs.items()):
        corrected = uuid5(jeton, repr(sorted(champs.items())))
        demande, created = DemandeDeCompte.objects.get_or_create(jeton=corrected, defaults=dict(champs))
    if not created:
        return demande
    siren_connu = Entreprise.objects.filter(siren=demande.siren).exists()
    journal.record("demande.deposee", par=None, target=demande, details={"siren_connu": siren_connu})
    if avec_courriel:
        courriels.demande_deposee(demande, siren_connu=siren_connu)
    notify_support(demande, "Demande de compte", f"{demande.raison_sociale} demande un compte.")
    return demande


@transaction.atomic
def prendre_demande(*, demande: DemandeDeCompte, par: User, reprendre: bool = False) -> DemandeDeCompte:
    """Follow a request, so that colleagues see it; ``reprendre`` takes it over from the one who holds it.

    :raises ActionRefused: it is decided, or a colleague holds it and ``reprendre`` does not say to take it over.
    """
    demande = lock(demande)
    policy.check(par, "traiter", demande)
    if not demande.is_ouverte:
        raise ActionRefused(CLOSED)
    former = demande.prise_par
    if former is not None and former != par and not reprendre:
        raise ActionRefused(f"{former.nom_complet} suit déjà cette demande.")
    if former == par:
        return demande
    demande.prise_par, demande.prise_le = par, timezone.now()
    demande.save(update_fields=["prise_par", "prise_le"])
    journal.record("demande.prise", par=par, target=demande, details={"reprise_a": former.pk} if former else {})
    if former is not None:
        contenu = f"{par.nom_complet} suit maintenant la demande n° {demande.pk}."
        notifications.notify([former], type="Demande de compte reprise", contenu=contenu, emetteur=par, url=_url(demande), mail=False)
    return demande


@transaction.atomic
def liberer_demande(*, demande: DemandeDeCompte, par: User) -> DemandeDeCompte:
    """Give a request back to the queue.

    :raises ActionRefused: one does not hold it.
    """
    demande = lock(demande)
    policy.check(par, "traiter", demande)
    check_holder(demande, par)
    demande.prise_par = demande.prise_le = None
    demande.save(update_fields=["prise_par", "prise_le"])
    journal.record("demande.liberee", par=par, target=demande)
    return demande


@transaction.atomic
def noter_demande(*, demande: DemandeDeCompte, par: User, texte: str) -> NoteInterne:
    """Add an internal note, once when it is sent twice (WF-3); the journal keeps that there is one, not what it says."""
    demande = lock(demande)
    policy.check(par, "traiter", demande)
    last = demande.notes.order_by("-pk").first()
    if last is not None and (last.auteur_id, last.texte) == (par.pk, texte):
        return last
    note = NoteInterne.objects.create(demande=demande, auteur=par, texte=texte)
    journal.record("demande.notee", par=par, target=demande)
    return note


@transaction.atomic
def demander_pieces(*, demande: DemandeDeCompte, par: User, message: str = "") -> DemandeDeCompte:
    """Send a new link to deposit the pièces; the former one stops working (ACC-3).

    :raises ActionRefused: one does not hold the request, it is decided, or too many links were sent.
    """
    demande = lock(demande)
    policy.check(par, "traiter", demande)
    check_holder(demande, par)
    DemandeWorkflow.apply(demande, "demander_pieces")
    if not throttle.allow("lien-de-depot", str(demande.pk), limit=LIENS_PAR_HEURE, window=3600):
        raise TooSoon("Plusieurs liens viennent d'être envoyés au demandeur : le dernier sert pendant 24 heures. Réessayez dans une heure.")
    demande.save(update_fields=["etat"])
    lien, jeton = liens.emettre(demande)
    journal.record("demande.pieces_demandees", par=par, target=demande, details={"expire_le": lien.expire_le.isoformat()})
    courriels.pieces_demandees(demande, lien, jeton, message)
    return demande


@transaction.atomic
def refuser_demande(*, demande: DemandeDeCompte, par: User, motif: str) -> DemandeDeCompte:
    """Refuse with a reason, which the applicant receives; he may ask again (ACC-3).

    :raises ActionRefused: one does not hold the request, it is decided, or there is no reason.
    """
    demande = lock(demande)
    policy.check(par, "traiter", demande)
    check_holder(demande, par)
    if not motif.strip():
        raise ActionRefused("Indiquez pourquoi la demande est refusée\u00a0: le demandeur recevra ce motif.", champ="motif")
    DemandeWorkflow.apply(demande, "refuser")
    demande.motif = motif.strip()
    demande.decidee_le, demande.decidee_par = timezone.now(), par
    demande.save(update_fields=["etat", "motif", "decidee_le", "decidee_par"])
    liens.fermer_tous(demande)
    journal.record("demande.refusee", par=par, target=demande)
    courriels.demande_refusee(demande)
    return demande


# --- Shared by the other actions ------------------------------------------------------------------------------------------
def lock(demande: DemandeDeCompte) -> DemandeDeCompte:
    """Read the request again, and hold it until the transaction ends."""
    return DemandeDeCompte.objects.select_for_update(of=("self",)).select_related("prise_par").get(pk=demande.pk)


def check_holder(demande: DemandeDeCompte, par: User) -> None:
    """:raises ActionRefused: somebody else, or nobody, follows the request."""
    if demande.prise_par_id != par.pk:
        raise ActionRefused("Prenez d'abord cette demande\u00a0: ses suites sont réservées à la personne qui la suit.")


def notify_support(demande: DemandeDeCompte, type: str, contenu: str) -> None:
    """Tell the person who follows the request, or the whole support when nobody does."""
    people = User.objects.filter(pk=demande.prise_par_id) if demande.prise_par_id else User.objects.actifs().filter(groups__name=Role.SUPPORT)
    notifications.notify(people, type=type, contenu=contenu, url=_url(demande), mail=False)


def _url(demande: DemandeDeCompte) -> str:
    return reverse("gestion:demande", kwargs={"pk": demande.pk})
