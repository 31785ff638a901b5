"""The queue of the requests for an account, as the support works it off (ACC-3, BO-6)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ... import policy
from ...actions import acceptation, depots
from ...actions import demandes as actions
from ...enums import EtatDemande
from ...forms.demandes import AcceptationForm, FiltreForm, NoteForm, PiecesForm, RefusForm
from ...models import DemandeDeCompte, PieceJustificative
from ...rules.elision import de
from ...selectors import demandes as selectors
from ...sign_in.saisie import textes
from ..fichiers import give
from ..pages import page_of
from .actes import perform, status_of

NOTE, PIECES = "note_%s", "pieces_%s"  # two forms on one page: their fields have ids of their own


@require_safe
def demandes(request: HttpRequest) -> HttpResponse:
    """List the requests, the oldest first, by words, state and person."""
    policy.check(request.user, "consulter", DemandeDeCompte)
    form = FiltreForm(request.GET)
    kept = {name: value for name in form.fields if (value := request.GET.get(name, ""))}
    context = {
        "form": form,
        "page": page_of(request, form.apply(request.user)),
        "parametres": urlencode(kept),
        "compteurs": selectors.count_by_etat().items(),
        "is_narrowed": bool(kept),
    }
    return render(request, "gestion/demandes.html", context)


@require_safe
def demande(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a request, what is known around it, and what can be done."""
    return _page(request, _find(request, pk, "consulter"))


@require_POST
def demande_prendre(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow it; from a colleague, only by the button that names him."""
    row = _find(request, pk)
    actions.prendre_demande(demande=row, par=request.user, reprendre=request.POST.get("reprendre") == "oui")
    messages.success(request, "Vous suivez cette demande\u00a0: vos collègues le voient.")
    return redirect("gestion:demande", pk=pk)


@require_POST
def demande_liberer(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it back to the queue."""
    actions.liberer_demande(demande=_find(request, pk), par=request.user)
    messages.success(request, "La demande est remise dans la file.")
    return redirect("gestion:demandes")


@require_POST
def demande_noter(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an internal note."""
    row, form = _find(request, pk), NoteForm(request.POST, auto_id=NOTE)
    if not form.is_valid():
        return _page(request, row, note=form, status=400)
    actions.noter_demande(demande=row, par=request.user, texte=form.cleaned_data["texte"])
    messages.success(request, "La note est ajoutée.")
    return redirect("gestion:demande", pk=pk)


@require_POST
def demande_pieces(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the deposit link."""
    row, form = _find(request, pk), PiecesForm(request.POST, auto_id=PIECES)
    if not form.is_valid():
        return _page(request, row, pieces_form=form, status=400)
    if perform(form, lambda: actions.demander_pieces(demande=row, par=request.user, message=form.cleaned_data["message"])) is None:
        return _page(request, _find(request, pk), pieces_form=form, status=409)
    messages.success(request, "Le lien de dépôt est envoyé au demandeur. Il sert pendant 24 heures\u00a0; passé ce délai, il permet d'en recevoir un autre.")
    return redirect("gestion:demande", pk=pk)


@never_cache
@require_safe
def demande_piece(request: HttpRequest, pk: int, piece: int) -> HttpResponseBase:
    """Give the file of a pièce, as an attachment that nothing keeps; the reading is written down."""
    row = _find(request, pk, "ouvrir_piece")
    found = get_object_or_404(PieceJustificative.objects.select_related("demande"), pk=piece, demande=row)
    depots.ouvrir_piece(piece=found, par=request.user)
    return give(found.fichier, nom=found.nom, type_mime=found.type_mime)


@require_http_methods(["GET", "HEAD", "POST"])
def demande_accepter(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what will be created, then create it."""
    row = _find(request, pk)
    known = selectors.compare(row)
    form = AcceptationForm(request.POST if request.method == "POST" else None, is_representee=known.entreprise is not None, initial={"login": row.login})
    if compte := perform(form, lambda: acceptation.accepter_demande(demande=row, par=request.user, **form.cleaned_data)):
        messages.success(request, f"{compte.nom_complet} est responsable {de(compte.entreprise)}, et reçoit son lien de première connexion.")
        return redirect("gestion:demande", pk=pk)
    context = {"demande": row, "connu": known, "form": form, "pieces": selectors.fetch_pieces(row)}
    return render(request, "gestion/demande_accepter.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def demande_refuser(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then refuse."""
    row = _find(request, pk)
    form = RefusForm(request.POST if request.method == "POST" else None)
    if perform(form, lambda: actions.refuser_demande(demande=row, par=request.user, motif=form.cleaned_data["motif"])):
        messages.success(request, "La demande est refusée\u00a0; le demandeur en reçoit le motif.")
        return redirect("gestion:demande", pk=pk)
    return render(request, "gestion/demande_refuser.html", {"demande": row, "form": form}, status=status_of(form))


def _find(request: HttpRequest, pk: int, verb: str = "traiter") -> DemandeDeCompte:
    """Check first: who may not sees no difference between a request that is there and one that is not.

    :raises Http404: no such request.
    """
    policy.check(request.user, verb, DemandeDeCompte)
    row = selectors.fetch_demande(pk)
    if row is None:
        raise Http404("demande inconnue")
    return row


def _page(
    request: HttpRequest, row: DemandeDeCompte, *, note: NoteForm | None = None, pieces_form: PiecesForm | None = None, status: int = 200
) -> HttpResponse:
    pieces, is_holder = selectors.fetch_pieces(row), row.prise_par_id == request.user.pk and row.is_ouverte
    context = {
        "demande": row,
        "connu": selectors.compare(row),
        "pieces": pieces,
        "non_analysees": any(piece.is_ouvrable and piece.is_a_signaler for piece in pieces),
        "lien": selectors.fetch_lien(row) if row.etat == EtatDemande.PIECES_DEMANDEES else None,
        "notes": row.notes.select_related("auteur"),
        "historique": selectors.fetch_history(row, request.user),
        "is_holder": is_holder,
        "textes": textes(pieces_form.data.items()) if pieces_form and not is_holder else [],  # its field is no longer there
        "may_accept": row.can("accepter"),
        "note_form": note or NoteForm(auto_id=NOTE),
        "pieces_form": pieces_form or PiecesForm(auto_id=PIECES),
    }
    return render(request, "gestion/demande.html", context, status=status)
