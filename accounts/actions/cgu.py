"""Publishing a version of the conditions of use: everybody is asked again (ACC-4, EXT-3)."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.urls import reverse

from .. import journal, notifications, policy
from ..errors import ActionRefused
from ..models import Cgu, User


@transaction.atomic
def publier_cgu(*, par: User, version: str, texte: str) -> Cgu:
    """Put a version in force at once: at the next page, whoever has not accepted it is asked to (R-55). Each open account is told.

    :raises ActionRefused: a version bears this name already.
    """
    policy.check(par, "publier", Cgu)
    try:
        with transaction.atomic():
            cgu = Cgu.objects.create(version=version, texte=texte)
    except IntegrityError as error:
        raise ActionRefused("Une version porte déjà ce nom : choisissez-en un autre.", champ="version") from error
    journal.record("cgu.publiees", par=par, target=cgu, version=cgu.version)
    contenu = f"Une nouvelle version des conditions d'utilisation, {cgu.version}, est en vigueur : vous la lirez et l'accepterez à votre prochaine visite."
    everybody = User.objects.actifs().exclude(pk=par.pk).select_related("entreprise")
    admitted = [user for user in everybody if policy.is_admitted(user)]
    notifications.notify(admitted, type="Conditions d'utilisation", contenu=contenu, url=reverse("cgu"), dedupe=f"cgu:{cgu.pk}")
    return cgu
