"""Rights as the pages of accounts write them: « 1012-saisie » on a sujet, « valider » on the account."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.enums import Droit
from questionnaires.enums import DroitSujet

_CODE = re.compile(r"([1-9][0-9]{0,17})-(lecture|saisie|validation)")


@dataclass(frozen=True, order=True)
class DroitProduit:
    """One right on one sujet, known by its référence."""

    reference: int
    droit: DroitSujet

    @property
    def code(self) -> str:
        return f"{self.reference}-{self.droit.value}"


def parse_produit(code: str) -> DroitProduit:
    """:raises ValueError: not the code of a right on a sujet."""
    found = _CODE.fullmatch(code)
    if found is None:
        raise ValueError(code)
    return DroitProduit(int(found[1]), DroitSujet(found[2]))


def parse(codes: Iterable[str]) -> tuple[frozenset[Droit], frozenset[DroitProduit]]:
    """Sort codes into rights of the account and rights on sujets.

    :raises ValueError: one of them is neither.
    """
    compte, produits = set(), set()
    for code in codes:
        if code in Droit.values:
            compte.add(Droit(code))
        else:
            produits.add(parse_produit(code))
    return frozenset(compte), frozenset(produits)
