"""Accepting a request: the company and its responsable come to be in one transaction (ACC-3, R-50)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from .. import journal, liens, policy
from ..courriels import demandes as courriels
from ..enums import Profil
from ..errors import ActionRefused
from ..models import DemandeDeCompte, DemandeWorkflow, Entreprise, User
from ..rules.elision import de
from ..rules.identity import identity_key
from .demandes import check_holder, lock
from .depots import available
from .suspension import check_no_fusion

KBIS_MONTHS = 3


@transaction.atomic
def accepter_demande(*, demande: DemandeDeCompte, par: User, login: str, kbis_du: date, identite_verifiee: bool, rejoindre: bool = False) -> User:
    """Create the account of the responsable, and his company unless ``rejoindre`` says to add him to the one already there.

    :raises ActionRefused: one does not hold the request, its state forbids it, a check is missing, the company is already
        represented, or login or address are taken; ``details["champ"]`` names what to look at.
    """
    demande = lock(demande)
    policy.check(par, "traiter", demande)
    check_holder(demande, par)
    DemandeWorkflow.apply(demande, "accepter")
    _check_analyses(demande)
    _check_pieces(kbis_du, identite_verifiee)
    entreprise = _entreprise(demande, par, rejoindre)
    compte = _compte(demande, entreprise, login, par)
    demande.entreprise, demande.compte, demande.kbis_du = entreprise, compte, kbis_du
    demande.decidee_le, demande.decidee_par = timezone.now(), par
    demande.save(update_fields=["etat", "entreprise", "compte", "kbis_du", "decidee_le", "decidee_par"])
    liens.fermer_tous(demande)
    journal.record("demande.acceptee", par=par, target=demande, entreprise=entreprise, details={"compte": compte.pk, "rejoint": rejoindre})
    courriels.demande_acceptee(demande, compte)
    return compte


def oldest_kbis(today: date) -> date:
    """Give the first day at which an extract is of less than three months."""
    month = today.month - KBIS_MONTHS
    year, month = (today.year, month) if month > 0 else (today.year - 1, month + 12)
    return date(year, month, min(today.day, monthrange(year, month)[1]))


def _check_analyses(demande: DemandeDeCompte) -> None:
    """Of each pièce, one at least could be opened: what the antivirus holds back proves nothing (FI-6)."""
    pieces = list(available(demande))
    opened = {piece.nature for piece in pieces if piece.is_ouvrable}
    if any(piece.nature not in opened for piece in pieces):
        raise ActionRefused("L'antivirus n'a pas déclaré sûres toutes les pièces\u00a0: attendez son analyse, ou demandez d'autres fichiers.")


def _check_pieces(kbis_du: date, identite_verifiee: bool) -> None:
    today = timezone.localdate()
    if not oldest_kbis(today) <= kbis_du <= today:
        raise ActionRefused("L'extrait Kbis doit avoir moins de trois mois\u00a0: demandez-en un plus récent.", champ="kbis_du")
    if not identite_verifiee:
        raise ActionRefused("Vérifiez la pièce d'identité avant d'accepter.", champ="identite_verifiee")


def _entreprise(demande: DemandeDeCompte, par: User, rejoindre: bool) -> Entreprise:
    entreprise = _represented(demande.siren)
    if entreprise is None:
        return _new_entreprise(demande, par)
    if not rejoindre:
        raise ActionRefused(f"{entreprise.raison_sociale} est déjà représentée\u00a0: refusez, ou confirmez l'ajout d'un responsable.", champ="rejoindre")
    if entreprise.is_suspendue:
        raise ActionRefused(f"L'accès {de(entreprise.raison_sociale)} est suspendu\u00a0: levez d'abord cette suspension.", champ="rejoindre")
    check_no_fusion(entreprise)
    return entreprise


def _represented(siren: str) -> Entreprise | None:
    """Lock the company of a SIREN, or the one that absorbed it."""
    found = Entreprise.objects.select_for_update(of=("self",)).filter(siren=siren).first()
    while found is not None and found.fusionnee_dans_id is not None:
        found = Entreprise.objects.select_for_update(of=("self",)).get(pk=found.fusionnee_dans_id)
    return found


def _new_entreprise(demande: DemandeDeCompte, par: User) -> Entreprise:
    names = ("siren", "raison_sociale", "forme_juridique", "adresse", "site")
    try:
        with transaction.atomic():
            entreprise = Entreprise.objects.create(**{name: getattr(demande, name) for name in names})
    except IntegrityError as error:  # a colleague accepted another request for it just now
        raise ActionRefused("Cette entreprise vient d'être créée par ailleurs\u00a0: rechargez la page.", champ="rejoindre") from error
    journal.record("entreprise.creee", par=par, target=entreprise)
    return entreprise


def _compte(demande: DemandeDeCompte, entreprise: Entreprise, login: str, par: User) -> User:
    if User.objects.filter(username_cle=identity_key(login)).exists():
        raise ActionRefused("Ce nom d'utilisateur est déjà pris\u00a0: choisissez-en un autre avec le demandeur.", champ="login")
    if User.objects.filter(email_cle=identity_key(demande.email)).exists():
        raise ActionRefused("Un compte utilise déjà l'adresse électronique de cette demande\u00a0: refusez-la en demandant une autre adresse.", champ="email")
    try:
        with transaction.atomic():
            compte = User.objects.create_user(
                login,
                demande.email,
                first_name=demande.prenom,
                last_name=demande.nom,
                fonction=demande.fonction,
                telephone=demande.telephone,
                entreprise=entreprise,
                profil=Profil.RESPONSABLE,
            )
    except IntegrityError as error:  # taken since the two questions above
        raise ActionRefused("Ce nom d'utilisateur ou cette adresse viennent d'être pris\u00a0: rechargez la page.", champ="login") from error
    journal.record("compte.cree", par=par, target=compte, details={"profil": compte.profil})
    return compte
