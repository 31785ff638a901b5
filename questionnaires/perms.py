"""Who may do what with a sujet and its answers (ACC-5, R-43, R-51, R-52): short predicates, then one table."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet

from accounts import policy
from accounts.enums import Droit
from accounts.models import Entreprise, User
from accounts.prepared import prepared

from .enums import DroitSujet, GenreSujet
from .models import DroitSurSujet, Sujet

ALL = frozenset(DroitSujet)
READ_WRITE = frozenset({DroitSujet.LECTURE, DroitSujet.SAISIE})


def entreprise_of(user: User) -> Entreprise:
    """Return the company whose screens these are; :raises PermissionDenied: the agency's staff has none."""
    if user.entreprise_id is None:
        raise PermissionDenied("Ces pages sont celles des entreprises.")
    return user.entreprise


def granted(user: User, sujet: Sujet) -> frozenset[DroitSujet]:
    """Return the rights an account holds on a sujet, whatever the state of the sujet; one query at most, kept on the object."""
    if user.entreprise_id is None or user.entreprise_id != sujet.entreprise_id:
        return frozenset()
    if user.is_responsable:
        return ALL
    cache = sujet.__dict__.setdefault("_granted", {})
    if user.pk not in cache:
        cache[user.pk] = _fetch_granted(user, sujet)
    return cache[user.pk]


def remember(user: User, sujet: Sujet, codenames: Iterable[str]) -> None:
    """Keep on a sujet the rights an account was given on it, when they were read with it or with many."""
    sujet.__dict__.setdefault("_granted", {})[user.pk] = rights_from(user, sujet, codenames)


def _fetch_granted(user: User, sujet: Sujet) -> frozenset[DroitSujet]:
    return rights_from(user, sujet, [row.codename for row in _given(user=user.pk, sujet=sujet.pk)])


@prepared
def _given(user: int, sujet: int) -> QuerySet[DroitSurSujet]:
    rows = DroitSurSujet.objects.filter(user=user, content_object=sujet).only("pk")
    return rows.annotate(codename=F("permission__codename"))


def rights_from(user: User, sujet: Sujet, codenames: Iterable[str]) -> frozenset[DroitSujet]:
    """Work out the rights an account holds on a sujet of its company, from the codes of those it was given (R-51, R-52)."""
    rights = {DroitSujet(code) for code in codenames}
    if user.pk == sujet.responsable_id:  # while named
        rights |= ALL
    if sujet.genre == GenreSujet.STRATEGIE and user.acces_strategie:
        rights |= READ_WRITE
    if rights:
        rights.add(DroitSujet.LECTURE)
    if not user.holds(Droit.VALIDER):  # both are needed
        rights.discard(DroitSujet.VALIDATION)
    return frozenset(rights)


def may_read(user: User, sujet: Sujet) -> bool:
    return DroitSujet.LECTURE in granted(user, sujet)


def may_write(user: User, sujet: Sujet) -> bool:
    """An archived sujet is read-only everywhere (R-43)."""
    return not sujet.is_archive and DroitSujet.SAISIE in granted(user, sujet)


def may_validate(user: User, sujet: Sujet) -> bool:
    return not sujet.is_archive and DroitSujet.VALIDATION in granted(user, sujet)


def may_archive(user: User, sujet: Sujet) -> bool:
    """Archiving and restoring belong to whoever holds validation (R-43)."""
    return sujet.is_produit and DroitSujet.VALIDATION in granted(user, sujet)


def may_duplicate(user: User, sujet: Sujet) -> bool:
    return sujet.is_produit and may_read(user, sujet) and user.holds(Droit.CREER_PRODUITS)


NEEDED = {"saisir": DroitSujet.SAISIE, "valider": DroitSujet.VALIDATION}


def why_not(user: User, verb: str, sujet: Sujet) -> str:
    """Say that the sujet is archived to whoever could act on it otherwise (R-43)."""
    if not sujet.is_archive or NEEDED.get(verb) not in granted(user, sujet):
        return ""
    who = "Ce produit a été archivé : il" if sujet.is_produit else "Cette stratégie globale a été archivée : elle"
    return f"{who} se lit encore, mais ne se modifie plus."


policy.register(
    Sujet,
    {
        "lire": may_read,
        "saisir": may_write,
        "valider": may_validate,
        "archiver": may_archive,
        "dupliquer": may_duplicate,
    },
    why_not=why_not,
)
