"""What the database itself promises about companies and accounts (AU-10, ACC-7, R-51)."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from freezegun import freeze_time

from accounts import journal
from accounts.enums import Droit, Profil
from accounts.models import AcceptationCgu, Entreprise, User
from accounts.rules.arbre import erased_address
from tests.accounts.factories import PASSWORD, CguFactory, EntrepriseFactory, UserFactory
from tests.ensemble import times_at_once

pytestmark = pytest.mark.django_db


def test_siren_key_is_checked() -> None:
    with pytest.raises(ValidationError) as refusal:
        Entreprise(raison_sociale="X", siren="123456789").full_clean()
    assert "siren" in refusal.value.message_dict


def test_two_companies_never_share_a_siren() -> None:
    entreprise = EntrepriseFactory()
    with pytest.raises(IntegrityError):
        EntrepriseFactory(siren=entreprise.siren)


@pytest.mark.parametrize("variant", ["JEAN.DUPONT", "Jean.Dupont", "ｊean.dupont"])
def test_login_is_unique_whatever_its_form(variant: str) -> None:
    """AU-10."""
    UserFactory(username="jean.dupont")
    with pytest.raises(IntegrityError):
        UserFactory(username=variant)


@pytest.mark.parametrize("variant", ["JEAN@LAB.FR", "ｊean@lab.fr"])
def test_address_is_unique_whatever_its_form(variant: str) -> None:
    """AU-10."""
    UserFactory(email="jean@lab.fr")
    with pytest.raises(IntegrityError):
        UserFactory(email=variant)


def test_login_is_found_whatever_its_casing() -> None:
    """AU-10."""
    user = UserFactory(username="Jean.Dupont")
    assert User.objects.get_by_natural_key("jEAN.dUPONT") == user


def test_homograph_login_is_never_saved() -> None:
    """AU-10: also outside forms."""
    user = UserFactory(username="admin")
    user.username = "аdmin"
    with pytest.raises(ValidationError):
        user.save()


def test_key_follows_the_login_when_it_alone_is_saved() -> None:
    """AU-10."""
    user = UserFactory()
    user.username = "Nouveau.Nom"
    user.save(update_fields=["username"])
    user.refresh_from_db()
    assert user.username_cle == "nouveau.nom"


@pytest.mark.parametrize(
    "fields",
    [
        {"profil": Profil.AGENCE},
        {"profil": Profil.RESPONSABLE, "entreprise": None},
        {"is_staff": True},
        {"is_superuser": True},
    ],
)
def test_account_is_of_a_company_or_of_the_agency(fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        UserFactory(**fields)


def test_account_is_not_its_own_manager() -> None:
    user = UserFactory()
    user.gestionnaire = user
    with pytest.raises(IntegrityError):
        user.save()


def test_responsable_holds_every_right() -> None:
    """R-51."""
    assert all(UserFactory(responsable=True).holds(droit) for droit in Droit)


@pytest.mark.parametrize("droit", Droit)
def test_contributeur_holds_what_he_was_given(droit: Droit) -> None:
    """R-51."""
    user = UserFactory(**{User.DROITS[droit]: True})
    assert [held for held in Droit if user.holds(held)] == [droit]


def test_agency_holds_no_right_of_a_company() -> None:
    """R-51."""
    assert not any(UserFactory(agence=True, tous_droits=True).holds(droit) for droit in Droit)


def test_password_is_kept_as_argon2() -> None:
    """AU-1."""
    user = UserFactory()
    assert user.password.startswith("argon2$argon2id$")
    assert user.check_password(PASSWORD)


def test_conditions_are_accepted_once() -> None:
    """ACC-4, WF-3."""
    user, cgu = UserFactory(), CguFactory()
    AcceptationCgu.objects.create(user=user, cgu=cgu)
    with pytest.raises(IntegrityError), transaction.atomic():
        AcceptationCgu.objects.create(user=user, cgu=cgu)


@pytest.mark.django_db(transaction=True)
def test_case_variants_created_at_once_leave_one_account() -> None:
    """AU-10, WF-3: the index decides, not a check before."""
    variants = ["marie.curie", "Marie.Curie", "MARIE.CURIE", "ｍarie.curie"] * 5
    entreprise = EntrepriseFactory()

    def create(rank: int) -> str:
        try:
            User.objects.create_user(variants[rank], f"m{rank}@lab.fr", entreprise=entreprise, first_name="M", last_name="C")
        except IntegrityError:
            return "refused"
        return "created"

    outcomes = times_at_once(len(variants), create)
    assert sorted(outcomes) == ["created"] + ["refused"] * (len(variants) - 1)


@pytest.mark.parametrize("fields", [{"is_active": True}, {"is_active": False, "gestionnaire": True}])
def test_deleted_account_is_shut_and_attached_to_nobody(fields: dict[str, bool]) -> None:
    """ACC-7: in the database itself."""
    user = UserFactory()
    if fields.pop("gestionnaire", False):
        fields["gestionnaire"] = UserFactory(entreprise=user.entreprise)
    with pytest.raises(IntegrityError):
        User.objects.filter(pk=user.pk).update(supprime_le=timezone.now(), **fields)


def test_deletions_made_before_the_column_are_dated_by_the_journal() -> None:
    """ACC-7: what the migration finds is the line of the deletion; a suspended account is left as it is."""
    gone, suspended = UserFactory(inactif=True), UserFactory(inactif=True)
    User.objects.filter(pk=gone.pk).update(email=erased_address(gone.pk))
    with freeze_time("2026-03-04 05:06:07"):
        journal.record("compte.supprime", par=None, target=gone)
    import_module("accounts.migrations.0008_dates_des_suppressions").date_deletions(apps, None)
    gone.refresh_from_db()
    suspended.refresh_from_db()
    assert gone.supprime_le == datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC) and gone.is_supprime
    assert suspended.supprime_le is None
