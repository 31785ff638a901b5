"""Publishing a version of the conditions of use, which everybody is asked again to accept, and accepting it (ACC-4, EXT-3)."""

from __future__ import annotations

from functools import partial

from django.db import IntegrityError, transaction
from django.urls import reverse

from .. import broker, journal, notifications, policy
from ..errors import ActionRefused
from ..models import AcceptationCgu, Cgu, EntreeJournal, Notification, User

TASK = "accounts.tasks.annoncer_conditions"
SLICE = 200  # accounts told in one transaction


@transaction.atomic
def publier_cgu(*, par: User, version: str, texte: str) -> Cgu:
    """Put a version in force at once: at the next page, whoever has not accepted it is asked to (R-55). A worker tells each open account.

    :raises ActionRefused: a version bears this name already.
    """
    policy.check(par, "publier", Cgu)
    try:
        with transaction.atomic():
            cgu = Cgu.objects.create(version=version, texte=texte, a_annoncer=True)
    except IntegrityError as error:
        raise ActionRefused("Une version porte déjà ce nom : choisissez-en un autre.", champ="version") from error
    journal.record("cgu.publiees", par=par, target=cgu, version=cgu.version)
    transaction.on_commit(partial(broker.send_soon, TASK), robust=True)
    return cgu


@transaction.atomic
def accepter_cgu(*, cgu: Cgu, par: User) -> AcceptationCgu:
    """Accept a version; accepting it twice changes nothing (ACC-4)."""
    acceptation, created = AcceptationCgu.objects.get_or_create(user=par, cgu=cgu)
    if created:
        journal.record("cgu.acceptees", par=par, target=cgu, version=cgu.version)
    return acceptation


def annoncer() -> int:
    """Tell each open account of the versions just published; cut or repeated, it tells nobody twice (JB-1, JB-3)."""
    return sum(_annoncer(cgu) for cgu in Cgu.objects.filter(a_annoncer=True).order_by("pk"))


def _annoncer(cgu: Cgu) -> int:
    authors = EntreeJournal.objects.filter(action="cgu.publiees", target_id=str(cgu.pk)).values("acteur")
    everybody = User.objects.admis().exclude(pk__in=authors).order_by("pk")
    told, last = 0, 0
    while people := list(everybody.filter(pk__gt=last)[:SLICE]):
        told += len(_tell(cgu, people))
        last = people[-1].pk
    Cgu.objects.filter(pk=cgu.pk).update(a_annoncer=False)
    return told


def _tell(cgu: Cgu, people: list[User]) -> list[Notification]:
    contenu = f"Une nouvelle version des conditions d'utilisation, {cgu.version}, est en vigueur : vous la lirez et l'accepterez à votre prochaine visite."
    return notifications.notify(people, type="Conditions d'utilisation", contenu=contenu, url=reverse("cgu"), dedupe=f"cgu:{cgu.pk}")
