"""The one place that says who may do what (AZ-2); each app registers its table, everybody asks ``can`` or ``check``.

::

    policy.register(Produit, {"lire": may_read, "archiver": may_archive})
    policy.check(user, "archiver", produit)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.db.models import Model

from .errors import RightMissing

Predicate = Callable[[Any, Any], bool]
Reason = Callable[[Any, str, Any], str]
_table: dict[type[Model], dict[str, Predicate]] = {}
_reasons: dict[type[Model], Reason] = {}


def register(model: type[Model], verbs: Mapping[str, Predicate], *, why_not: Reason | None = None) -> None:
    """Add verbs to the table of a model; a subclass inherits those of its parents.

    ``why_not`` says in words what stands in the way of somebody who has the right; nothing when the right is what he lacks.

    :raises ValueError: the verb is already decided for this model.
    """
    known = _table.setdefault(model, {})
    if twice := known.keys() & verbs.keys():
        raise ValueError(f"{model.__name__} : verbe déjà décidé ({', '.join(sorted(twice))}).")
    known.update(verbs)
    if why_not is not None:
        _reasons[model] = why_not
    _predicate.cache_clear()


def can(user: Any, verb: str, obj: Model | type[Model]) -> bool:
    """Tell whether a person may do this to that object, or to its kind when no object exists yet.

    Always no for a visitor, an inactive account or a suspended company (AZ-8).

    :raises LookupError: nobody registered the verb for this kind of object.
    """
    predicate = _predicate(obj if isinstance(obj, type) else type(obj), verb)
    return is_admitted(user) and predicate(user, obj)


def check(user: Any, verb: str, obj: Model | type[Model]) -> None:
    """Like ``can``, for actions and views.

    :raises PermissionDenied: the person may not.
    """
    if not can(user, verb, obj):
        raise RightMissing(f"{verb} : droit manquant", _why_not(user, verb, obj))


def _why_not(user: Any, verb: str, obj: Model | type[Model]) -> str:
    if isinstance(obj, type) or not is_admitted(user):
        return ""
    return next((words for parent in type(obj).__mro__ if parent in _reasons and (words := _reasons[parent](user, verb, obj))), "")


def is_admitted(user: Any) -> bool:
    """Tell whether this is an active account of a company that is not suspended, or of the agency."""
    if not user.is_authenticated or not user.is_active:
        return False
    return user.entreprise_id is None or user.entreprise.suspendue_le is None


@lru_cache(maxsize=1024)
def _predicate(model: type[Model], verb: str) -> Predicate:
    for parent in model.__mro__:
        if predicate := _table.get(parent, {}).get(verb):
            return predicate
    raise LookupError(f"{model.__name__} : aucun droit n'est déclaré pour « {verb} ».")


def verbs(model: type[Model]) -> frozenset[str]:
    """List the verbs known for a model, those of its parents included."""
    return frozenset(verb for parent in model.__mro__ for verb in _table.get(parent, {}))
