"""Statements written once: the same rows as the queryset they come from, for each value, on each thread (P1)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import Count, F, QuerySet
from django.utils import timezone

from accounts.enums import EtatTravail
from accounts.models import Notification, Travail, User
from accounts.prepared import Update, prepared, prepared_update
from tests.accounts.factories import NotificationFactory, UserFactory


def rows_of(user_id: int) -> QuerySet[User]:
    return User.objects.filter(pk=user_id).select_related("entreprise").annotate(nombre=Count("notifications")).order_by("pk")


def seen(users: list[User]) -> list[tuple]:
    return [(user.pk, user.username, user.preferences, user.date_joined, user.entreprise.raison_sociale, user.nombre) for user in users]


@pytest.mark.django_db
def test_the_rows_are_those_of_the_queryset(django_assert_num_queries) -> None:
    people = [UserFactory(preferences={"courriels": [n]}) for n in range(3)]
    NotificationFactory(destinataire=people[1])
    read = prepared(rows_of)
    for user in [*people, *people]:
        with django_assert_num_queries(1):
            found = seen(read(user_id=user.pk))
        assert found == seen(list(rows_of(user.pk)))
    assert read(user_id=0) == []


@pytest.mark.django_db
def test_an_argument_of_any_column_of_numbers_takes_its_place() -> None:
    """A column of positive numbers wraps its value for PostgreSQL; the mark is found there too."""
    notice = NotificationFactory(produit_id=12)

    @prepared
    def about(produit: int) -> QuerySet[Notification]:
        return Notification.tous.filter(produit_id=produit)[:5]

    assert ([row.pk for row in about(produit=12)], about(produit=13)) == ([notice.pk], [])


@pytest.mark.django_db
def test_an_argument_that_goes_nowhere_is_refused() -> None:
    @prepared
    def odd(user_id: int, forgotten: int) -> QuerySet[User]:
        return User.objects.filter(pk=user_id)

    with pytest.raises(ValueError, match="forgotten"):
        odd(user_id=1, forgotten=2)


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_by_its_own_connection() -> None:
    user, read = UserFactory(), prepared(rows_of)
    assert seen(read(user_id=user.pk))

    def there() -> list[tuple]:
        try:
            return seen(read(user_id=user.pk))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert [pool.submit(there).result() for _ in range(3)] == [seen([*rows_of(user.pk)])] * 3


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_server_keeps_the_plan() -> None:
    user, read = UserFactory(), prepared(rows_of)
    for _ in range(3):
        read(user_id=user.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%nombre%"])
        assert cursor.fetchone()[0] == 1


@pytest.mark.django_db
def test_an_argument_may_be_a_text() -> None:
    people = [UserFactory(first_name=name) for name in ("L'Œuvre", "l%élan_", "\\autre")]

    @prepared
    def named(name: str, entreprise: int) -> QuerySet[User]:
        return User.objects.filter(first_name=name, entreprise=entreprise)

    for user in people:
        assert [found.pk for found in named(name=user.first_name, entreprise=user.entreprise_id)] == [user.pk]
    assert named(name="l%", entreprise=people[1].entreprise_id) == named(name="", entreprise=0) == []


@prepared_update
def change(cle: int, jeton: UUID, quand: datetime, params: dict, nom: str) -> Update:
    rows = Travail.tous.filter(pk=cle, essais__lt=3).order_by("-pk")
    return rows, {"essais": F("essais") + 1, "jeton": jeton, "bail_jusqu_a": quand, "params": params, "nom_fichier": nom, "etat": EtatTravail.EN_COURS}


@pytest.mark.django_db
def test_an_update_writes_what_it_is_given_into_the_rows_it_keeps(django_assert_num_queries) -> None:
    user = UserFactory()
    asked = {"kind": "essai.fichier", "demandeur": user, "entreprise": user.entreprise}
    mine, other = (Travail.tous.create(cle=cle, essais=1, prochain_essai=timezone.now(), **asked) for cle in ("le mien", "l'autre"))
    jeton, quand = uuid4(), datetime(2026, 11, 26, 4, 5, 6, 789, tzinfo=UTC)
    given = {"jeton": jeton, "quand": quand, "params": {"a": ["é", None, {"b": 1.5}]}, "nom": "l'été \\%s.pdf"}
    with django_assert_num_queries(3):
        assert [change(cle=mine.pk, **given) for _ in range(3)] == [1, 1, 0], "the third time it is one of those left alone"
    mine.refresh_from_db()
    assert (mine.essais, mine.jeton, mine.bail_jusqu_a, mine.params, mine.nom_fichier, mine.etat) == (
        3, jeton, quand, given["params"], given["nom"], EtatTravail.EN_COURS,
    )  # fmt: skip
    before = other.essais, other.etat, other.jeton
    other.refresh_from_db()
    assert (other.essais, other.etat, other.jeton) == before


@pytest.mark.django_db
def test_an_argument_of_an_update_that_goes_nowhere_is_refused() -> None:
    @prepared_update
    def odd(cle: int, forgotten: str) -> Update:
        return Travail.tous.filter(pk=cle), {"essais": 1}

    with pytest.raises(ValueError, match="forgotten"):
        odd(cle=1, forgotten="")
