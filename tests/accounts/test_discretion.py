"""Known and unknown get the same answer, for the same work (AU-4): sign-in, forgotten password, request for an account.

What is done is compared exactly: text, status, headers, statements, passwords hashed. Time, which a busy machine blurs, is judged
apart on two hundred pairs: the two distributions must overlap.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import DemandeDeCompte, User
from tests.accounts.factories import EntrepriseFactory, UserFactory
from tests.accounts.factories_demandes import confirm, siret
from tests.strict import FastArgon2PasswordHasher

pytestmark = pytest.mark.django_db(transaction=True)
PAIRS = 200

Ask = Callable[[Client, bool], Any]


class CountingHasher(FastArgon2PasswordHasher):
    """The hasher of the tests, which counts what it computes."""

    computed = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).computed += 1
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        type(self).computed += 1
        return super().verify(password, encoded)


@pytest.fixture
def known() -> User:
    return UserFactory(username="camille.zola", email="camille@lab.example", entreprise=EntrepriseFactory(siren="732829320"))


def sign_in(client: Client, is_known: bool) -> Any:
    return client.post("/compte/connexion/", {"login": "camille.zola" if is_known else "person.autre", "password": "mauvais mot de passe"})


def reset(client: Client, is_known: bool) -> Any:
    return client.post("/compte/mot-de-passe/oubli/", {"email": "camille@lab.example" if is_known else "persona@lab.example"}, follow=True)


def demander(client: Client, is_known: bool) -> Any:
    """Ask for an account, for a company that is represented or not."""
    number = "732829320" if is_known else "552100554"
    return confirm(client, siren=number, siret=siret(number))


ASKS: dict[str, Ask] = {"connexion": sign_in, "oubli": reset, "demande": demander}


@pytest.fixture(params=ASKS.values(), ids=ASKS.keys())
def ask(request: pytest.FixtureRequest, known: User) -> Ask:
    return request.param


def neutral(response: Any) -> tuple[int, str, list[tuple[str, str]]]:
    """Leave out what differs between any two answers, and what the person has typed himself."""
    text = re.sub(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]*"', "", response.content.decode())
    text = re.sub(r"camille\.zola|person\.autre", "LOGIN", re.sub(r"\b[0-9a-f]{32}\b", "", text))
    headers = [(name, re.sub(r"nonce-[^']+", "", value)) for name, value in response.headers.items() if name != "X-Request-ID"]
    return response.status_code, text, sorted(headers)


def statements(captured: CaptureQueriesContext) -> list[str]:
    """Name each statement by what it does and to which table."""
    return [" ".join(re.findall(r'^\w+|(?:FROM|INTO|UPDATE)\s+"(\w+)"', query["sql"])[:2]) or query["sql"][:20] for query in captured.captured_queries]


def test_same_answer(ask: Ask) -> None:
    """Text, status, headers, size."""
    answers = [neutral(ask(Client(), is_known)) for is_known in (True, False)]
    assert answers[0] == answers[1]


def test_same_work(ask: Ask, settings: Any) -> None:
    """As many statements of the same kinds, as many passwords hashed."""
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    hashers.get_hashers.cache_clear()
    works = []
    for is_known in (True, False, True, False):  # the first pair warms what the process keeps
        cache.clear()
        DemandeDeCompte.objects.all().delete()
        CountingHasher.computed = 0
        with CaptureQueriesContext(connection) as captured:
            ask(Client(), is_known)
        works.append((statements(captured), CountingHasher.computed))
    assert works[2] == works[3]


@pytest.mark.slow
@pytest.mark.embedded
def test_times_overlap(ask: Ask) -> None:
    """Whoever times an answer learns nothing: of a pair, the known one is the slower about as often as not, or by next to nothing."""
    times: dict[bool, list[float]] = {True: [], False: []}
    for rank in range(2 * PAIRS + 20):
        cache.clear()
        client, is_known = Client(), rank % 2 == 0
        start = time.perf_counter()
        ask(client, is_known)
        times[is_known].append(time.perf_counter() - start)
    measured = {is_known: values[10:] for is_known, values in times.items()}
    slower, gap = superiority(measured[True], measured[False]), gap_of_medians(measured[True], measured[False])
    assert 0.35 <= slower <= 0.65 or gap <= 0.15, (slower, gap)


def superiority(first: Sequence[float], second: Sequence[float]) -> float:
    """Give how often one drawn from the first is above one drawn from the second (Mann-Whitney): a half when nothing tells them apart."""
    return sum((a > b) + (a == b) / 2 for a in first for b in second) / (len(first) * len(second))


def gap_of_medians(first: Sequence[float], second: Sequence[float]) -> float:
    middle = statistics.median([*first, *second])
    return abs(statistics.median(first) - statistics.median(second)) / middle


def test_the_judge_tells_a_leak_from_noise() -> None:
    """The control of the measure: shifted times are told apart, those that only spread are not."""
    noise = [0.010 + 0.004 * ((37 * rank) % 101) / 101 for rank in range(PAIRS)]
    leak = [value * 1.5 for value in noise]
    assert superiority(noise, noise) == 0.5 and gap_of_medians(noise, noise) == 0
    assert superiority(leak, noise) > 0.65 and gap_of_medians(leak, noise) > 0.15
