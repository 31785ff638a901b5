"""Adding, changing, duplicating and publishing a produit (CAT-1, CAT-2, CAT-3, CAT-5)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import journal, policy
from accounts.errors import ActionRefused
from accounts.models import Entreprise, User
from questionnaires.actions import enregistrer_qualification
from questionnaires.engine.definition import Definition
from questionnaires.enums import EtatReponse, GenreSujet
from questionnaires.models import Reponse
from questionnaires.rights import grant_to_creator

from ..enums import TypeProduit
from ..models import Produit
from .responsables import check_nameable, check_unchanged, tell_responsable

FIELDS = ("nom", "version", "type", "nil", "responsable", "description", "certifications", "dispositifs")


@dataclass(frozen=True)
class Qualification:
    """The answers to a qualification questionnaire, with what they answer."""

    questionnaire_id: int
    version_id: int
    definition: Definition
    answers: Mapping[str, Any]


def ajouter_produit(*, entreprise: Entreprise, par: User, fiche: Mapping[str, Any], qualification: Qualification | None, jeton: uuid.UUID) -> Produit:
    """Create a produit with its qualification, or without when it was put off (CAT-1, R-40).

    The same ``jeton`` twice (double click, page sent again) gives the produit already created (WF-3).
    :raises ActionRefused: the qualification is incomplete, an option names no active socle (R-41), or the page was changed since it
        created a produit (``deja`` in the details). :raises PermissionDenied: no right to create produits.
    """
    policy.check(par, "creer_produit", entreprise)
    if known := Produit.objects.of_entreprise(entreprise).filter(jeton_creation=jeton).first():
        _refuse_another(known, fiche, qualification)
        return known
    try:
        with transaction.atomic():
            return _create(entreprise, par, fiche, qualification, jeton)
    except IntegrityError:
        return _created_meanwhile(entreprise.pk, jeton)


def _refuse_another(known: Produit, fiche: Mapping[str, Any], qualification: Qualification | None) -> None:
    """:raises ActionRefused: what was typed is not what the same page had created."""
    is_same = all(getattr(known, name) == fiche[name] for name in FIELDS) and set(known.socles.all()) == set(fiche.get("socles") or [])
    if is_same and _is_qualified_so(known, qualification):
        return
    raise ActionRefused(
        f"Cette page a déjà ajouté « {known.nom} » (réf. {known.reference}) : ce que vous y avez changé depuis n'est pas enregistré. "
        "Modifiez ce produit depuis sa fiche, ou validez de nouveau pour en ajouter un autre avec cette saisie.",
        deja=known.reference,
    )


def _is_qualified_so(known: Produit, qualification: Qualification | None) -> bool:
    if qualification is None:
        return True
    recorded = Reponse.objects.of_sujet(known).validees().filter(questionnaire_id=qualification.questionnaire_id).order_by("-pk").first()
    return recorded is not None and all(recorded.reponses[code] == answer for code, answer in qualification.answers.items() if code in recorded.reponses)


def _created_meanwhile(entreprise_id: int, jeton: uuid.UUID) -> Produit:
    """Return what the same page, sent twice at once, has just created (WF-3).

    :raises ActionRefused: the token was another page's.
    """
    known = Produit.objects.of_entreprise(entreprise_id).filter(jeton_creation=jeton).first()
    if known is None:
        raise ActionRefused("Cette page n'est plus à jour : rechargez-la, puis recommencez.")
    return known


def _create(entreprise: Entreprise, par: User, fiche: Mapping[str, Any], qualification: Qualification | None, jeton: uuid.UUID) -> Produit:
    socles = _checked_socles(fiche)
    produit = Produit.tous.create(
        entreprise=entreprise,
        genre=GenreSujet.PRODUIT,
        created_by=par,
        jeton_creation=jeton,
        **{name: fiche[name] for name in FIELDS},
    )
    produit.socles.set(socles)
    grant_to_creator(par, produit)
    if qualification is not None:
        _qualify(produit, par, qualification)
    journal.record("produit.ajoute", par=par, target=produit, entreprise=entreprise)
    tell_responsable(produit, par)
    return produit


def _qualify(produit: Produit, par: User, qualification: Qualification) -> None:
    enregistrer_qualification(
        sujet=produit.sujet_ptr,
        questionnaire_id=qualification.questionnaire_id,
        version_id=qualification.version_id,
        definition=qualification.definition,
        answers=qualification.answers,
        par=par,
    )


@transaction.atomic
def modifier_produit(*, produit: Produit, par: User, fiche: Mapping[str, Any], lue: Mapping[str, Any] | None = None) -> Produit:
    """Change the identification of a produit (CAT-2); ``lue`` is what the form had read of it.

    :raises ActionRefused: it has changed since it was read (WF-2), a socle that options name would become an option or an option would
        be left without an active socle (R-41), or the author names himself to do more (AZ-9).
    """
    produit = Produit.objects.of_entreprise(produit.entreprise_id).select_for_update(of=("self",)).get(pk=produit.pk)
    policy.check(par, "saisir", produit)
    if fiche["type"] == TypeProduit.OPTION and produit.options.exists():
        raise ActionRefused("Des options complètent ce produit : il ne peut pas devenir une option.", champ="type")
    check_nameable(produit, fiche["responsable"], par)
    check_unchanged(produit, FIELDS, lue)
    extended = set(produit.socles.all())
    socles = _checked_socles(fiche, extended)
    former = produit.responsable_id
    changed = [name for name in FIELDS if getattr(produit, name) != fiche[name]] + ["socles"] * (socles != extended)
    if not changed:
        return produit
    for name in FIELDS:
        setattr(produit, name, fiche[name])
    produit.save()
    produit.socles.set(socles)
    journal.record("produit.modifie", par=par, target=produit, entreprise=produit.entreprise, details={"champs": changed})
    if produit.responsable_id != former:
        tell_responsable(produit, par, former=former)
    return produit


def _checked_socles(fiche: Mapping[str, Any], extended: Collection[Produit] = ()) -> set[Produit]:
    """Return the socles that were chosen; an option names an active one at least, or keeps those it ``extended``, archived since (R-41).

    :raises ActionRefused: all those chosen are archived.
    """
    socles = set(fiche.get("socles") or ())
    if fiche["type"] == TypeProduit.OPTION and socles != extended and all(socle.is_archive for socle in socles):
        raise ActionRefused("Choisissez au moins un produit socle qui ne soit pas archivé.", champ="socles")
    return socles


def dupliquer_produit(*, produit: Produit, par: User, jeton: uuid.UUID) -> Produit:
    """Copy identification, qualification and answers (as drafts) under a new référence (CAT-3, R-42).

    Never copied: others' comments, dates, evidence, enrolments, publication. The same ``jeton`` twice gives one copy (WF-3).
    :raises ActionRefused: an option whose socles are all archived (R-41).
    """
    policy.check(par, "dupliquer", produit)
    if known := Produit.objects.of_entreprise(produit.entreprise_id).filter(jeton_creation=jeton).first():
        return known
    if produit.is_option and not produit.socles.filter(archive_le__isnull=True).exists():
        raise ActionRefused("Restaurez un socle de cette option avant de la dupliquer : une option complète un produit socle actif.")
    try:
        with transaction.atomic():
            return _copy(produit, par, jeton)
    except IntegrityError:
        return _created_meanwhile(produit.entreprise_id, jeton)


def _copy(produit: Produit, par: User, jeton: uuid.UUID) -> Produit:
    copy = Produit.tous.create(
        entreprise_id=produit.entreprise_id,
        genre=GenreSujet.PRODUIT,
        created_by=par,
        jeton_creation=jeton,
        publie=True,
        **{name: getattr(produit, name) for name in FIELDS if name != "nom"},
        nom=f"{produit.nom[:190]} (copie)",
    )
    copy.socles.set(produit.socles.all())
    grant_to_creator(par, copy)
    _copy_reponses(produit, copy, par)
    journal.record("produit.duplique", par=par, target=copy, entreprise=produit.entreprise, details={"source": produit.pk})
    tell_responsable(copy, par)
    return copy


def _copy_reponses(source: Produit, copy: Produit, par: User) -> None:
    """Per questionnaire: the draft, else the last validated answers; the qualification stays a recorded one (R-42).

    A draft takes up the words of the answers before it: they are one's own where nobody else has ever answered.
    """
    done: set[int] = set()
    answered = Reponse.objects.of_sujet(source)
    shared = set(answered.exclude(created_by=par, modifiee_par=par).values_list("questionnaire_id", flat=True))
    rows = answered.courantes().filter(inscription=0).select_related("questionnaire")
    for row in sorted(rows, key=lambda row: not row.is_brouillon):
        if row.questionnaire_id in done:
            continue
        done.add(row.questionnaire_id)
        _copy_reponse(row, copy, par, with_words=row.questionnaire_id not in shared)


def _copy_reponse(row: Reponse, copy: Produit, par: User, *, with_words: bool) -> None:
    now = timezone.now()
    is_qualification = row.questionnaire.genre == "qualification"
    Reponse.tous.create(
        entreprise_id=copy.entreprise_id,
        sujet_id=copy.pk,
        questionnaire_id=row.questionnaire_id,
        version_id=row.version_id,
        etat=EtatReponse.VALIDEE if is_qualification else EtatReponse.BROUILLON,
        reponses={code: kept for code, answer in row.reponses.items() if (kept := _copied(answer, with_words=with_words))},
        sections_na=row.sections_na if with_words else {section: {"motif": ""} for section in row.sections_na},
        revision=1,
        created_by=par,
        modifiee_le=now,
        modifiee_par=par,
        validee_le=now if is_qualification else None,
        validee_par=par if is_qualification else None,
    )


def _copied(answer: Mapping[str, Any], *, with_words: bool) -> dict[str, Any]:
    """Others' comments stay where they are (R-42); options belong to the source produit."""
    return {key: value for key, value in answer.items() if key == "valeur" or (key == "commentaire" and with_words)}


@transaction.atomic
def publier_produit(*, produit: Produit, par: User, publie: bool) -> Produit:
    """Publish the data of a produit in the Observatoire, or stop doing so (CAT-5, R-91)."""
    produit = Produit.objects.of_entreprise(produit.entreprise_id).select_for_update(of=("self",)).get(pk=produit.pk)
    policy.check(par, "saisir", produit)
    if produit.publie != publie:
        produit.publie = publie
        produit.save(update_fields=["publie"])
        journal.record("produit.publie" if publie else "produit.depublie", par=par, target=produit, entreprise=produit.entreprise)
    return produit
