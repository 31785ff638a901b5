"""Removing a passkey: who must have a second factor keeps at least one (AZ-11)."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator

from ..models import User


@method_decorator(reauthentication_required(app="allauth.mfa"), name="dispatch")
class RetirerCleView(RemoveWebAuthnView):
    """allauth's page, which asks the adapter first: it does so for the application of codes only."""

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        User.objects.select_for_update(of=("self",), no_key=True).get(pk=self.request.user.pk)  # of two removals, one sees the other
        adapter = get_adapter()
        if adapter.can_delete_authenticator(self.get_object()):
            return super().form_valid(form)
        messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
        return redirect("mfa_list_webauthn")


retirer_cle = RetirerCleView.as_view()
