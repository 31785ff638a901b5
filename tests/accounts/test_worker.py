"""With a real worker on the broker of the run: mails leave, and what was left is picked up (JB-1, JB-2, JB-5)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts import notifications
from accounts.enums import EtatCourriel
from accounts.models import Courriel, Travail
from tests.accounts.factories import UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> bool:
    limit = time.monotonic() + seconds
    while not condition() and time.monotonic() < limit:
        time.sleep(0.1)
    return condition()


def test_notice_is_mailed_after_the_commit(worker: Any) -> None:
    with transaction.atomic():
        notifications.notify([UserFactory()], type="Validation demandée", contenu="…")
        time.sleep(1)
        assert Courriel.objects.get().etat == EtatCourriel.A_ENVOYER
    assert wait_until(lambda: Courriel.objects.get().etat == EtatCourriel.ENVOYE)


def test_worker_that_starts_picks_up_what_was_left(start_worker: Callable[..., Any]) -> None:
    """JB-1, JB-2: killed between commit and publish; the handler is missing here, so that trying is all that can be seen."""
    user = UserFactory()
    travail = Travail.tous.create(
        kind="essai.absent", cle="a", demandeur=user, entreprise=user.entreprise, prochain_essai=timezone.now() - timedelta(minutes=1)
    )
    start_worker()
    assert wait_until(lambda: Travail.tous.get(pk=travail.pk).essais > 0)
