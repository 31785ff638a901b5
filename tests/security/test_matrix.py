"""The authorisation matrix: every URL × method × actor (AZ-1, AZ-4, AZ-14)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts import policy
from accounts.models import IdentiteExterne
from accounts.models.notification import NotificationQuerySet
from accounts.models.travail import TravailQuerySet
from accounts.models.user import UserQuerySet
from accounts.selectors import identites as selectors_identites
from accounts.selectors import sessions as selectors_sessions
from catalog.models.demande_acces import DemandeAccesQuerySet
from parcours.models.inscription import InscriptionQuerySet
from questionnaires.models.reponse import ReponseQuerySet
from questionnaires.models.sujet import SujetQuerySet

from .monde import Monde, create_monde
from .table import SHUT_OUT, TABLE, Outcome, Row, expectation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]
NOT_PUBLIC = [name for name, row in TABLE.items() if row.kind != "public"]
OBJECTS = [name for name, row in TABLE.items() if row.kind in ("objet", "personnel")]
RESTRICTED = [name for name, row in TABLE.items() if row.kind in ("objet", "droit")]


def by_room(names: list[str]) -> pytest.MarkDecorator:
    """Run a test once for each namespace: the world is made once for all its URLs, since what a request writes is undone."""
    rooms: dict[str, list[str]] = {}
    for name in names:
        rooms.setdefault(name.rpartition(":")[0] or "site", []).append(name)
    return pytest.mark.parametrize("names", rooms.values(), ids=rooms)


@pytest.fixture
def monde() -> Monde:
    return create_monde()


def url_names(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from url_names(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}" if pattern.name else f"UNNAMED {pattern.pattern}"


def test_every_url_has_a_row_and_every_row_a_url() -> None:
    """AZ-1: no unnamed URL, no missing row, no row of a URL that is gone."""
    assert sorted(set(url_names())) == sorted(TABLE)


def request(monde: Monde, name: str, method: str, actor: str, row: Row, expected: str) -> Outcome:
    """Send one request as an actor; what it writes is undone, and what it counts forgotten."""
    cache.clear()
    user = monde.acteurs[actor]
    client = Client()
    if user is not None:
        client.force_login(user)
    url = reverse(name, kwargs=row.kwargs(monde.a))
    with transaction.atomic():
        response = client.post(url, row.data(monde.a)) if method == "POST" else getattr(client, method.lower())(url)
        transaction.set_rollback(True)
    return Outcome(name, method, actor, expected, response.status_code, response.headers.get("Location", ""), getattr(response, "content", b""))


def outcomes(monde: Monde, name: str, actors: Iterable[str] = ()) -> Iterator[Outcome]:
    row = TABLE[name]
    for method in ("GET", "POST"):
        for actor in actors or monde.acteurs:
            expected = expectation(row, method, actor)
            if expected is not None:
                yield request(monde, name, method, actor, row, expected)


@by_room(NOT_PUBLIC)
def test_each_actor_meets_what_the_table_says(monde: Monde, names: list[str]) -> None:
    """AZ-4: foreign is 404, a missing right 403, a visitor signs in; somebody succeeds with the very same object."""
    found = [outcome for name in names for outcome in outcomes(monde, name)]
    assert [outcome for outcome in found if not outcome.is_as_expected] == []
    succeeded = {outcome.name for outcome in found if outcome.expected == "admitted" and outcome.status in (200, 302)}
    assert [name for name in names if name not in succeeded] == [], "positive control"


@by_room([name for name in OBJECTS if TABLE[name].get])
def test_a_foreign_object_is_as_if_it_did_not_exist(monde: Monde, names: list[str]) -> None:
    """AZ-4: the answer for another company's object is that for a number nobody has, byte for byte."""
    client = Client()
    client.force_login(monde.acteurs["responsable_b"])
    for name in names:
        real = TABLE[name].kwargs(monde.a)
        missing = {key: 999_999_999 if isinstance(value, int) else value for key, value in real.items()}
        bodies = [neutral(client.get(reverse(name, kwargs=kwargs)).content) for kwargs in (real, missing)]
        assert bodies[0] == bodies[1], name


@pytest.mark.embedded  # no table is read otherwise for one than for the other
@by_room([name for name in TABLE if name != "accounts:openid_retour"])  # there the state that comes back serves once
def test_head_is_answered_as_get_without_a_body(monde: Monde, names: list[str]) -> None:
    """RFC 9110, 9.3.2: what watches the site asks for the head alone, and a visitor is led to sign in towards the same page."""
    for name in names:
        row = TABLE[name]
        admitted = (actor for actor in monde.acteurs if expectation(row, "GET", actor) == "admitted")
        for actor in ("anonyme", next(admitted, "responsable_a")):
            shown, told = (request(monde, name, method, actor, row, "") for method in ("GET", "HEAD"))
            assert (told.status, told.location, told.body) == (shown.status, shown.location, b""), (name, actor)


def neutral(body: bytes) -> bytes:
    """Leave out what differs between any two answers: form token, nonce, number of the request, seconds left of the session, address asked."""
    text = re.sub(rb'(name="csrfmiddlewaretoken" value=|nonce=|data-reste=)"[^"]*"', b"", body)
    text = re.sub(rb"\b[0-9a-f]{32}\b", b"", text)
    return re.sub(rb"/[0-9]+/", b"/N/", text)


# --- The net itself is tested ------------------------------------------------------------------------------------------


@pytest.mark.embedded  # what it proves does not depend on the database: one pass is enough
@by_room(RESTRICTED)
def test_a_policy_that_always_says_yes_is_caught(monde: Monde, names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """AZ-14: with the policy replaced by « yes », each row of the matrix fails."""
    monkeypatch.setattr(policy, "can", lambda user, verb, obj: True)
    assert [name for name in names if all(outcome.is_as_expected for outcome in outcomes(monde, name))] == []


@pytest.mark.embedded
@by_room(OBJECTS)
def test_a_scope_that_lets_all_through_is_caught(monde: Monde, names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """AZ-14: with the querysets replaced by « all », each row of the matrix fails."""
    for queryset in (SujetQuerySet, ReponseQuerySet, InscriptionQuerySet, UserQuerySet, DemandeAccesQuerySet):
        monkeypatch.setattr(queryset, "of_entreprise", lambda self, entreprise: self)
    monkeypatch.setattr(selectors_identites, "identites_of", lambda user: IdentiteExterne.objects.all())
    monkeypatch.setattr(selectors_sessions, "sessions_of", lambda user: UserSession.objects.all())
    for queryset in (TravailQuerySet, NotificationQuerySet):
        monkeypatch.setattr(queryset, "visible_to", lambda self, user: self)
    actors = [actor for actor in monde.acteurs if actor not in SHUT_OUT]
    assert [name for name in names if not is_caught(monde, name, actors)] == []


def is_caught(monde: Monde, name: str, actors: list[str]) -> bool:
    try:
        return any(not outcome.is_as_expected for outcome in outcomes(monde, name, actors))
    except ValueError as refusal:  # a statement written once refuses to be written without its scope (accounts/prepared.py)
        return "ne va pas dans la requête" in str(refusal)
