"""The trees of two companies, with all the support may do to them beside what their people do (AZ-9, R-50, BO-3, WF-1)."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, initialize, invariant, multiple, precondition, rule

from accounts.actions import suspension
from accounts.enums import Droit, SortResponsable
from accounts.models import Entreprise, Fusion, User
from catalog.actions import fusion as fusions
from catalog.actions.passation import nommer_responsable
from questionnaires.models import DroitSurSujet
from tests.accounts.factories import UserFactory
from tests.accounts.test_arbre import ComptesMachine, Modele, play
from tests.catalog.factories import ProduitFactory

SORTS = st.sampled_from([SortResponsable.RESTE, SortResponsable.RESTE, SortResponsable.CONTRIBUTEUR, SortResponsable.SUPPRIME])
RARELY = st.sampled_from([False, False, False, False, True])


class SupportMachine(ComptesMachine):
    """The acts of the support against the same plain model, over two companies which may become one, and two again."""

    comptes = Bundle("comptes")

    def __init__(self) -> None:
        super().__init__()
        self.suspended: set[int] = set()
        self.absorbed: dict[int, int] = {}
        self.merge: tuple[Fusion, dict[str, Any]] | None = None

    @initialize(target=comptes)
    def company(self) -> Any:
        self.support = [UserFactory(agence=True, role="support") for _ in range(2)]
        firsts = [UserFactory(responsable=True) for _ in range(2)]
        self.entreprises = [first.entreprise_id for first in firsts]
        self.model = {first.pk: Modele(None, responsable=True, company=first.entreprise_id) for first in firsts}
        self.produits = [ProduitFactory(entreprise=first.entreprise, responsable=first).pk for first in firsts]
        self.named = {pk: first.pk for pk, first in zip(self.produits, firsts, strict=True)}
        self.place = dict(zip(self.produits, self.entreprises, strict=True))
        for first in firsts:
            chef = UserFactory(entreprise=first.entreprise, gestionnaire=first, peut_creer_comptes=True)
            membre = UserFactory(entreprise=first.entreprise, gestionnaire=chef)
            self.model[chef.pk] = Modele(first.pk, droits={Droit.CREER_COMPTES}, company=first.entreprise_id)
            self.model[membre.pk] = Modele(chef.pk, company=first.entreprise_id)
        return multiple(*self.model)

    # What the rules say.
    def shut(self) -> set[int]:
        return self.suspended

    def admitted(self, pk: int) -> bool:
        return self.model[pk].open and self.model[pk].company not in self.suspended

    def of(self, company: int) -> dict[int, Modele]:
        return {pk: account for pk, account in self.model.items() if account.company == company}

    def open_responsables(self, company: int, *besides: int) -> list[int]:
        return [pk for pk, account in self.of(company).items() if account.open and account.responsable and pk not in besides]

    def entreprise(self, pk: int) -> Entreprise:
        return Entreprise.objects.get(pk=pk)

    # What the support does.
    @rule(cible=comptes)
    def suspendre_par_le_support(self, cible: int) -> None:
        account = self.model[cible]
        is_last = account.open and account.responsable and account.company not in self.suspended and not self.open_responsables(account.company, cible)
        allowed = not account.gone and not account.suspended and not is_last
        with self.outcome(allowed):
            suspension.suspendre_acces(compte=self.user(cible), par=self.support[0], motif="Usage anormal")
        if allowed:
            account.was_open, account.open, account.suspended = account.open, False, True

    @precondition(lambda self: any(account.suspended for account in self.model.values()))
    @rule(cible=comptes)
    def lever(self, cible: int) -> None:
        cible = next((pk for pk, account in self.model.items() if account.suspended and pk >= cible), cible)
        account = self.model[cible]
        allowed = account.suspended
        with self.outcome(allowed):
            suspension.lever_suspension(compte=self.user(cible), par=self.support[0])
        if allowed:
            account.open, account.suspended = account.was_open, False

    @rule(rank=st.sampled_from([0, 1]), wanted=RARELY)
    def suspendre_ou_retablir_entreprise(self, rank: int, wanted: bool) -> None:
        company = self.entreprises[rank]
        if company in self.suspended:
            allowed = bool(self.open_responsables(company))
            with self.outcome(allowed):
                suspension.lever_suspension_entreprise(entreprise=self.entreprise(company), par=self.support[1])
            self.suspended -= {company} if allowed else set()
        elif wanted:
            allowed = company not in self.absorbed
            with self.outcome(allowed):
                suspension.suspendre_entreprise(entreprise=self.entreprise(company), par=self.support[1], motif="Usage anormal")
            self.suspended |= {company} if allowed else set()

    @rule(cible=comptes, fair=st.booleans(), sort=SORTS)
    def nommer_un_responsable(self, cible: int, fair: bool, sort: SortResponsable) -> None:
        company = self.model[cible].company
        anciens = [pk for pk, account in self.of(company).items() if account.responsable and not account.gone]
        sorts = {pk: sort for pk in anciens if not (fair and pk == cible)}
        changes = {pk for pk in sorts if sort != SortResponsable.RESTE}
        allowed = self.model[cible].open and cible not in changes and bool(changes or cible not in anciens) and not self.in_doubt(company)
        with self.outcome(allowed):
            nommer_responsable(entreprise=self.entreprise(company), par=self.support[0], motif="Départ", vus=anciens, sorts=sorts, compte=self.user(cible))
        if allowed:
            self.model[cible].responsable, self.model[cible].manager = True, None
            for pk in sorted(changes):
                self._settle(pk, sort, cible)

    def in_doubt(self, company: int) -> bool:
        return self.merge is not None and company in self.entreprises

    def _settle(self, pk: int, sort: SortResponsable, named: int) -> None:
        if sort == SortResponsable.SUPPRIME:
            self._remove(named, pk, [ref for ref, responsable in self.named.items() if responsable == pk], named)
        else:
            self.model[pk].responsable, self.model[pk].droits = False, set()

    # Two companies become one, and two again.
    @precondition(lambda self: self.merge is None)
    @rule(rank=st.sampled_from([0, 1]), demote=comptes)
    def reunir(self, rank: int, demote: int) -> None:
        absorbee, absorbante = self.entreprises[rank], self.entreprises[1 - rank]
        is_demoted = self.model[demote].company == absorbee and self.model[demote].responsable and not self.model[demote].gone
        demoted = {demote} if is_demoted else set()
        left = set(self.open_responsables(absorbee)) - demoted | set(self.open_responsables(absorbante))
        allowed = not {absorbee, absorbante} & (self.suspended | self.absorbed.keys()) and bool(left)
        with self.outcome(allowed):
            parts = {"absorbee": self.entreprise(absorbee), "absorbante": self.entreprise(absorbante)}
            made = fusions.proposer_fusion(**parts, par=self.support[0], motif="Rachat", deviennent_contributeurs=[demote])
            made = fusions.approuver_fusion(fusion=made, par=self.support[1])
        if allowed:
            self.merge = made, {"model": deepcopy(self.model), "named": dict(self.named), "place": dict(self.place), "demoted": demoted}
            self.absorbed[absorbee] = absorbante
            self._bring(absorbee, absorbante, demoted)

    def _bring(self, absorbee: int, absorbante: int, demoted: set[int]) -> None:
        for pk in self.of(absorbee):
            self.model[pk].company = absorbante
        for ref, company in self.place.items():
            self.place[ref] = absorbante if company == absorbee else company
        for pk in demoted:
            self.model[pk].responsable, self.model[pk].droits = False, set()

    @precondition(lambda self: self.merge is not None)
    @rule(confirm=RARELY)
    def confirmer_ou_annuler(self, confirm: bool) -> None:
        made, before = self.merge
        if confirm:
            fusions.confirmer_fusion(fusion=made, par=self.support[0])
            self.merge = None
            return
        model, named, place = self.separated(made, before)
        allowed = made.absorbante_id not in self.suspended and all(
            any(account.company == company and account.open and account.responsable for account in model.values()) for company in self.entreprises
        )
        with self.outcome(allowed):
            fusions.annuler_fusion(fusion=made, par=self.support[1], motif="Erreur")
        if allowed:
            self.model, self.named, self.place, self.merge = model, named, place, None
            del self.absorbed[made.absorbee_id]

    def separated(self, made: Fusion, before: dict[str, Any]) -> tuple[dict[int, Modele], dict[int, int], dict[int, int]]:
        """Work out both companies as they must be, from what they were and what happened since."""
        model, place = deepcopy(self.model), before["place"]
        for pk, account in model.items():
            account.company = before["model"][self.origin(pk, before)].company if self.origin(pk, before) else made.absorbante_id
        for pk in before["demoted"]:
            if not model[pk].gone:
                model[pk].responsable, model[pk].droits = True, set(before["model"][pk].droits)
        for account in model.values():
            if account.manager and model[account.manager].company != account.company:
                account.manager = None
            account.produits = {(ref, droit) for ref, droit in account.produits if place[ref] == account.company}
        named = {ref: self.kept(model, responsable, before["named"][ref], place[ref]) for ref, responsable in self.named.items()}
        return model, named, dict(place)

    def origin(self, pk: int | None, before: dict[str, Any]) -> int | None:
        while pk is not None and pk not in before["model"]:
            pk = self.model[pk].manager
        return pk

    def kept(self, model: dict[int, Modele], now: int, former: int, company: int) -> int | None:
        fitting = [now] if model[now].company == company else []
        fitting += [former] if model[former].company == company and model[former].open else []
        fitting += sorted(pk for pk, account in model.items() if account.company == company and account.open and account.responsable)
        return fitting[0] if fitting else None

    # What must hold at any moment.
    @invariant()
    def nothing_crosses(self) -> None:
        for user in User.objects.filter(pk__in=getattr(self, "model", ())).exclude(gestionnaire=None).select_related("gestionnaire"):
            assert user.gestionnaire.entreprise_id == user.entreprise_id
        for user, sujet in DroitSurSujet.objects.values_list("user__entreprise", "content_object__entreprise"):
            assert user == sujet

    @invariant()
    def an_absorbed_company_is_empty(self) -> None:
        for company in self.absorbed:
            assert not User.objects.of_entreprise(company).exists()


@pytest.mark.slow
@pytest.mark.embedded  # the rules against a model of them: what the other database adds is in test_support_simultane
@pytest.mark.django_db
def test_no_order_of_acts_of_the_support_breaks_the_trees() -> None:
    """AZ-9, WF-1."""
    play(SupportMachine, steps=30)
