"""The content as the pages read it: parcours, démarches, questionnaires and exigences, kept in the process.

Content changes rarely and published versions never do, so each process keeps the whole of it and asks the database one
small question per request: « has the number changed? » (ARCHITECTURE, « The core »).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django.core.signals import request_finished, request_started
from django.db.models import QuerySet
from django.http import Http404

from accounts import jobs
from questionnaires.engine.definition import Definition
from questionnaires.engine.exigences import JeuExigences
from questionnaires.enums import EtatVersion
from questionnaires.models import RevisionContenu, Version
from questionnaires.published import QUALIFICATIONS, definition_of

from .enums import EtatParcours, RegimeVerdict, SourceProfil, Volet
from .models import Demarche, DemarcheQuestionnaire, Exigences, Parcours


@lru_cache(maxsize=256)
def jeu_of(revisions: tuple[int, ...], version_id: int, latest_id: int) -> JeuExigences:
    """Return the compiled exigences of a démarche for a version of a questionnaire: those of the last of these revisions.

    What the latest version asks no more has left them; an older version still asks it, as the last revision that named it said.
    """
    *earlier, last = (dict(row.document) for row in Exigences.objects.filter(pk__in=revisions).order_by("numero"))
    asked = definition_of(latest_id).criteres
    former = {code: rules for document in earlier for code, rules in document.items() if code not in asked}
    return JeuExigences.compile(former | last, definition_of(version_id))


@lru_cache(maxsize=256)
def empty_jeu(version_id: int) -> JeuExigences:
    """Return the exigences of a questionnaire a démarche says nothing of: options without level."""
    return JeuExigences.compile({}, definition_of(version_id))


@dataclass(frozen=True)
class QuestionnaireInfo:
    """A questionnaire as a démarche holds it; ``revisions`` are its exigences, each with its date, the first first."""

    code: str
    titre: str
    volet: str
    porteur: str
    prerequis: str
    a_venir: bool
    annonce: str
    questionnaire_id: int | None
    version_id: int | None
    revisions: tuple[tuple[datetime, int], ...]
    partage: bool
    portee: str

    @property
    def disponible(self) -> bool:
        return not self.a_venir and self.version_id is not None

    @property
    def intitule(self) -> str:
        """« Évaluation Interopérabilité », « Projection Sécurité »."""
        return f"{Volet(self.volet).label} {self.titre}" if self.volet in (Volet.EVALUATION, Volet.PROJECTION) else self.titre

    def definition(self, version_id: int | None = None) -> Definition:
        """Return the definition of the version asked for, by default the one published last."""
        return definition_of(version_id or self.version_id)

    def jeu(self, version_id: int | None = None, le: datetime | None = None) -> JeuExigences:
        """Return what the démarche requires of that version; with ``le``, what it required then (R-12)."""
        version_id = version_id or self.version_id
        if not self.revisions:
            return empty_jeu(version_id)
        known = [key for since, key in self.revisions if le is None or since <= le] or [self.revisions[0][1]]
        return jeu_of(tuple(known), version_id, self.version_id)


@dataclass(frozen=True)
class DemarcheInfo:
    """A démarche with its questionnaires, in order."""

    id: int
    code: str
    titre: str
    libelle_court: str
    parcours_code: str
    parcours_titre: str
    accepte: tuple[str, ...]
    ouverte: bool
    profil: str
    verdict: str
    textes: Mapping[str, Any] = field(hash=False, compare=False)
    questionnaires: tuple[QuestionnaireInfo, ...] = field(hash=False, compare=False)

    def pour(self, genre: str) -> tuple[QuestionnaireInfo, ...]:
        """Return the questionnaires a produit, or a stratégie, answers here."""
        return tuple(info for info in self.questionnaires if info.porteur == genre)

    def evaluations(self, genre: str) -> tuple[QuestionnaireInfo, ...]:
        """Return those that can be answered now."""
        return tuple(info for info in self.pour(genre) if info.disponible)

    def questionnaire(self, code: str, volet: str = Volet.EVALUATION) -> QuestionnaireInfo:
        """Return one questionnaire that can be answered; :raises Http404: none has this code here."""
        for info in self.questionnaires:
            if info.code == code and info.volet == volet and info.disponible:
                return info
        raise Http404("Questionnaire inconnu dans cette démarche.")

    @property
    def reads_qualification(self) -> bool:
        return self.profil == SourceProfil.QUALIFICATION

    @property
    def is_mes(self) -> bool:
        return self.verdict == RegimeVerdict.MES

    @property
    def answerable(self) -> bool:
        """True when at least one questionnaire can be answered."""
        return any(info.disponible for info in self.questionnaires)

    @property
    def atteint_pour(self) -> str:
        """« Doctrine du Numérique en Santé socles » in « Atteint pour … » (QST-7)."""
        return f"{self.parcours_titre} {self.libelle_court}"


@dataclass(frozen=True)
class ParcoursInfo:
    """A parcours with its démarches, in order."""

    code: str
    titre: str
    etat: str
    textes: Mapping[str, Any] = field(hash=False, compare=False)
    demarches: tuple[DemarcheInfo, ...] = field(hash=False, compare=False)

    @property
    def a_venir(self) -> bool:
        return self.etat == EtatParcours.A_VENIR

    @property
    def is_open(self) -> bool:
        """True when one can enter one of its démarches today."""
        return any(demarche.ouverte and demarche.answerable for demarche in self.demarches)


@dataclass(frozen=True)
class Referentiel:
    """All published content, at one revision."""

    revision: int
    parcours_list: tuple[ParcoursInfo, ...]
    demarches: Mapping[str, DemarcheInfo]
    demarches_by_id: Mapping[int, DemarcheInfo]
    versions: Mapping[str, int]
    questionnaire_ids: Mapping[str, int]

    def demarche(self, code: str) -> DemarcheInfo:
        """:raises Http404: no démarche has this code."""
        try:
            return self.demarches[code]
        except KeyError:
            raise Http404("Démarche inconnue.") from None

    def parcours(self, code: str) -> ParcoursInfo:
        """:raises Http404: no parcours has this code."""
        for parcours in self.parcours_list:
            if parcours.code == code:
                return parcours
        raise Http404("Parcours inconnu.")

    def qualification(self, genre: str) -> Definition:
        """Return the published qualification questionnaire of produits, or of stratégies."""
        return definition_of(self.versions[QUALIFICATIONS[genre]])

    def qualification_version(self, genre: str) -> int:
        """Return the key of the published version of that questionnaire."""
        return self.versions[QUALIFICATIONS[genre]]

    def qualification_id(self, genre: str) -> int:
        """Return the key of that questionnaire."""
        return self.questionnaire_ids[QUALIFICATIONS[genre]]


_lock = threading.Lock()
_current: Referentiel | None = None
_request: ContextVar[dict[str, Any] | None] = ContextVar("referentiel de la requête", default=None)


def _begin(**_: Any) -> None:
    _request.set({})


def _end(**_: Any) -> None:
    _request.set(None)


for _signal in (request_started, jobs.commence):
    _signal.connect(_begin, dispatch_uid="parcours.referentiel")
for _signal in (request_finished, jobs.fini):
    _signal.connect(_end, dispatch_uid="parcours.referentiel")


def fetch_revision() -> QuerySet:
    """Return the number of the content in force, as a value of one column; no row before any content."""
    return RevisionContenu.objects.filter(pk=1).order_by().values("numero")


def note_revision(numero: int | None) -> None:
    """Take note of the number, which the statement that brought the account or the job has read."""
    if (memo := _request.get()) is not None:
        memo["revision"] = numero or 0


def current() -> Referentiel:
    """Return the published content; one small query when nothing has changed since, at most one during a request."""
    memo = _request.get()
    if memo is None:
        return _read_if_changed(_revision())
    if "referentiel" not in memo:
        memo["referentiel"] = _read_if_changed(memo["revision"] if "revision" in memo else _revision())
    return memo["referentiel"]


def _revision() -> int:
    return fetch_revision().values_list("numero", flat=True).first() or 0


def _read_if_changed(revision: int) -> Referentiel:
    global _current
    with _lock:
        if _current is None or _current.revision != revision:
            _current = _read(revision)
        return _current


def forget() -> None:
    """Drop what is kept; for tests that empty the tables."""
    global _current
    with _lock:
        _current = None
    _request.set(None)
    for cached in (definition_of, jeu_of, empty_jeu):
        cached.cache_clear()


def _read(revision: int) -> Referentiel:
    versions = dict(_published_versions())
    demarches = _read_demarches(versions)
    parcours_list = tuple(
        ParcoursInfo(row.code, row.titre, row.etat, MappingProxyType(row.document), tuple(d for d in demarches if d.parcours_code == row.code))
        for row in Parcours.objects.all()
    )
    return Referentiel(
        revision=revision,
        parcours_list=parcours_list,
        demarches=MappingProxyType({demarche.code: demarche for demarche in demarches}),
        demarches_by_id=MappingProxyType({demarche.id: demarche for demarche in demarches}),
        versions=MappingProxyType({code: version.pk for code, version in versions.items()}),
        questionnaire_ids=MappingProxyType({code: version.questionnaire_id for code, version in versions.items()}),
    )


def _published_versions() -> Iterator[tuple[str, Version]]:
    """Yield, per questionnaire, the published version of the highest number (the last one given wins)."""
    rows = Version.objects.filter(etat=EtatVersion.PUBLIEE).select_related("questionnaire").defer("document")
    for version in rows.order_by("numero"):
        yield version.questionnaire.code, version


Revisions = Mapping[tuple[int, int], list[tuple[datetime, int]]]


def _read_demarches(versions: Mapping[str, Version]) -> list[DemarcheInfo]:
    rows = list(Demarche.objects.select_related("parcours").prefetch_related("lignes"))
    exigences = _read_exigences()
    users = _parcours_using(rows)
    return [_demarche_info(row, versions, exigences, users) for row in rows]


def _read_exigences() -> Revisions:
    """Read when each revision of the exigences came in, by démarche and questionnaire; their documents wait to be asked for."""
    found: dict[tuple[int, int], list[tuple[datetime, int]]] = {}
    for row in Exigences.objects.order_by("numero").values_list("demarche_id", "questionnaire_id", "created_at", "pk"):
        found.setdefault(row[:2], []).append(row[2:])
    return found


def _parcours_using(rows: list[Demarche]) -> dict[str, set[int]]:
    users: dict[str, set[int]] = {}
    for row in rows:
        for ligne in row.lignes.all():
            users.setdefault(ligne.code, set()).add(row.parcours_id)
    return users


def _demarche_info(row: Demarche, versions: Mapping[str, Version], exigences: Revisions, users: Mapping[str, set[int]]) -> DemarcheInfo:
    return DemarcheInfo(
        id=row.pk,
        code=row.code,
        titre=row.titre,
        libelle_court=row.libelle_court,
        parcours_code=row.parcours.code,
        parcours_titre=row.parcours.titre,
        accepte=tuple(row.accepte),
        ouverte=row.ouverte,
        profil=row.profil,
        verdict=row.verdict,
        textes=MappingProxyType(row.document),
        questionnaires=tuple(_questionnaire_info(ligne, versions, exigences, users) for ligne in row.lignes.all()),
    )


def _questionnaire_info(
    ligne: DemarcheQuestionnaire, versions: Mapping[str, Version], exigences: Revisions, users: Mapping[str, set[int]]
) -> QuestionnaireInfo:
    version = versions.get(ligne.code)
    return QuestionnaireInfo(
        code=ligne.code,
        titre=ligne.titre,
        volet=ligne.volet,
        porteur=ligne.porteur,
        prerequis=ligne.prerequis,
        a_venir=ligne.a_venir,
        annonce=ligne.annonce,
        questionnaire_id=ligne.questionnaire_id,
        version_id=version.pk if version else None,
        revisions=tuple(exigences.get((ligne.demarche_id, ligne.questionnaire_id), ())),
        partage=len(users[ligne.code]) > 1,
        portee=version.questionnaire.portee if version else "sujet",
    )
