"""Company data is read for somebody; rights are asked in one place (AZ-2, AZ-3)."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts import policy
from accounts.enums import EtatTravail
from accounts.errors import ActionRefused, UnscopedQuery
from accounts.models import Notification, Travail, User
from accounts.workflows import Workflow
from tests.accounts.factories import EntrepriseFactory, NotificationFactory, UserFactory


@pytest.mark.parametrize("model", [Travail, Notification])
@pytest.mark.parametrize("method", ["all", "count", "first", "exists", "none"])
def test_unscoped_read_raises(model: type, method: str) -> None:
    """AZ-3."""
    with pytest.raises(UnscopedQuery):
        getattr(model.objects, method)()


@pytest.mark.parametrize("model", [Travail, Notification])
def test_unscoped_filter_and_creation_raise(model: type) -> None:
    with pytest.raises(UnscopedQuery):
        model.objects.filter(pk=1)
    with pytest.raises(UnscopedQuery):
        model.objects.create()


@pytest.mark.django_db
def test_scoped_reads_give_what_is_ones_own() -> None:
    mine, other = NotificationFactory(), NotificationFactory()
    assert list(Notification.objects.visible_to(mine.destinataire)) == [mine]
    assert list(Notification.objects.of_entreprise(other.destinataire.entreprise)) == [other]
    assert list(Notification.objects.of_entreprise(None)) == []


@pytest.fixture
def verb() -> str:
    """A verb that everybody holds on an account, to see what the policy adds by itself."""
    name = "essayer"
    if name not in policy.verbs(User):
        policy.register(User, {name: lambda user, obj: True})
    return name


@pytest.mark.django_db
def test_active_account_may(verb: str) -> None:
    user = UserFactory()
    policy.check(user, verb, user)
    assert policy.can(user, verb, User)


@pytest.mark.django_db
def test_inactive_suspended_and_visitor_never_may(verb: str) -> None:
    """AZ-8."""
    inactive, suspended = UserFactory(inactif=True), UserFactory(entreprise=EntrepriseFactory(suspendue=True))
    for user in (inactive, suspended, AnonymousUser()):
        assert not policy.can(user, verb, inactive)
        with pytest.raises(PermissionDenied):
            policy.check(user, verb, inactive)


@pytest.mark.django_db
def test_unknown_verb_is_a_bug_and_a_verb_is_decided_once(verb: str) -> None:
    user = UserFactory()
    with pytest.raises(LookupError):
        policy.can(user, "voler", user)
    with pytest.raises(ValueError):
        policy.register(User, {verb: lambda user, obj: True})


class PorteWorkflow(Workflow):
    transitions = {"ouvrir": ({"fermee"}, "ouverte"), "fermer": ({"ouverte"}, "fermee"), "murer": ({"ouverte", "fermee"}, "muree")}


class Porte:
    def __init__(self, etat: str) -> None:
        self.etat = etat


@pytest.mark.parametrize("state", ["ouverte", "fermee", "muree"])
@pytest.mark.parametrize("verb", ["ouvrir", "fermer", "murer"])
def test_workflow_matrix(state: str, verb: str) -> None:
    allowed = {("fermee", "ouvrir"): "ouverte", ("ouverte", "fermer"): "fermee", ("ouverte", "murer"): "muree", ("fermee", "murer"): "muree"}
    porte = Porte(state)
    if reached := allowed.get((state, verb)):
        PorteWorkflow.apply(porte, verb)
        assert porte.etat == reached
    else:
        with pytest.raises(ActionRefused):
            PorteWorkflow.apply(porte, verb)
        assert porte.etat == state


@pytest.mark.django_db
def test_job_of_a_former_company_is_no_longer_visible() -> None:
    """AZ-8, XP-5."""
    user = UserFactory()
    for entreprise in (user.entreprise, EntrepriseFactory()):
        Travail.tous.create(kind="essai", cle="a", demandeur=user, entreprise=entreprise, etat=EtatTravail.ECHEC, termine_le=timezone.now())
    assert [travail.entreprise for travail in Travail.objects.visible_to(user)] == [user.entreprise]
