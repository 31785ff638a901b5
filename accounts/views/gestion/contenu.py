"""Publishing the conditions of use: type, read again, then publish (BO-4, ACC-4)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ... import policy
from ...actions.cgu import publier_cgu
from ...forms.cgu import PublicationForm
from ...models import Cgu
from .actes import perform, status_of


@require_http_methods(["GET", "HEAD", "POST"])
def cgu_publier(request: HttpRequest) -> HttpResponse:
    """Show the form, then what will be published and what follows, then publish."""
    policy.check(request.user, "publier", Cgu)
    current = Cgu.objects.en_vigueur()
    form = PublicationForm(request.POST if request.method == "POST" else None, initial={"texte": current.texte if current else ""})
    step = request.POST.get("etape", "")
    if step == "publier" and (cgu := perform(form, lambda: publier_cgu(par=request.user, **form.cleaned_data))):
        messages.success(request, f"La version {cgu.version} est en vigueur : chacun l'accepte à sa prochaine page.")
        return redirect("gestion:accounts_cgu_change", cgu.pk)
    if form.is_bound and not form.errors and step != "modifier":
        return render(request, "gestion/cgu_relire.html", {"form": form, "texte": form.cleaned_data["texte"], "version": form.cleaned_data["version"]})
    return render(request, "gestion/cgu_publier.html", {"form": form}, status=status_of(form))
