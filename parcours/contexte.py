"""All a screen needs to know of one sujet in one démarche, read in a fixed number of queries.

A Suivi is a sujet followed in a démarche; an Etape is one questionnaire of it: what is shown, what was answered, how far
it is, what level it reaches. Everything but the rows is computed by the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from questionnaires.actions import Cible
from questionnaires.engine.completeness import Manque, Progress, label, left_label, missing, progress_of, sections_progress_of
from questionnaires.engine.definition import Definition
from questionnaires.engine.exigences import JeuExigences
from questionnaires.engine.scoring import Evaluation, Verdict, evaluate
from questionnaires.engine.statut import Statut, statut, statut_demarche
from questionnaires.engine.visibility import Shown, kept_codes
from questionnaires.models import Reponse, Sujet

from .adresses import adresse
from .enums import SourceProfil, Volet
from .lecture import fetch_reponses, fetch_sujet, inscription_of
from .models import Inscription
from .profils import profil_of, reasons, shown_for, views_of
from .referentiel import DemarcheInfo, QuestionnaireInfo, Referentiel, current, definition_of

QUALIFICATION_MANQUANTE = "Répondez d'abord à la qualification : elle décide des critères qui vous concernent."
SANS_OBJET = "D'après la qualification, aucun critère de ce questionnaire ne concerne {sujet} : il n'y a rien à y répondre."
PROJECTION_VERROUILLEE = "Afin de procéder à une projection sur ce thème, vous devez d'abord évaluer {sujet}."


@dataclass
class Suivi:
    """A sujet followed in a démarche."""

    sujet: Sujet
    demarche: DemarcheInfo
    referentiel: Referentiel
    reponses: Sequence[Reponse]
    inscription: Inscription | None
    enrolled: Sequence[DemarcheInfo]

    @cached_property
    def qualification(self) -> Reponse | None:
        """The current qualification (last recorded row)."""
        wanted = self.referentiel.qualification_id(self.sujet.genre)
        return next((row for row in self.reponses if row.questionnaire_id == wanted and row.is_validee), None)

    @cached_property
    def profils(self) -> dict[str, Mapping[str, Any]]:
        """The profile each source gives (R-6)."""
        return {SourceProfil.QUALIFICATION.value: profil_of(self.qualification)}

    @property
    def profil(self) -> Mapping[str, Any]:
        return self.profils.get(self.demarche.profil, {})

    @property
    def needs_qualification(self) -> bool:
        """True when the démarche reads a qualification not answered yet (R-40)."""
        return self.demarche.reads_qualification and self.sujet.is_produit and self.qualification is None

    @cached_property
    def etapes(self) -> list[Etape]:
        """The questionnaires of the démarche, those with nothing to show left out (R-5)."""
        return [etape for etape in self._all if etape.is_applicable]

    @cached_property
    def _all(self) -> list[Etape]:
        return [Etape(self, info) for info in self.demarche.pour(self.sujet.genre)]

    @cached_property
    def answerable(self) -> list[Etape]:
        """The applicable questionnaires that can be answered."""
        return [etape for etape in self.etapes if etape.info.disponible]

    @cached_property
    def statut(self) -> Statut:
        """State of the démarche for this sujet (R-5)."""
        return statut_demarche([etape.statut for etape in self.answerable])

    @property
    def is_complete(self) -> bool:
        """True when there is nothing left to validate in what is open to answers (PAR-5)."""
        return bool(self.answerable) and self.statut == Statut.TERMINE

    @property
    def annonces(self) -> list[QuestionnaireInfo]:
        """The applicable questionnaires that are only announced: what comes next."""
        return [etape.info for etape in self.etapes if not etape.info.disponible]

    def etape(self, code: str) -> Etape:
        """:raises Http404: the démarche holds no such questionnaire for this kind of sujet."""
        for etape in self._all:
            if etape.info.code == code and etape.info.disponible and etape.info.volet != Volet.PROJECTION:
                return etape
        raise Http404("Questionnaire inconnu dans cette démarche.")

    def numero(self, info: QuestionnaireInfo) -> int:
        """Return the number under which the answers stand: 0 when they serve every démarche, else that of the enrolment (R-7)."""
        return self.inscription.pk if info.portee == "inscription" and self.inscription else 0

    def rows(self, info: QuestionnaireInfo) -> tuple[Reponse | None, Reponse | None]:
        """Return the draft and the last validated answers to a questionnaire."""
        number = self.numero(info)
        mine = [row for row in self.reponses if row.questionnaire_id == info.questionnaire_id and row.inscription == number]
        return next((row for row in mine if row.is_brouillon), None), next((row for row in mine if row.is_validee), None)

    @property
    def url(self) -> str:
        return adresse("sujet_inscrit", self.demarche.code, self.sujet.reference)


@dataclass
class Etape:
    """One questionnaire of a démarche, for one sujet."""

    suivi: Suivi
    info: QuestionnaireInfo
    _manques: dict[int | None, tuple[Manque, ...]] = field(default_factory=dict, repr=False)

    @cached_property
    def _rows(self) -> tuple[Reponse | None, Reponse | None]:
        return self.suivi.rows(self.info) if self.info.disponible else (None, None)

    @property
    def brouillon(self) -> Reponse | None:
        return self._rows[0]

    @property
    def validee(self) -> Reponse | None:
        return self._rows[1]

    @property
    def latest(self) -> Reponse | None:
        """The draft if there is one, else the last validated answers (R-4)."""
        return self.brouillon or self.validee

    @cached_property
    def version_id(self) -> int:
        """The version worked on: that of the answers at hand, else the one published last."""
        return self.latest.version_id if self.latest else self.info.version_id

    @property
    def definition(self) -> Definition:
        return self.info.definition(self.version_id)

    @property
    def jeu(self) -> JeuExigences:
        return self.info.jeu(self.version_id)

    @cached_property
    def base(self) -> Shown:
        """What the profile shows of it, before any answer."""
        return shown_for(self.definition, self.suivi.demarche, self.suivi.profil)

    @cached_property
    def shown(self) -> Shown:
        """What shows of it now: inside its own form, the draft shows or hides questions (R-6)."""
        return self.base.answered(self.latest.reponses, self.latest.sections_na) if self.latest else self.base

    def shown_in(self, row: Reponse | None) -> Shown:
        """Return what shows of it with other answers than those at hand."""
        return self.shown if row is self.latest else self.base.answered(row.reponses, row.sections_na) if row else self.base

    @property
    def reasons(self) -> Mapping[str, str]:
        return self.reasons_of(self.shown)

    def reasons_of(self, visible: Shown) -> Mapping[str, str]:
        """Say in words why each criterion shows for this sujet, in those of the questions it answered (QST-1)."""
        answered = self.suivi.qualification
        return reasons(visible, definition_of(answered.version_id) if answered else self.suivi.referentiel.qualification(self.suivi.sujet.genre))

    @property
    def is_applicable(self) -> bool:
        """A questionnaire with no shown criterion is not listed (R-5); one without content yet is announced, after what it rests on."""
        if self.info.disponible:
            return bool(self.shown.codes)
        evaluation = self._evaluation if self.info.volet == Volet.PROJECTION else None
        return evaluation is None or evaluation.is_applicable

    @property
    def _evaluation(self) -> Etape | None:
        """The evaluation a projection starts from, when there is one here."""
        same = (info for info in self.suivi.demarche.pour(self.suivi.sujet.genre) if info.code == self.info.code and info.volet == Volet.EVALUATION)
        return next((Etape(self.suivi, info) for info in same), None)

    @cached_property
    def views(self) -> tuple[Shown, ...]:
        """What each démarche the sujet is enrolled in shows of it, this one included."""
        return (self.base, *views_of(self.info, self.definition, self.suivi.enrolled, self.suivi.profils))

    @cached_property
    def kept(self) -> frozenset[str]:
        """The criteria whose answers are not obsolete (R-2)."""
        return kept_codes(self.views, self.latest.reponses if self.latest else {})

    @cached_property
    def statut(self) -> Statut:
        """State of this questionnaire here (R-3)."""
        if not self.info.disponible:
            return Statut.A_COMPLETER
        validee = self.validee
        return statut(
            validee_complete=validee is not None and not self.missing(validee) and not self._obsolete(validee),
            demandee=self.brouillon is not None and self.brouillon.demandee_le is not None,
            has_answers=self.latest is not None,
        )

    def missing(self, row: Reponse | None) -> tuple[Manque, ...]:
        """Return what is missing of a set of answers, under the present profile (R-4)."""
        key = row.pk if row else None
        if key not in self._manques:
            self._manques[key] = missing(self.definition, self.shown_in(row), row.reponses if row else {}, row.sections_na if row else {})
        return self._manques[key]

    def _obsolete(self, row: Reponse) -> bool:
        kept = self.kept if row is self.latest else kept_codes(self.views, row.reponses)
        return not row.reponses.keys() <= kept

    @cached_property
    def progress(self) -> Progress:
        """n of m, in the draft, else in the last validated (R-4)."""
        return progress_of(self.definition, self.shown.codes, self.missing(self.latest))

    @cached_property
    def progress_by_section(self) -> dict[str, Progress]:
        """The same for each section, those inside included."""
        return sections_progress_of(self.shown, self.missing(self.latest))

    @property
    def progress_label(self) -> str:
        return label(self.definition.genre)

    @property
    def restantes_label(self) -> str:
        return left_label(self.definition.genre, self.progress)

    @property
    def is_termine(self) -> bool:
        return self.statut == Statut.TERMINE

    @cached_property
    def evaluation(self) -> Evaluation | None:
        """The last validated answers, judged by this démarche under the present profile; None before any."""
        return self.evaluate(self.validee)

    def evaluate(self, row: Reponse | None) -> Evaluation | None:
        """Judge a set of answers by this démarche, under the present profile."""
        if row is None:
            return None
        return evaluate(self.definition, self.shown_in(row), row.reponses, row.sections_na, self.jeu, self.suivi.profil)

    @property
    def verdict(self) -> Verdict | None:
        """« Atteint » or « Non atteint », only once Terminé (R-10)."""
        return self.evaluation.verdict if self.is_termine else None

    @property
    def verrou(self) -> str:
        """Why it cannot be opened now, in words; empty when it can."""
        if self.info.volet == Volet.PROJECTION and not self._evaluation_validated():
            return PROJECTION_VERROUILLEE.format(sujet=self._noun)
        if not self.info.disponible:
            return self.info.annonce
        if self.suivi.needs_qualification:
            return QUALIFICATION_MANQUANTE
        return "" if self.shown.codes else SANS_OBJET.format(sujet=self._noun)

    @property
    def _noun(self) -> str:
        return "votre produit" if self.suivi.sujet.is_produit else "votre stratégie globale"

    def _evaluation_validated(self) -> bool:
        return any(row.is_validee and row.questionnaire_id == self.info.questionnaire_id for row in self.suivi.reponses)

    def cible(self) -> Cible:
        """Return what the actions on these answers need to know."""
        return Cible(
            sujet=self.suivi.sujet,
            questionnaire_id=self.info.questionnaire_id,
            version_id=self.version_id,
            definition=self.definition,
            base=self.base,
            views=self.views,
            demarche=self.suivi.demarche.code,
            titre=self.info.titre,
            inscription=self.suivi.numero(self.info),
            profil_id=self.suivi.qualification.pk if self.suivi.qualification else None,
            url=self.url("questionnaire"),
        )

    def url(self, name: str, *more: Any) -> str:
        """Return the address of a page about this questionnaire."""
        return adresse(name, self.suivi.demarche.code, self.suivi.sujet.reference, self.info.code, *more)

    @property
    def url_saisie(self) -> str:
        return self.url("questionnaire")

    @property
    def url_enregistrement(self) -> str:
        return self.url("enregistrement")

    @property
    def url_abandonner(self) -> str:
        return self.url("brouillon_abandonner")

    @property
    def url_renvoyer(self) -> str:
        return self.url("brouillon_renvoyer")

    @property
    def url_resultats(self) -> str:
        return self.url("resultats")


def fetch_suivi(user: User, demarche_code: str, reference: int) -> Suivi:
    """Read one sujet of the user's company in a démarche; 2 queries, 3 when others than the user and the responsable answered.

    :raises Http404: unknown démarche, foreign or unknown sujet, or not enrolled (the stratégie needs no enrolment, R-44).
    """
    referentiel = current()
    demarche = referentiel.demarche(demarche_code)
    sujet, ouvertes = fetch_sujet(user, reference)
    if sujet is None or sujet.genre not in demarche.accepte:
        raise Http404("Ce produit n'est pas inscrit à cette démarche.")
    inscription = inscription_of(sujet, demarche.id, ouvertes[demarche.id]) if demarche.id in ouvertes else None
    if inscription is None and sujet.is_produit:
        raise Http404("Ce produit n'est pas inscrit à cette démarche.")
    reponses = fetch_reponses(sujet, _questionnaires(demarche, referentiel, sujet.genre), known=(user, sujet.responsable))
    return Suivi(sujet, demarche, referentiel, reponses, inscription, _enrolled(referentiel, ouvertes, demarche))


def fetch_suivis(inscriptions: Sequence[Inscription], referentiel: Referentiel) -> list[Suivi]:
    """Follow many enrolments (their sujets already joined) in 2 queries, whatever their number."""
    references = [row.sujet_id for row in inscriptions]
    siblings = _group(Inscription.tous.filter(sujet__in=references).ouvertes(), lambda row: row.sujet_id)
    reponses = _group(_courantes(references), lambda row: row.sujet_id)
    suivis = []
    for row in inscriptions:
        demarche = referentiel.demarches_by_id[row.demarche_id]
        enrolled = _enrolled(referentiel, [sibling.demarche_id for sibling in siblings.get(row.sujet_id, ())], demarche)
        suivis.append(Suivi(row.sujet, demarche, referentiel, reponses.get(row.sujet_id, []), row, enrolled))
    return suivis


def suivi_of_strategie(strategie: Sujet, demarche: DemarcheInfo, referentiel: Referentiel) -> Suivi:
    """Follow the stratégie globale of a company in a démarche that accepts it; 1 query."""
    reponses = fetch_reponses(strategie, _questionnaires(demarche, referentiel, strategie.genre))
    return Suivi(strategie, demarche, referentiel, reponses, None, [demarche])


def _courantes(references: Sequence[int]) -> QuerySet[Reponse]:
    """Read drafts, last validated answers and current qualification of many sujets."""
    rows = Reponse.tous.filter(sujet__in=references).courantes()
    return rows.select_related("validee_par", "modifiee_par", "demandee_par", "renvoyee_par").order_by("-pk")


def _questionnaires(demarche: DemarcheInfo, referentiel: Referentiel, genre: str) -> frozenset[int]:
    """Return the keys of the questionnaires a sujet answers in a démarche, with that of its qualification."""
    keys = {info.questionnaire_id for info in demarche.pour(genre) if info.questionnaire_id}
    return frozenset(keys | {referentiel.qualification_id(genre)})


def _enrolled(referentiel: Referentiel, demarches: Iterable[int], demarche: DemarcheInfo) -> list[DemarcheInfo]:
    found = {key: referentiel.demarches_by_id[key] for key in demarches if key in referentiel.demarches_by_id}
    found.setdefault(demarche.id, demarche)
    return list(found.values())


def _group(rows: Iterable, key) -> dict[Any, list]:
    grouped: dict[Any, list] = {}
    for row in rows:
        grouped.setdefault(key(row), []).append(row)
    return grouped
