"""What the home of the agency says of the mails that do not leave (BO-1)."""

from __future__ import annotations

from django.db.models import Min

from ..models import Courriel
from ..rubriques import FileAttente


def file_des_courriels() -> FileAttente:
    """Count what is in failure and what will be tried again."""
    echecs, peine = Courriel.objects.en_echec(), Courriel.objects.en_peine()
    oldest = (echecs | peine).aggregate(oldest=Min("created_at"))["oldest"]
    return FileAttente({"En échec": echecs.count(), "Essayés de nouveau bientôt": peine.count()}, oldest)
