"""What a visitor does: ask for an account, deposit the pièces through the link he received (ACC-2, ACC-3)."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import liens
from ..actions import demandes as actions
from ..actions import depots
from ..actions.renouvellement import renouveler_lien
from ..enums import NaturePiece
from ..errors import ActionRefused, TooSoon
from ..fichiers import antivirus
from ..fichiers.inspection import TOO_BIG, PieceRefusee
from ..fichiers.uploads import oversized
from ..forms.demandes import MIN_SECONDS, DemandeForm, new_stamp, read_stamp
from ..models import PieceJustificative
from ..rules.identity import identity_key
from ..sign_in import throttle

HOUR, DAY = 3600, 24 * 3600
ADDRESS_LIMIT = 10  # requests from one address in an hour
EMAIL_LIMIT = 3  # confirmations to one e-mail address in a day
DEPOT_LIMIT = 60  # acts of one address on the deposit pages, in an hour
TOO_MANY = "Plusieurs demandes viennent d'arriver de votre réseau\u00a0: patientez une heure, puis confirmez à nouveau."
TOO_FAST = "Relisez votre demande, puis confirmez-la."


# --- Asking ---------------------------------------------------------------------------------------------------------------
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def demande_compte(request: HttpRequest) -> HttpResponse:
    """Take the request in two steps: what is typed, then its recapitulation; the answer is the same in all cases (R-54, AU-4)."""
    if request.method != "POST":
        return _form_page(request, DemandeForm(), new_stamp())
    form, stamp = DemandeForm(request.POST), request.POST.get("cachet", "")
    seal = read_stamp(stamp)
    step = request.POST.get("etape", "")
    if seal is None or step == "modifier" or not form.is_valid():
        return _form_page(request, form, stamp if seal else new_stamp(), shows_errors=step != "modifier")
    if step != "confirmer":
        return _recap_page(request, form, stamp)
    jeton, age = seal
    if age < MIN_SECONDS:
        return _recap_page(request, form, stamp, TOO_FAST)
    if not throttle.allow("demande", _address(request), limit=ADDRESS_LIMIT, window=HOUR):
        return _recap_page(request, form, stamp, TOO_MANY, status=429)
    if not form.is_from_a_script:
        may_write = throttle.allow("demande-courriel", identity_key(form.cleaned_data["email"]), limit=EMAIL_LIMIT, window=DAY)
        actions.deposer_demande(jeton=jeton, champs=form.champs(), avec_courriel=may_write)
    return redirect("accounts:demande_envoyee")


@login_not_required
@require_safe
def demande_envoyee(request: HttpRequest) -> HttpResponse:
    """Say what comes next: the same words to everybody."""
    return render(request, "accounts/demande_envoyee.html")


def _form_page(request: HttpRequest, form: DemandeForm, stamp: str, *, shows_errors: bool = True) -> HttpResponse:
    if form.is_bound and not shows_errors:
        form = DemandeForm(initial={name: request.POST.get(name, "") for name in form.fields})
    return render(request, "accounts/demande_compte.html", {"form": form, "cachet": stamp}, status=400 if form.errors else 200)


def _recap_page(request: HttpRequest, form: DemandeForm, stamp: str, message: str = "", *, status: int = 200) -> HttpResponse:
    carried = [(name, request.POST.get(name, "")) for name in form.fields]
    return render(request, "accounts/demande_recapitulatif.html", {"form": form, "cachet": stamp, "portes": carried, "message": message}, status=status)


# --- Depositing -----------------------------------------------------------------------------------------------------------
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def depot(request: HttpRequest, jeton: str) -> HttpResponse:
    """Show what is asked and what is there; take one file at a time. A refused file says why, the others stay."""
    if request.method != "POST":
        return _depot_page(request, jeton)
    nature = request.POST.get("nature", "")
    try:
        _slow_down(request)
        piece = _receive(request, jeton, nature)
    except TooSoon as refusal:
        return _depot_page(request, jeton, {nature: refusal.message}, status=429)
    except (PieceRefusee, ActionRefused) as refusal:
        return _depot_page(request, jeton, {nature: str(refusal)}, status=400)
    messages.success(request, f"Le fichier «\u00a0{piece.nom}\u00a0» est déposé.")
    return redirect("accounts:depot", jeton=jeton)


@login_not_required
@require_POST
def depot_retirer(request: HttpRequest, jeton: str, pk: int) -> HttpResponse:
    """Take a file back."""
    try:
        piece = depots.retirer_piece(jeton=jeton, pk=pk)
    except ActionRefused as refusal:
        return _depot_page(request, jeton, {"": refusal.message}, status=409)
    messages.success(request, f"Le fichier «\u00a0{piece.nom}\u00a0» est retiré.")
    return redirect("accounts:depot", jeton=jeton)


@login_not_required
@require_POST
def depot_transmettre(request: HttpRequest, jeton: str) -> HttpResponse:
    """Hand the pièces over: the link has served."""
    try:
        depots.transmettre_pieces(jeton=jeton)
    except ActionRefused as refusal:
        return _depot_page(request, jeton, {"": refusal.message}, status=409)
    return redirect("accounts:depot_fini")


@login_not_required
@require_POST
def depot_renouveler(request: HttpRequest, jeton: str) -> HttpResponse:
    """Ask for another link than one that is over; the answer is the same in all cases (AU-4)."""
    if throttle.allow("depot-lien", _address(request), limit=ADDRESS_LIMIT, window=HOUR):
        renouveler_lien(jeton=jeton)
    return redirect("accounts:depot_lien_envoye")


@login_not_required
@require_safe
def depot_lien_envoye(request: HttpRequest) -> HttpResponse:
    """Say where the new link is: the same words to everybody."""
    return render(request, "accounts/demande_lien_envoye.html")


@login_not_required
@require_safe
def depot_fini(request: HttpRequest) -> HttpResponse:
    """Say that the support has the pièces."""
    return render(request, "accounts/demande_pieces_transmises.html")


def _receive(request: HttpRequest, jeton: str, nature: str) -> PieceJustificative:
    """:raises PieceRefusee: no file, or one that cannot be received; :raises ActionRefused: the link is over."""
    if nature not in NaturePiece.values:
        raise PieceRefusee("Dites de quelle pièce il s'agit.")
    if "fichier" in oversized(request):
        raise PieceRefusee(TOO_BIG)
    upload = request.FILES.get("fichier")
    if upload is None:
        raise PieceRefusee("Choisissez un fichier, puis déposez-le.")
    return depots.deposer_piece(jeton=jeton, nature=NaturePiece(nature), upload=upload)


def _slow_down(request: HttpRequest) -> None:
    """:raises TooSoon: too many deposits from one address."""
    if not throttle.allow("depot", _address(request), limit=DEPOT_LIMIT, window=HOUR):
        raise TooSoon("Trop d'envois rapprochés\u00a0: patientez une heure, puis recommencez.")


def _depot_page(request: HttpRequest, jeton: str, refusals: dict[str, str] | None = None, *, status: int = 200) -> HttpResponse:
    """Show the deposit; the same page for any link that cannot serve (AU-4)."""
    lien = liens.lire(jeton)
    if lien is None:
        return render(request, "accounts/demande_lien_perime.html", {"jeton": jeton}, status=404)
    refusals = refusals or {}
    pieces = list(depots.available(lien.demande))
    infectees = list(depots.infected(lien.demande))
    missing, reste = depots.missing(lien.demande), depots.remaining(lien)
    blocs = [_bloc(nature, pieces, infectees, refusals.get(nature, ""), manque=nature in missing) for nature in NaturePiece]
    beside = {nature for nature in NaturePiece.values if reste}  # the natures that still have a field to stand beside
    context: dict[str, Any] = {
        "jeton": jeton,
        "lien": lien,
        "blocs": blocs,
        "suivant": next((bloc["nature"] for bloc in blocs if not bloc["pieces"]), None),
        "reste": reste,
        "refus": [(f"fichier-{bloc['nature'].value}", bloc["nature"].label, bloc["refus"]) for bloc in blocs if bloc["refus"] and bloc["nature"] in beside],
        "autres_refus": [text for nature, text in refusals.items() if nature not in beside],
        "is_complete": not missing and any(piece.lien_id == lien.pk for piece in pieces),
        "has_errors": bool(refusals),
        "antivirus": antivirus.is_configured(),
    }
    return render(request, "accounts/demande_depot.html", context, status=status)


def _bloc(nature: NaturePiece, pieces: list[PieceJustificative], infectees: list[PieceJustificative], refus: str, *, manque: bool) -> dict[str, Any]:
    """What is there of a nature; as long as nothing is, what the antivirus refused."""
    present = [piece for piece in pieces if piece.nature == nature]
    rejected = [piece for piece in infectees if piece.nature == nature and not present]
    return {"nature": nature, "pieces": present, "infectees": rejected, "refus": refus, "manque": manque}


def _address(request: HttpRequest) -> str:
    return get_adapter().get_client_ip(request)
