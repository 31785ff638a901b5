"""The rows the bench works on: one company that is measured, and as many neighbours as the growth asks for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import AcceptationCgu, Cgu, Entreprise, User
from catalog.models import Produit
from parcours.contexte import Etape, fetch_suivi
from parcours.models import Demarche, Inscription
from questionnaires.content.lot import Lot
from questionnaires.content.reader import read_folder
from questionnaires.enums import DroitSujet, EtatReponse
from questionnaires.models import Reponse, Sujet
from questionnaires.rights import grant
from tests.accounts.factories import EntrepriseFactory, UserFactory
from tests.catalog.factories import ProduitFactory
from tests.parcours.factories import InscriptionFactory, ReponseFactory

from .contenu import TAILLES, code, codes, lot_de_mesure
from .models import Document

PRODUITS = 5_000
COMMENTAIRE = "Vérifié en recette le 12 mars avec l'équipe « interopérabilité » ; la preuve est au dossier qualité."


def fixtures() -> Lot:
    """Read the content of the repository."""
    return read_folder(settings.BASE_DIR / "fixtures")


def load_content(lot: Lot) -> None:
    """Load the real content and the synthetic one."""
    from parcours.chargement import charger

    charger(lot)
    charger(lot_de_mesure(lot))


@dataclass(frozen=True)
class Monde:
    """Who answers, and about what: a produit with drafts, one with validated answers, in every démarche of the bench."""

    lecteur: User
    brouillon: Produit
    validee: Produit
    documents: dict[int, Document]

    def etape(self, produit: Produit, taille: int) -> Etape:
        """Follow a produit in the questionnaire of that many criteria."""
        return fetch_suivi(self.lecteur, code(taille), produit.pk).etape(code(taille))


def peuple() -> Monde:
    """Create the company, its accounts, its produits, and everything that was answered about two of them.

    The reader is no responsable: his rights are rows, as those of most people.
    """
    entreprise = EntrepriseFactory()
    responsable = UserFactory(responsable=True, entreprise=entreprise)
    lecteur = UserFactory(tous_droits=True, entreprise=entreprise)
    cgu = Cgu.objects.create(version="1", texte="Conditions.")
    AcceptationCgu.objects.bulk_create(AcceptationCgu(user=user, cgu=cgu) for user in (responsable, lecteur))
    produits = [ProduitFactory(entreprise=entreprise, responsable=responsable, qualified=True) for _ in range(2)]
    for produit in produits:
        grant(lecteur, produit, DroitSujet)
        for taille in TAILLES:
            _answer(produit, taille, lecteur, validee=produit is produits[1])
    documents = {taille: Document.objects.create(reponses=reponses(taille)) for taille in TAILLES}
    volume(entreprise, responsable, PRODUITS - 2)
    return Monde(lecteur, *produits, documents)


def reponses(taille: int) -> dict[str, dict[str, Any]]:
    """Answer every criterion, one in four with a comment."""
    return {
        critere: {"valeur": number % 4} | ({"commentaire": f"{COMMENTAIRE} ({number})"} if number % 4 == 3 else {})
        for number, critere in enumerate(codes(taille))
    }


def _answer(produit: Produit, taille: int, par: User, *, validee: bool) -> None:
    InscriptionFactory(sujet=produit, code=code(taille))
    ReponseFactory(sujet=produit, code=code(taille), reponses=reponses(taille), par=par, validee=validee)


# --- Volume ---------------------------------------------------------------------------------------------------------------
def grow(factor: int) -> None:
    """Multiply the rows of the base: each neighbour has as many produits, enrolments and answers as the measured company."""
    for _ in range(factor - 1):
        entreprise = EntrepriseFactory()
        volume(entreprise, UserFactory(responsable=True, entreprise=entreprise), PRODUITS)
    analyse()


def volume(entreprise: Entreprise, par: User, count: int) -> None:
    """Insert produits, qualified, enrolled and answered, in four statements."""
    taille = 40
    draft = Reponse.tous.filter(questionnaire__code=code(taille), etat=EtatReponse.BROUILLON).first()
    qualification = Reponse.tous.filter(questionnaire__code="qualification-produit").first()
    last = Sujet.tous.order_by("pk").values_list("pk", flat=True).last()
    values = {
        "entreprise": entreprise.pk, "par": par.pk, "now": timezone.now(), "count": count, "last": last, "draft": draft.pk,
        "qualification": qualification.pk, "demarche": Demarche.objects.get(code=code(taille)).pk,
    }  # fmt: skip
    with _without_time_limit() as cursor:
        for statement in (SUJETS, PRODUITS_SQL, INSCRIPTIONS, REPONSES.format(source="qualification"), REPONSES.format(source="draft")):
            cursor.execute(statement.replace("{uuid}", _uuid()), {name: value for name, value in values.items() if f"%({name})s" in statement})


def analyse() -> None:
    """Let the planner know what the tables have become, and the server finish what so many insertions left it to do."""
    with _without_time_limit() as cursor:
        for statement in ("VACUUM (ANALYZE)", "CHECKPOINT") if connection.vendor == "postgresql" else ("ANALYZE",):
            cursor.execute(statement)


@contextmanager
def _without_time_limit() -> Iterator[Any]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET statement_timeout = 0")
        yield cursor
        if connection.vendor == "postgresql":
            cursor.execute("SET statement_timeout = 10000")


def _uuid() -> str:
    return "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"


NOMS = "CASE i %% 5 WHEN 0 THEN 'MonSuivi' WHEN 1 THEN 'Agenda' WHEN 2 THEN 'Dossier partagé' WHEN 3 THEN 'Messagerie' ELSE 'Téléexpertise' END"
SUJETS = f"""
INSERT INTO {Sujet._meta.db_table} (entreprise_id, genre, nom, responsable_id, certifications, created_at, created_by_id)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %(count)s)
SELECT %(entreprise)s, 'produit', {NOMS} || ' ' || i, %(par)s, '', %(now)s, %(par)s FROM n
"""
PRODUITS_SQL = f"""
INSERT INTO {Produit._meta.db_table} (sujet_ptr_id, version, type, nil, description, dispositifs, publie, jeton_creation)
SELECT id, '2.1', 'socle', '', 'Suivi des patients à domicile.', '["aucun"]', TRUE, {{uuid}}
FROM {Sujet._meta.db_table} WHERE id > %(last)s AND entreprise_id = %(entreprise)s
"""
INSCRIPTIONS = f"""
INSERT INTO {Inscription._meta.db_table} (entreprise_id, sujet_id, demarche_id, inscrite_le, inscrite_par_id)
SELECT entreprise_id, id, %(demarche)s, %(now)s, %(par)s FROM {Sujet._meta.db_table} WHERE id > %(last)s AND entreprise_id = %(entreprise)s
"""
_COPIED = "questionnaire_id, version_id, inscription, etat, reponses, sections_na, revision, created_at, modifiee_le, renvoi_commentaire, validee_le, demarche"
REPONSES = f"""
INSERT INTO {Reponse._meta.db_table} (entreprise_id, sujet_id, created_by_id, modifiee_par_id, validee_par_id, {_COPIED})
SELECT s.entreprise_id, s.id, %(par)s, %(par)s, CASE WHEN r.validee_le IS NULL THEN NULL ELSE r.validee_par_id END,
{", ".join(f"r.{name}" for name in _COPIED.split(", "))}
FROM {Sujet._meta.db_table} s, {Reponse._meta.db_table} r
WHERE r.id = %({{source}})s AND s.id > %(last)s AND s.entreprise_id = %(entreprise)s
"""
