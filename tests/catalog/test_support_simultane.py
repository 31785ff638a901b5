"""Several members of the support, or people at work, at the very same instant (WF-3, WF-6, AZ-9, AZ-12)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.actions.comptes import creer_compte
from accounts.actions.suspension import suspendre_acces
from accounts.errors import ActionRefused
from accounts.models import Entreprise, Fusion, Passation, User
from catalog.actions import deplacement, fusion, passation
from catalog.actions.fusion import annuler_fusion, approuver_fusion, confirmer_fusion, proposer_fusion
from catalog.actions.passation import nommer_responsable
from catalog.models import Produit
from questionnaires.models import Reponse, Sujet
from tests.accounts.factories import UserFactory
from tests.catalog.factories import ProduitFactory
from tests.ensemble import at_once
from tests.parcours.factories import ReponseFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("referentiel")]


@pytest.fixture
def support() -> list[User]:
    return [UserFactory(agence=True, role="support") for _ in range(3)]


@pytest.fixture
def couple() -> tuple[User, User]:
    """The responsables of two companies."""
    return UserFactory(responsable=True), UserFactory(responsable=True)


def propose(couple: tuple[User, User], par: User, **parts: Entreprise) -> Fusion:
    values = {"absorbee": couple[0].entreprise, "absorbante": couple[1].entreprise, **parts}
    return proposer_fusion(**values, par=par, motif="Rachat")


def done(results: list[Any]) -> int:
    return sum(not isinstance(result, Exception) for result in results)


# --- Named twice ------------------------------------------------------------------------------------------------------------------
def name_at_once(couple: tuple[User, User], support: list[User]) -> list[Any]:
    ancien = couple[0]
    others = [UserFactory(entreprise=ancien.entreprise, gestionnaire=ancien) for _ in range(2)]

    def act(par: User, compte: User) -> Callable[[], Any]:
        return lambda: nommer_responsable(entreprise=ancien.entreprise, par=par, motif="Départ", vus=[ancien.pk], sorts={ancien.pk: "supprime"}, compte=compte)

    return at_once(*(act(par, compte) for par, compte in zip(support, others, strict=False)))


def test_two_colleagues_name_at_once_and_one_is_named(couple, support) -> None:
    assert done(name_at_once(couple, support)) == 1
    assert User.objects.of_entreprise(couple[0].entreprise).responsables().presents().count() == Passation.objects.count() == 1


def test_control_without_the_comparison_both_act(couple, support, monkeypatch) -> None:
    """The control of the test above: with what the page showed taken for granted, two are named, one on a page that no longer held."""
    monkeypatch.setattr(passation, "_check_seen", lambda anciens, vus: None)
    assert done(name_at_once(couple, support)) == 2


def test_the_last_two_responsables_are_not_suspended_at_once(couple, support) -> None:
    """AZ-9: one of the two is refused."""
    first, second = couple[0], UserFactory(entreprise=couple[0].entreprise, responsable=True)
    results = at_once(*(lambda c=compte, p=par: suspendre_acces(compte=c, par=p, motif="x") for compte, par in zip((first, second), support, strict=False)))
    assert done(results) == 1
    assert User.objects.of_entreprise(first.entreprise).responsables().actifs().count() == 1


# --- Merged twice -----------------------------------------------------------------------------------------------------------------
def test_of_many_proposals_at_once_one_is_kept(couple, support) -> None:
    """WF-4: whatever the side."""
    a, b = (responsable.entreprise for responsable in couple)
    third = UserFactory(responsable=True).entreprise
    parts = [(a, b), (b, a), (a, third), (third, a)]
    results = at_once(*(lambda x=x, y=y: propose(couple, support[0], absorbee=x, absorbante=y) for x, y in parts))
    assert done(results) == 1 == Fusion.objects.ouvertes().count()


def test_control_without_the_check_crossed_proposals_both_stand(couple, support, monkeypatch) -> None:
    """The control: without the question under the lock, the partial indexes alone let two merges cross; a trigger refuses the second."""
    a, b = (responsable.entreprise for responsable in couple)
    monkeypatch.setattr(Fusion.objects.__class__, "touching", lambda self, *companies: self.none(), raising=False)
    propose(couple, support[0])
    with pytest.raises((ActionRefused, IntegrityError)):
        propose(couple, support[1], absorbee=b, absorbante=a)
    assert Fusion.objects.count() == 1


@pytest.mark.parametrize("_", range(3))
def test_approved_many_times_at_once_it_is_done_once(couple, support, _) -> None:
    made = propose(couple, support[0])
    ProduitFactory(entreprise=couple[0].entreprise, responsable=couple[0])
    results = at_once(*(lambda par=par: approuver_fusion(fusion=made, par=par) for par in support[1:] * 2))
    assert done(results) == 1
    assert not Sujet.objects.of_entreprise(couple[0].entreprise).exists()


@pytest.mark.parametrize("_", range(3))
def test_confirmed_and_undone_at_once_one_of_the_two_holds(couple, support, _) -> None:
    made = approuver_fusion(fusion=propose(couple, support[0]), par=support[1])
    results = at_once(
        lambda: confirmer_fusion(fusion=made, par=support[0]),
        lambda: annuler_fusion(fusion=made, par=support[1], motif="Erreur"),
    )
    assert done(results) == 1
    is_undone = Fusion.objects.get().etat == "annulee"
    assert User.objects.get(pk=couple[0].pk).entreprise_id == (couple[0] if is_undone else couple[1]).entreprise_id


# --- While people work ------------------------------------------------------------------------------------------------------------
def work(couple: tuple[User, User], produit: Produit) -> list[Callable[[], Any]]:
    """What the people of the absorbed company may be doing at that very instant."""
    a = couple[0]
    identite = {"first_name": "Lou", "last_name": "Roy", "email": "lou@lab.example", "username": "lou.roy"}

    def guarded(act: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            try:
                with transaction.atomic():
                    return act()
            except IntegrityError as error:
                return error

        return run

    return [
        lambda: creer_compte(par=a, identite=identite),
        guarded(lambda: ProduitFactory(entreprise=a.entreprise, responsable=a, nom="Nouveau")),
        guarded(lambda: ReponseFactory(sujet=Sujet.tous.get(pk=produit.pk), code="securite", par=a)),
    ]


def mixed() -> list[str]:
    """Find what no instant may leave behind: a row left in the absorbed company, or one whose sujet is of another."""
    absorbed = Entreprise.objects.filter(fusionnee_dans__isnull=False)
    left = [*User.objects.filter(entreprise__in=absorbed), *Sujet.tous.filter(entreprise__in=absorbed), *Reponse.tous.filter(entreprise__in=absorbed)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT r.id FROM questionnaires_reponse r JOIN questionnaires_sujet s ON s.id = r.sujet_id WHERE s.entreprise_id <> r.entreprise_id")
        return [repr(row) for row in left] + [f"réponse {pk}" for (pk,) in cursor.fetchall()]


def merge_while_people_work(couple, support) -> list[Any]:
    produit = ProduitFactory(entreprise=couple[0].entreprise, responsable=couple[0], qualified=True)
    made = propose(couple, support[0])
    return at_once(lambda: approuver_fusion(fusion=made, par=support[1]), *work(couple, produit))


@pytest.mark.parametrize("_", range(6))
def test_a_merge_leaves_nothing_behind_whoever_is_writing(couple, support, _) -> None:
    """AZ-12, WF-6: what is written before comes along; after, it is written in the company that stays, or refused; nobody waits in a circle."""
    results = merge_while_people_work(couple, support)
    assert mixed() == []
    if not isinstance(results[0], Exception):
        lou = User.objects.filter(username="lou.roy").first()
        assert lou is None or lou.entreprise == couple[1].entreprise


def test_control_without_the_locks_rows_are_left_behind(couple, support, monkeypatch) -> None:
    """The control: the locks of the merge and the triggers taken away, some row stays in the absorbed company, sooner or later."""
    monkeypatch.setattr(fusion, "verrouiller", lambda made: None)
    slow = deplacement.deplacer

    def slowly(*args: Any, **kwargs: Any) -> Any:
        moved = slow(*args, **kwargs)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3)")
        return moved

    monkeypatch.setattr(deplacement, "deplacer", slowly)
    with connection.cursor() as cursor:
        for table in ("questionnaires_sujet", "accounts_user"):
            cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "fusion_{table}_insert"')
        cursor.execute("ALTER TABLE questionnaires_reponse DISABLE TRIGGER entreprise_questionnaires_reponse_insert")
    try:
        for _ in range(3):
            pair = (UserFactory(responsable=True), UserFactory(responsable=True))
            merge_while_people_work(pair, support)
            User.objects.filter(username="lou.roy").update(username=f"lou.{pair[0].pk}", username_cle=f"lou.{pair[0].pk}", email_cle=f"lou.{pair[0].pk}")
        assert mixed()
    finally:
        with connection.cursor() as cursor:
            for table in ("questionnaires_sujet", "accounts_user"):
                cursor.execute(f'ALTER TABLE {table} ENABLE TRIGGER "fusion_{table}_insert"')
            cursor.execute("ALTER TABLE questionnaires_reponse ENABLE TRIGGER entreprise_questionnaires_reponse_insert")
