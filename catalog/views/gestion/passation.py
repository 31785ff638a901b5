"""« Nommer un responsable »: choose, read again what will happen, then do it (BO-3, R-50)."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.enums import SortResponsable
from accounts.errors import ActionRefused
from accounts.models import Entreprise, User
from accounts.rules.elision import de
from accounts.selectors.comptes import presents
from accounts.views.gestion.actes import add_refusal, status_of
from accounts.views.gestion.support import ENTREPRISE, find_entreprise

from ...actions.comptes import responsable_of
from ...actions.passation import check_choix, nommer_responsable, responsables
from ...forms.support import NOUVEAU, NouveauForm, PassationForm


@require_http_methods(["GET", "HEAD", "POST"])
def entreprise_responsable(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask who, then show what will happen, then name."""
    entreprise = find_entreprise(request, pk, "nommer_responsable")
    data = request.POST if request.method == "POST" else None
    form = PassationForm(data, responsables=responsables(entreprise), ouverts=presents(pk).actifs())
    is_new = data is not None and data.get("qui") == NOUVEAU
    nouveau = NouveauForm(data) if is_new else NouveauForm(initial=request.POST.dict())  # what was typed for nothing is not lost
    if data is None or not form.is_valid() or (is_new and not nouveau.is_valid()) or "modifier" in data:
        return _saisie(request, entreprise, form, nouveau)
    if "confirmer" not in data and not _changes_something(form, nouveau):
        return _saisie(request, entreprise, form, nouveau)
    if "confirmer" not in data:
        return render(request, "gestion/responsable_confirmer.html", _recapitulatif(request, entreprise, form, nouveau))
    return _nommer(request, entreprise, form, nouveau)


def _changes_something(form: PassationForm, nouveau: NouveauForm) -> bool:
    """Say on the form, before anything is announced, that the choice changes nothing."""
    try:
        if not nouveau.is_bound:
            check_choix(form.cleaned_data["compte"], form.sorts.keys(), form.sorts)
    except ActionRefused as refusal:
        add_refusal(form, refusal)
    return form.is_valid()


def _nommer(request: HttpRequest, entreprise: Entreprise, form: PassationForm, nouveau: NouveauForm) -> HttpResponse:
    chosen = {"identite": nouveau.cleaned_data} if nouveau.is_bound else {"compte": form.cleaned_data["compte"]}
    data = form.cleaned_data
    try:
        done = nommer_responsable(entreprise=entreprise, par=request.user, motif=data["motif"], vus=data["vus"], sorts=form.sorts, **chosen)
    except ActionRefused as refusal:
        add_refusal(form, refusal)
        return _saisie(request, entreprise, form, nouveau)
    messages.success(request, f"{done.nom_complet} est responsable {de(entreprise)}, et le sait par courriel.")
    return redirect(ENTREPRISE, entreprise.pk)


def _saisie(request: HttpRequest, entreprise: Entreprise, form: PassationForm, nouveau: NouveauForm) -> HttpResponse:
    context = {"entreprise": entreprise, "form": form, "nouveau": nouveau}
    return render(request, "gestion/responsable.html", context, status=max(status_of(form), status_of(nouveau)))


def _recapitulatif(request: HttpRequest, entreprise: Entreprise, form: PassationForm, nouveau: NouveauForm) -> dict[str, object]:
    named = form.cleaned_data["compte"] if not nouveau.is_bound else None
    return {
        "entreprise": entreprise,
        "nom": named.nom_complet if named else f"{nouveau.cleaned_data['first_name']} {nouveau.cleaned_data['last_name']}",
        "compte": named,
        "adresse": named.email if named else nouveau.cleaned_data["email"],
        "attend": named is None or not named.has_usable_password(),
        "suites": list(_suites(form)),
        "motif": form.cleaned_data["motif"],
        "portes": [(name, value) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken" for value in values],
    }


def _suites(form: PassationForm) -> Iterator[tuple[User, SortResponsable, int, int]]:
    """Give each former responsable, what it becomes, and how many sujets and attached accounts it leaves when it goes."""
    for ancien in form.responsables:
        goes = form.sorts[ancien.pk] == SortResponsable.SUPPRIME
        rattaches = presents(ancien.entreprise_id).filter(gestionnaire=ancien).count() if goes else 0
        yield ancien, form.sorts[ancien.pk], responsable_of(ancien).count() if goes else 0, rattaches
