"""« Gestion des comptes »: creating, changing the rights of, suspending and deleting the accounts one manages (ACC-5 to ACC-7, R-50 to R-53).

Each action locks the accounts of the company first: two managers act one after the other, each on what the other left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from .. import journal, notifications, policy
from ..courriels import comptes as courriels
from ..courriels import invitations
from ..courriels.outbox import HeaderRefused
from ..enums import Droit, Profil
from ..errors import ActionRefused, TooSoon
from ..models import AvisInactivite, ChangementAdresse, Entreprise, IdentiteExterne, User
from ..rules.arbre import erased_address
from ..rules.elision import que
from ..sign_in import throttle

IDENTITE = ("first_name", "last_name", "fonction", "email", "telephone", "username")
CORRIGIBLES = ("first_name", "last_name", "fonction", "telephone", "email")
SUSPENDU = "Le support a suspendu ce compte : lui seul peut lever cette suspension."
LIENS_PAR_HEURE = 5
GESTIONNAIRE = "Gestion de votre compte"
TAKEN = "Ce nom d'utilisateur ou cette adresse électronique vient d'être utilisé pour un autre compte : choisissez-en un autre."


@dataclass(frozen=True)
class Changement:
    """What an action on rights really changed."""

    donnes: frozenset[Droit]
    retires: frozenset[Droit]


def take_comptes(par: User) -> User:
    """Lock the accounts of the author's company until the end of the transaction, and read the author as he is by then.

    :raises PermissionDenied: the agency's staff has no company.
    """
    if par.entreprise_id is None:
        raise PermissionDenied("comptes : pas d'entreprise")
    lock_comptes(par.entreprise_id)
    found = User.objects.select_related("entreprise").get(pk=par.pk)
    return found if found.entreprise_id == par.entreprise_id else take_comptes(found)  # his company was merged meanwhile


def lock_comptes(entreprise_id: int) -> Entreprise:
    """Lock the accounts of a company until the end of the transaction, and read the company as it is by then."""
    return Entreprise.objects.select_for_update(of=("self",), no_key=True).get(pk=entreprise_id)


def take(compte: User) -> User:
    """Lock the accounts of the company of an account, then the account, and read it as it is by then.

    :raises PermissionDenied: an account of the agency.
    """
    return reread(take_comptes(compte))


def reread(compte: User) -> User:
    """Lock an account, which its person may be changing, and read it as it is once the accounts are locked."""
    rows = User.objects.select_for_update(of=("self",), no_key=True).select_related("entreprise", "gestionnaire")
    return rows.get(pk=compte.pk)


@transaction.atomic
def creer_compte(*, par: User, identite: Mapping[str, str], droits: Iterable[Droit] = ()) -> User:
    """Create a contributeur attached to the author, and send it the link by which it chooses its password (R-50).

    :raises PermissionDenied: no right to create accounts, or a right given that the author does not hold (R-53).
    :raises ActionRefused: login or address taken meanwhile, or address that can receive no mail.
    """
    par = take_comptes(par)
    policy.check(par, "creer_compte", par.entreprise)
    given = _check_held(par, droits)
    compte = User(**{name: identite.get(name, "") for name in IDENTITE}, entreprise=par.entreprise, gestionnaire=par, profil=Profil.CONTRIBUTEUR)
    _set_rights(compte, given, True)
    save_new(compte)
    inviter(compte, par)
    journal.record("compte.cree", par=par, target=compte, details={"droits": given})
    return compte


@transaction.atomic
def renvoyer_lien(*, compte: User, par: User) -> User:
    """Send a new link to an account that never chose its password.

    :raises ActionRefused: it has one already, it is suspended, or too many links were sent.
    """
    compte = take(compte)
    policy.check(par, "renvoyer_lien", compte)
    check_not_suspendu(compte)
    invite_again(compte, par)
    return compte


@transaction.atomic
def modifier_droits(*, compte: User, par: User, donner: Iterable[Droit] = (), retirer: Iterable[Droit] = ()) -> Changement:
    """Give and withdraw account rights; what is neither given nor withdrawn stays as it is. Nothing cascades (R-53).

    :raises PermissionDenied: not an account one manages, or a right given that the author does not hold (AZ-9).
    """
    par, compte = take_comptes(par), reread(compte)
    policy.check(par, "modifier_droits", compte)
    wanted = frozenset(Droit(droit) for droit in donner)
    given = _check_held(par, (droit for droit in wanted if not compte.holds(droit)))
    taken = frozenset(droit for droit in map(Droit, retirer) if compte.holds(droit) and droit not in wanted)
    if given or taken:
        _set_rights(compte, given, True)
        _set_rights(compte, taken, False)
        compte.save(update_fields=list(User.DROITS.values()))
        journal.record("compte.droits_modifies", par=par, target=compte, details={"donnes": given, "retires": taken})
        _tell_rights(compte, par, given, taken)
    return Changement(given, taken)


@transaction.atomic
def suspendre_compte(*, compte: User, par: User) -> User:
    """Shut an account: its sessions and its pending link end at once (AZ-8); its rights stay for the day it is opened again.

    :raises ActionRefused: it is suspended already.
    """
    par, compte = take_comptes(par), reread(compte)
    policy.check(par, "suspendre", compte)
    shut(compte, par)
    return compte


@transaction.atomic
def reactiver_compte(*, compte: User, par: User) -> User:
    """Open a suspended account again.

    :raises ActionRefused: it is not suspended, or it is by the support.
    """
    par, compte = take_comptes(par), reread(compte)
    policy.check(par, "reactiver", compte)
    check_not_suspendu(compte)
    open_again(compte, par)
    notifications.notify([compte], type=GESTIONNAIRE, contenu=f"{par.nom_complet} a réactivé votre compte\u00a0: vous y retrouvez vos droits.", emetteur=par)
    return compte


@transaction.atomic
def corriger_compte(*, compte: User, par: User, identite: Mapping[str, str]) -> list[str]:
    """Correct what is known of the person, and give what changed; see ``correct``.

    :raises ActionRefused: the support suspended the account, or alone may correct it.
    """
    compte = take(compte)
    policy.check(par, "corriger", compte)
    if not par.is_agence:
        check_not_suspendu(compte)
    return correct(compte, par, identite)


def save_new(compte: User) -> None:
    """Save an account that its link will open.

    :raises ActionRefused: its login or its address was taken meanwhile.
    """
    compte.set_unusable_password()
    try:
        with transaction.atomic():
            compte.save()
    except IntegrityError as error:
        raise ActionRefused(TAKEN) from error


# --- What managers do to theirs, and administrateurs to the accounts of the agency ----------------------------------------
def invite_again(compte: User, par: User) -> None:
    """Send a new link; the caller holds the lock and has asked the policy, as for the two below.

    :raises ActionRefused: the account is suspended, has its password already, or got too many links.
    """
    if not compte.is_active:
        raise ActionRefused("Ce compte est suspendu : réactivez-le avant de renvoyer le lien.")
    if compte.has_usable_password():
        raise ActionRefused("Cette personne a déjà choisi son mot de passe. Si elle l'a oublié, la page de connexion lui permet d'en choisir un autre.")
    if not throttle.allow("lien", str(compte.pk), limit=LIENS_PAR_HEURE, window=3600):
        raise TooSoon("Plusieurs liens viennent d'être envoyés à cette personne : le dernier sert pendant 24 heures. Réessayez dans une heure.")
    inviter(compte, par)
    journal.record("compte.lien_renvoye", par=par, target=compte)


def correct(compte: User, par: User, identite: Mapping[str, str]) -> list[str]:
    """Correct name, fonction and telephone; the address too as long as nobody opened the account: a new link then goes there (AU-3).

    :raises ActionRefused: the address was taken meanwhile, can receive no mail, or got too many links.
    """
    names = [name for name in CORRIGIBLES if name != "email" or compte.is_never_opened]
    changed = [name for name in names if name in identite and identite[name] != getattr(compte, name)]
    if not changed:
        return changed
    for name in changed:
        setattr(compte, name, identite[name])
    try:
        with transaction.atomic():
            compte.save(update_fields=changed)
    except IntegrityError as error:
        raise ActionRefused(TAKEN) from error
    journal.record("compte.corrige", par=par, target=compte, details={"champs": changed})
    if "email" in changed and compte.is_active:
        invite_again(compte, par)
    if not compte.is_never_opened:
        _tell_corrected(compte, par, changed)
    return changed


def shut(compte: User, par: User) -> None:
    """:raises ActionRefused: it is suspended already."""
    if not compte.is_active:
        raise ActionRefused("Ce compte est déjà suspendu.")
    compte.is_active = False
    _void_link(compte)
    compte.save(update_fields=["is_active", "password"])
    end_sessions([compte])
    journal.record("compte.suspendu", par=par, target=compte)
    courriels.compte_ferme(compte, par=par)


def open_again(compte: User, par: User) -> None:
    """:raises ActionRefused: it is not suspended."""
    if compte.is_active:
        raise ActionRefused("Ce compte n'est pas suspendu.")
    compte.is_active = True
    compte.save(update_fields=["is_active"])
    journal.record("compte.reactive", par=par, target=compte)


def check_not_suspendu(compte: User) -> None:
    """:raises ActionRefused: the support suspended the account."""
    if compte.is_suspendu:
        raise ActionRefused(SUSPENDU)


def effacer_compte(compte: User, *, par: User | None, repreneur: User | None = None) -> int:
    """Close an account for good, once nothing depends on it; give the number of accounts attached to its manager instead.

    Name and login stay: past answers keep their signature, nobody takes the login again. Address, telephone, fonction, rights,
    second factor and sessions go (ACC-7, AZ-8), once the person is told. ``repreneur`` manages them when it had no manager: else the
    author, who is then a responsable. The caller holds the lock, has asked the policy and writes the journal.
    """
    courriels.compte_supprime(compte, par=par)
    moved = _reattach(compte, par, compte.gestionnaire or repreneur or par)
    compte.is_active, compte.supprime_le = False, timezone.now()
    compte.email, compte.gestionnaire = erased_address(compte.pk), None
    compte.telephone = compte.fonction = ""
    effacer_suspension(compte)
    compte.preferences = {}
    _set_rights(compte, Droit, False)
    compte.set_unusable_password()
    compte.save()
    Authenticator.objects.filter(user=compte).delete()
    EmailAddress.objects.filter(user=compte).delete()
    ChangementAdresse.objects.filter(compte=compte).delete()
    IdentiteExterne.objects.filter(compte=compte).delete()
    AvisInactivite.objects.filter(compte=compte).delete()
    end_sessions([compte])
    return moved


def _reattach(compte: User, par: User | None, gestionnaire: User | None) -> int:
    """Give the accounts attached to one that goes to another manager; each of them is told, and so is he."""
    attached = list(User.objects.filter(gestionnaire=compte))
    User.objects.filter(gestionnaire=compte).update(gestionnaire=gestionnaire)
    if not attached or gestionnaire is None:
        return len(attached)
    sentence = f"{gestionnaire.nom_public} gère maintenant votre compte\u00a0: {compte.nom_complet} n'en a plus."
    sender = None if par is None or par.is_agence else par
    notifications.notify(attached, type=GESTIONNAIRE, contenu=sentence, emetteur=sender)
    if par is None or gestionnaire.pk != par.pk:
        names = ", ".join(user.nom_complet for user in attached[:10]) + (" …" if len(attached) > 10 else "")
        contenu = f"Vous gérez maintenant les comptes {que(compte.nom_complet)} gérait\u00a0: {names}."
        notifications.notify([gestionnaire], type=GESTIONNAIRE, contenu=contenu, emetteur=sender)
    return len(attached)


def effacer_suspension(compte: User) -> None:
    """Forget that the support suspended an account, without saving."""
    compte.suspendu_le, compte.suspendu_par, compte.motif_suspension, compte.ouvert_avant_suspension = None, None, "", None


def end_sessions(comptes: Iterable[User]) -> None:
    """End all the sessions of some accounts."""
    for session in UserSession.objects.filter(user__in=comptes):
        session.end()


def _check_held(par: User, droits: Iterable[Droit]) -> frozenset[Droit]:
    """:raises PermissionDenied: one of them is not held by the author: nobody gives what he does not have."""
    given = frozenset(Droit(droit) for droit in droits)
    if not all(par.holds(droit) for droit in given):
        raise PermissionDenied("droits : on ne donne que ce que l'on détient")
    return given


def _set_rights(compte: User, droits: Iterable[Droit], value: bool) -> None:
    for droit in droits:
        setattr(compte, User.DROITS[droit], value)


def _void_link(compte: User) -> None:
    """Make the link of an account never opened useless: it is bound to the (unusable) password."""
    if not compte.has_usable_password():
        compte.set_unusable_password()


def inviter(compte: User, par: User) -> None:
    """Send the link by which an account chooses its password.

    :raises ActionRefused: its address can receive no mail.
    """
    try:
        invitations.queue_invitation(compte, par=par)
    except HeaderRefused as error:
        raise ActionRefused("Cette adresse électronique ne peut pas recevoir de courriel : vérifiez-la.") from error


def _tell_corrected(compte: User, par: User, changed: Iterable[str]) -> None:
    labels = ", ".join(str(User._meta.get_field(name).verbose_name) for name in changed)
    contenu = f"{par.nom_complet if compte.is_agence else par.nom_public} a corrigé votre compte : {labels}."
    sender = None if par.is_agence else par
    notifications.notify([compte], type=GESTIONNAIRE, contenu=contenu, emetteur=sender, url=reverse("accounts:mes_informations"))


def _tell_rights(compte: User, par: User, given: frozenset[Droit], taken: frozenset[Droit]) -> None:
    sentences = [f"{verb} : {', '.join(sorted(droit.label for droit in droits))}." for verb, droits in (("Donnés", given), ("Retirés", taken)) if droits]
    notifications.notify(
        [compte], type="Droits du compte", contenu=f"{par.nom_complet} a modifié les droits de votre compte. {' '.join(sentences)}", emetteur=par
    )
