"""The two probes: alive, and able to serve (OP-7)."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection
from django.urls import reverse

from convergence import probes


@pytest.fixture(autouse=True)
def _forget_the_last_answer():
    probes._last = None
    yield
    probes._last = None


@pytest.mark.django_db
def test_alive_asks_nothing_of_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get(reverse("sante")).json() == {"etat": "ok"}


@pytest.mark.django_db
def test_ready_when_every_support_answers(client):
    response = client.get(reverse("pret"))
    assert response.status_code == 200
    assert response.json() == {"pret": True, "base": True, "migrations": True, "fichiers": True, "taches": True, "antivirus": True}


@pytest.mark.django_db
def test_not_ready_without_database_and_no_secret_told(client):
    def down(*_):
        raise OperationalError("mot de passe=secret")

    with connection.execute_wrapper(down):
        response = client.get(reverse("pret"))
    assert response.status_code == 503
    assert response.json()["base"] is False
    assert "secret" not in response.content.decode()


@pytest.mark.django_db
def test_asking_in_a_loop_does_not_weigh_on_the_database(client, django_assert_num_queries):
    client.get(reverse("pret"))
    with django_assert_num_queries(0):
        client.get(reverse("pret"))
