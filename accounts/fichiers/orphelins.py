"""Files that no row refers to: what a process killed between the file and its row left behind (FI-5)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Model


def supprimer_orphelins(model: type[Model], folder: str, *, before: datetime) -> int:
    """Delete the files of a folder, older than ``before``, that no ``fichier`` of the model names; give their number."""
    storage = model._meta.get_field("fichier").storage
    try:
        names = [f"{folder}/{name}" for name in storage.listdir(folder)[1]]
    except FileNotFoundError:
        return 0
    known = set(model._base_manager.filter(fichier__in=names).values_list("fichier", flat=True))
    lost = [name for name in names if name not in known and storage.get_modified_time(name) < before]
    for name in lost:
        storage.delete(name)
    return len(lost)
