"""The rows of « Votre catalogue produits »: HTML drawn once per case, into which the produit is put (P16)."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from types import SimpleNamespace

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from questionnaires.cartes import cut, fill

from .enums import TypeProduit
from .selectors.catalogue import Ligne

# A number that the addresses accept and no sequence reaches, then texts that nobody types.
HOLES = ("999999999999999999", "\ue000nom\ue001", "\ue000version\ue001", "\ue000responsable\ue001", "\ue000jeton\ue001")


def ligne_html(ligne: Ligne, token: str) -> SafeString:
    """Draw the row of a produit; ``token`` protects its form."""
    produit = ligne.produit
    parts = _squelette(produit.type, produit.publie, produit.is_archive, ligne.may_read, ligne.may_edit, ligne.may_duplicate, ligne.may_archive, ligne.is_asked)
    return fill(parts, (str(produit.reference), escape(produit.nom), escape(produit.version), escape(produit.responsable.nom_complet), escape(str(token))))


@lru_cache(maxsize=256)
def _squelette(
    genre: str, publie: bool, archive: bool, may_read: bool, may_edit: bool, may_duplicate: bool, may_archive: bool, is_asked: bool
) -> tuple[tuple[str, int], ...]:
    reference, nom, version, responsable, token = HOLES
    produit = SimpleNamespace(
        reference=reference,
        nom=nom,
        version=version,
        responsable=SimpleNamespace(nom_complet=responsable),
        is_archive=archive,
        publie=publie,
        type_en_mots=TypeProduit(genre).label,
    )
    rights = {"may_read": may_read, "may_edit": may_edit, "may_duplicate": may_duplicate, "may_archive": may_archive, "is_asked": is_asked}
    return cut(render_to_string("catalog/_ligne_produit.html", {"produit": produit, "csrf_token": token, **rights}), HOLES)
