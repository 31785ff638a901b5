"""Reads of the dashboard, of a parcours and of a démarche, each in a fixed number of queries (PAR-1, PAR-2, P22)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.models.user import Droit
from accounts.recherche import holds, is_reference, words_of
from accounts.rules.texte import plain
from catalog.selectors.catalogue import fetch_produits, produits_of, search_produits
from questionnaires.enums import DroitSujet, EtatReponse, GenreSujet
from questionnaires.models import DroitSurSujet, Reponse, Sujet

from .adresses import adresse
from .contexte import Suivi, fetch_suivis
from .models import Inscription
from .referentiel import DemarcheInfo, ParcoursInfo, QuestionnaireInfo, Referentiel

MAX_CHOIX = 500
MAX_CARTES = 12
MAX_ATTENTES = 20
MAX_PREMIERES = 5


# --- Rights, as one condition of a query ----------------------------------------------------------------------------------
def holding(user: User, droit: DroitSujet, sujet: str = "") -> Q:
    """Return the condition « this account holds the right on that sujet »: ``questionnaires.perms.granted``, for many rows.

    ``sujet`` is the path from the rows to their sujet, empty when they are sujets themselves. The company is not in it.
    """
    if user.is_responsable:
        return Q(pk__isnull=False)
    if droit == DroitSujet.VALIDATION and not user.holds(Droit.VALIDER):
        return Q(pk__isnull=True)
    path = f"{sujet}__" if sujet else ""
    rows = DroitSurSujet.objects.filter(user=user, content_object=OuterRef(f"{path}pk"))
    if droit != DroitSujet.LECTURE:
        rows = rows.filter(permission__codename=droit.value)
    held = Q(Exists(rows)) | Q(**{f"{path}responsable": user})
    if droit != DroitSujet.VALIDATION and user.acces_strategie:
        held |= Q(**{f"{path}genre": GenreSujet.STRATEGIE})
    return held


# --- Pages of rows --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class PageOfSuivis:
    """One page of enrolments, followed; ``page`` is what the pagination component reads."""

    suivis: Sequence[Suivi]
    page: Page
    strategie: Suivi | None = None
    is_beyond: bool = False

    @property
    def total(self) -> int:
        return self.page.paginator.count


def fetch_page(
    rows: QuerySet[Inscription],
    referentiel: Referentiel,
    *,
    numero: int,
    lignes: int,
    strategie: Sujet | None = None,
    demarche: DemarcheInfo | None = None,
    searched: bool = False,
) -> PageOfSuivis:
    """Read one page of enrolments with their total in 4 queries; a page beyond the last gives the first, flagged.

    A search is run once: its keys are counted, then those of the page read. The stratégie globale, which needs no enrolment (R-44), is
    followed in the same queries.
    """
    paginator = Paginator(list(rows.values_list("pk", flat=True)) if searched else rows, lignes)
    if not searched:
        paginator.count = rows.filter(sujet__entreprise=F("entreprise")).count()  # it always is: said, the sujets of the others are not read
    is_beyond = numero > paginator.num_pages
    numero = 1 if is_beyond else numero
    found = _with_sujets(paginator.page(numero).object_list)
    more = [Inscription(sujet=strategie, demarche_id=demarche.id)] if strategie is not None and demarche is not None else []
    suivis = fetch_suivis([*found, *more], referentiel)
    followed = suivis.pop() if more else None
    if followed is not None:
        followed.inscription = None
    return PageOfSuivis(suivis, Page(found, numero, paginator), followed, is_beyond)


def _with_sujets(chosen: QuerySet[Inscription] | list[int]) -> list[Inscription]:
    """Read the enrolments of a page, in its order; a search, already scoped, gives them by their keys."""
    rows = Inscription.tous.filter(pk__in=chosen) if isinstance(chosen, list) else chosen
    found = list(rows.select_related("sujet__produit", "sujet__responsable"))
    return sorted(found, key=lambda row: chosen.index(row.pk)) if isinstance(chosen, list) else found


def inscriptions_actives(user: User) -> QuerySet[Inscription]:
    """Return the open enrolments of the sujets the user may read; archived produits have left the screens (R-43)."""
    return Inscription.objects.visible_to(user).ouvertes().filter(sujet__archive_le__isnull=True).order_by("-inscrite_le", "-pk")


def search_inscriptions(rows: QuerySet[Inscription], words: str, referentiel: Referentiel) -> QuerySet[Inscription]:
    """Keep the enrolments whose référence, produit, version, parcours or démarche holds each of the words (PAR-1).

    A sujet is of the company of its enrolment: said, those of the other companies are not read (P17).
    """
    rows = rows.filter(sujet__entreprise=F("entreprise")) if words else rows
    for word in words_of(words):
        demarches = [d.id for d in referentiel.demarches.values() if word in plain(f"{d.parcours_titre} {d.titre}")]
        rows = rows.filter(holds(word, "sujet__nom", "sujet__produit__version") | is_reference(word, "sujet") | Q(demarche__in=demarches))
    return rows


# --- Dashboard ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Attente:
    """A draft that waits for the reader, opened from one of the démarches of its sujet."""

    reponse: Reponse
    demarche: DemarcheInfo
    questionnaire: QuestionnaireInfo

    @property
    def sujet(self) -> Sujet:
        return self.reponse.sujet

    @property
    def url(self) -> str:
        return adresse("questionnaire", self.demarche.code, self.reponse.sujet_id, self.questionnaire.code)

    @property
    def genre(self) -> str:
        """``a_valider``, ``renvoyee`` or ``a_completer``."""
        if self.reponse.demandee_le is not None:
            return "a_valider"
        return "renvoyee" if self.reponse.renvoyee_le is not None else "a_completer"


@dataclass(frozen=True)
class Attentes:
    """What waits for the reader, most urgent first: to validate, sent back, begun (UX « Dashboard »)."""

    premieres: Sequence[Attente] = ()
    suivantes: Sequence[Attente] = ()

    def __bool__(self) -> bool:
        return bool(self.premieres)


def fetch_attentes(user: User, referentiel: Referentiel) -> Attentes:
    """Read the drafts that wait for the user: to validate, sent back to him, begun by him; 2 queries.

    A draft is sent back to whoever had asked for its validation, wrote in it last or began it. One whose sujet has left its démarches waits for nobody.
    """
    rows = list(_pending(user))
    inscriptions = _demarches_of([row.sujet for row in rows if row.sujet.is_produit])
    located = (_locate(row, inscriptions.get(row.sujet_id, ()), referentiel) for row in rows)
    found = [attente for attente in located if attente is not None]
    return Attentes(found[:MAX_PREMIERES], found[MAX_PREMIERES:])


def _pending(user: User) -> QuerySet[Reponse]:
    """Return the drafts, those whose validation is asked for first."""
    mine = Q(modifiee_par=user) | Q(created_by=user) | Q(demandee_par=user)
    asked = Q(demandee_le__isnull=False) & holding(user, DroitSujet.VALIDATION, "sujet")
    writable = mine & Q(demandee_le__isnull=True) & holding(user, DroitSujet.SAISIE, "sujet")
    order = (F("demandee_le").asc(nulls_last=True), F("renvoyee_le").desc(nulls_last=True), "-modifiee_le", "-pk")
    drafts = Reponse.objects.of_entreprise(user.entreprise_id).brouillons()
    first = drafts.filter(asked | writable, sujet__archive_le__isnull=True).order_by(*order).values("pk")[:MAX_ATTENTES]  # chosen before anything is joined
    return drafts.filter(pk__in=first).select_related("sujet__produit", "demandee_par", "renvoyee_par").defer("reponses", "sections_na").order_by(*order)


def _demarches_of(sujets: Iterable[Sujet]) -> dict[int, list[Inscription]]:
    found: dict[int, list[Inscription]] = {}
    for row in Inscription.tous.filter(sujet__in={sujet.pk for sujet in sujets}).ouvertes().order_by("pk"):
        found.setdefault(row.sujet_id, []).append(row)
    return found


def _locate(row: Reponse, inscriptions: Iterable[Inscription], referentiel: Referentiel) -> Attente | None:
    """Find a démarche of the sujet from which these answers are opened; its own enrolment when they belong to one (R-7)."""
    if row.sujet.is_produit:
        wanted = [i for i in inscriptions if row.inscription in (0, i.pk)]
        demarches = [referentiel.demarches_by_id[i.demarche_id] for i in wanted if i.demarche_id in referentiel.demarches_by_id]
    else:
        demarches = [demarche for demarche in referentiel.demarches.values() if GenreSujet.STRATEGIE in demarche.accepte]
    for demarche in demarches:
        for info in demarche.evaluations(row.sujet.genre):
            if info.questionnaire_id == row.questionnaire_id:
                return Attente(row, demarche, info)
    return None


@dataclass(frozen=True)
class CartesProduits:
    """The first produits the user may read, and whether there are more."""

    produits: Sequence[Sujet]
    has_more: bool


def fetch_cartes_produits(user: User, words: str = "") -> CartesProduits:
    """Read the produits of the cards, the latest first; 1 query."""
    rows = produits_of(user).actifs().filter(holding(user, DroitSujet.LECTURE))
    rows = search_produits(rows, words, lecteur=user) if words else rows
    found = fetch_produits(rows.order_by("-pk")[: MAX_CARTES + 1])
    return CartesProduits(found[:MAX_CARTES], len(found) > MAX_CARTES)


# --- Parcours and démarche ------------------------------------------------------------------------------------------------
def demarches_shown(user: User, parcours: ParcoursInfo) -> list[DemarcheInfo]:
    """Return the démarches of a parcours; a closed one only to whom has a sujet enrolled in it (R-45); 1 query at most."""
    closed = [demarche.id for demarche in parcours.demarches if not demarche.ouverte]
    enrolled: set[int] = set()
    if closed:
        enrolled.update(inscriptions_actives(user).filter(demarche__in=closed).order_by().values_list("demarche_id", flat=True).distinct())
    return [demarche for demarche in parcours.demarches if demarche.ouverte or demarche.id in enrolled]


@dataclass(frozen=True)
class Candidats:
    """The sujets of a company a démarche could work on: the produits to add, and the stratégie globale if there is one."""

    produits: Sequence[Sujet] = ()
    strategie: Sujet | None = None
    may_read_strategie: bool = False
    has_more: bool = False

    @property
    def has_unqualified(self) -> bool:
        return any(not sujet.is_qualified for sujet in self.produits)


def fetch_candidats(user: User, demarche: DemarcheInfo, referentiel: Referentiel) -> Candidats:
    """Read « Produit existant » (right kind, active, not enrolled, writable by the user, R-44) and the stratégie; 1 query.

    Each produit tells by ``is_qualified`` whether the démarche may take it at once (R-40).
    """
    enrolled = Inscription.objects.of_entreprise(user.entreprise_id).filter(sujet=OuterRef("pk"), demarche=demarche.id).ouvertes()
    addable = Q(genre=GenreSujet.PRODUIT, archive_le__isnull=True) & holding(user, DroitSujet.SAISIE) & ~Q(Exists(enrolled))
    wanted = Q(pk__in=())
    if GenreSujet.PRODUIT in demarche.accepte and demarche.ouverte and demarche.answerable:
        wanted |= addable
    if GenreSujet.STRATEGIE in demarche.accepte:
        wanted |= Q(genre=GenreSujet.STRATEGIE, archive_le__isnull=True)
    qualifications = Reponse.tous.filter(sujet=OuterRef("pk"), etat=EtatReponse.VALIDEE, questionnaire=referentiel.qualification_id(GenreSujet.PRODUIT))
    rows = Sujet.objects.visible_to(user).filter(wanted).select_related("produit", "responsable")
    rows = rows.annotate(has_qualification=Exists(qualifications), is_readable=_truth(holding(user, DroitSujet.LECTURE)))
    found = list(rows.order_by("-genre", "nom", "pk")[: MAX_CHOIX + 2])
    return _candidats(found, demarche)


def _truth(condition: Q) -> Any:
    """Turn a condition into a column."""
    return ExpressionWrapper(condition, output_field=BooleanField())


def _candidats(found: Sequence[Sujet], demarche: DemarcheInfo) -> Candidats:
    strategie = next((sujet for sujet in found if not sujet.is_produit), None)
    produits = [sujet for sujet in found if sujet.is_produit]
    for sujet in produits:
        sujet.is_qualified = sujet.has_qualification or not demarche.reads_qualification
    return Candidats(produits[:MAX_CHOIX], strategie, strategie is not None and strategie.is_readable, len(produits) > MAX_CHOIX)


@dataclass(frozen=True)
class Theme:
    """A line of the table themes × actions of a démarche: a theme, whom it concerns, what one does with it."""

    titre: str
    porteur: str
    volets: Mapping[str, QuestionnaireInfo]


def themes_of(demarche: DemarcheInfo) -> list[Theme]:
    """Group the questionnaires of a démarche by theme, in order (PAR-2)."""
    found: dict[tuple[str, str], dict[str, QuestionnaireInfo]] = {}
    for info in demarche.questionnaires:
        found.setdefault((info.titre, info.porteur), {})[info.volet] = info
    return [Theme(titre, porteur, volets) for (titre, porteur), volets in found.items()]
