"""What the results of one questionnaire say in one démarche (QST-6 to QST-8, R-10 to R-13).

The engine judges; here its findings become the words and numbers of a report, the same for the page and for the files.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import Http404

from accounts.prepared import prepared
from accounts.rules.elision import de
from questionnaires.cartes import MATURITES, answer_in_words
from questionnaires.engine.answers import NA
from questionnaires.engine.definition import Critere, Definition, Genre, Section
from questionnaires.engine.exigences import Exigence
from questionnaires.engine.scoring import Ecart, conformity_shares
from questionnaires.exports.rapport import AxeRadar, Evenement, LigneCritere, LigneEcart, PartConformite, Rapport
from questionnaires.memo import Memo
from questionnaires.models import Reponse, Sujet

from .contexte import Etape
from .jugement import NIVEAUX, Conclusion, Jugement, conclure, conclure_brouillon
from .lecture import people_of
from .profils import profil_of

HISTORIQUE = 50  # versions listed, the latest ones
AVERTISSEMENT_MES = "Le niveau d'auto-évaluation indiqué ne présage pas de l'issue d'une demande de référencement. Les preuves doivent être auditées."


# --- Reading ----------------------------------------------------------------------------------------------------------------
class Validation(NamedTuple):
    """One validation, as it is written for ever (QST-5)."""

    pk: int
    quand: datetime
    par: int
    demarche: str
    version: str


def fetch_historique(etape: Etape) -> tuple[Evenement, ...]:
    """Read who validated, when and from where, the latest first.

    1 query, none when this process has read it since the last validation; 1 more when others than those at hand validated.
    """
    demarches = etape.suivi.referentiel.demarches
    passees = _fetch_validations(etape)
    people = people_of(etape.suivi.reponses, {one.par for one in passees})
    return tuple(
        Evenement(
            pk=one.pk,
            quand=one.quand,
            qui=people[one.par].nom_complet,
            demarche=demarches[one.demarche].titre if one.demarche in demarches else "",
            version=one.version,
            courante=number == 0,
            url=etape.url("version_validee", one.pk),
        )
        for number, one in enumerate(passees)
    )


validations: Memo[tuple[Validation, ...]] = Memo(1024)


def _fetch_validations(etape: Etape) -> tuple[Validation, ...]:
    """Read the validations up to the last one at hand: none before it will ever change (WF-4)."""
    last = etape.validee
    if last is None:
        return ()

    def read() -> tuple[Validation, ...]:
        rows = _historique(entreprise=last.entreprise_id, sujet=last.sujet_id, questionnaire=last.questionnaire_id, inscription=last.inscription, last=last.pk)
        return tuple(
            Validation(row.pk, row.validee_le, row.validee_par_id, row.demarche, _version_en_mots(row.version.millesime, row.version.numero)) for row in rows
        )

    return validations.get((last.pk, last.sujet_id, last.revision, last.validee_le), read)


@prepared
def _historique(entreprise: int, sujet: int, questionnaire: int, inscription: int, last: int) -> QuerySet[Reponse]:
    columns = ("pk", "validee_le", "validee_par", "demarche", "version__millesime", "version__numero")
    rows = Reponse.objects.of_entreprise(entreprise).validees().filter(sujet=sujet, questionnaire=questionnaire, inscription=inscription, pk__lte=last)
    return rows.select_related("version").only(*columns).order_by("-pk")[:HISTORIQUE]


def fetch_versions(etape: Etape, asked: Collection[str]) -> list[Reponse]:
    """Read validated versions with their own profiles; what is no version of this sujet and questionnaire is left out; 1 query."""
    keys = [int(key) for key in asked if key.isascii() and key.isdigit() and len(key) <= 18]
    return list(_validees(etape).select_related("validee_par", "profil").filter(pk__in=keys))


def fetch_version(etape: Etape, asked: str) -> Reponse:
    """Read one validated version with its own profile; 1 query.

    :raises Http404: it is none of this sujet and questionnaire, or no number at all.
    """
    rows = fetch_versions(etape, [asked])
    if not rows:
        raise Http404("Version inconnue.")
    return rows[0]


def _validees(etape: Etape) -> QuerySet[Reponse]:
    rows = Reponse.objects.of_sujet(etape.suivi.sujet).validees()
    return rows.filter(questionnaire_id=etape.info.questionnaire_id, inscription=etape.suivi.numero(etape.info))


# --- Telling ----------------------------------------------------------------------------------------------------------------
def rapport_courant(etape: Etape, historique: Sequence[Evenement], entreprise: str) -> Rapport | None:
    """Tell the last validated answers with the draft over them, or the draft alone; None when there is neither."""
    profil = etape.suivi.profil
    brouillon = Jugement(etape, etape.brouillon, profil) if etape.brouillon else None
    if etape.validee:
        validee = Jugement(etape, etape.validee, profil)
        return _rapport(validee, historique, entreprise, is_termine=etape.is_termine, over=brouillon)
    if brouillon:
        return _rapport(brouillon, historique, entreprise)
    return None


def rapport_passe(etape: Etape, row: Reponse, historique: Sequence[Evenement], entreprise: str) -> Rapport:
    """Tell a past version, judged with its own profile, content version and exigences (R-12)."""
    jugement = Jugement(etape, row, profil_of(row.profil), le=row.validee_le)
    return _rapport(jugement, historique, entreprise, is_termine=True)


@dataclass(frozen=True, eq=False)
class Contenu:
    """What a report says of the answers themselves."""

    conclusion: Conclusion
    axes: tuple[AxeRadar, ...]
    criteres: tuple[LigneCritere, ...]
    ecart: tuple[LigneEcart, ...]
    parts: tuple[PartConformite, ...]


_contenus: Memo[Contenu] = Memo(256)


def _contenu(jugement: Jugement, over: Jugement | None, *, is_termine: bool) -> Contenu:
    """Judge the answers, once per case: a function of what was answered and of what judges it (P10)."""
    return _contenus.get((jugement.key, over.key if over else None, is_termine), lambda: _compute_contenu(jugement, over, is_termine=is_termine))


def _compute_contenu(jugement: Jugement, over: Jugement | None, *, is_termine: bool) -> Contenu:
    gradue = jugement.is_gradue
    criteres = tuple(_lignes(jugement))
    return Contenu(
        conclusion=conclure(jugement, is_termine=is_termine) if jugement.row.is_validee else conclure_brouillon(jugement),
        axes=tuple(_axes(jugement, over)) if gradue else (),
        criteres=criteres,
        ecart=tuple(_ecarts(jugement, criteres)) if gradue else (),
        parts=tuple(_parts(jugement)) if jugement.definition.genre == Genre.CONFORMITE else (),
    )


def _rapport(jugement: Jugement, historique: Sequence[Evenement], entreprise: str, *, is_termine: bool = False, over: Jugement | None = None) -> Rapport:
    """Fill the report of a set of answers; ``over`` is the draft drawn over the validated ones."""
    etape, row, gradue = jugement.etape, jugement.row, jugement.is_gradue
    demarche, sujet = etape.suivi.demarche, etape.suivi.sujet
    contenu = _contenu(jugement, over, is_termine=is_termine)
    conclusion = contenu.conclusion
    return Rapport(
        questionnaire=etape.info.titre,
        intitule=etape.info.intitule,
        sujet=titre_sujet(sujet),
        reference=sujet.reference,
        entreprise=entreprise,
        parcours=demarche.parcours_titre,
        demarche=demarche.titre,
        version=_version_en_mots(jugement.definition.millesime, jugement.definition.numero),
        source="Réponses validées le" if row.is_validee else "Brouillon enregistré le",
        date=row.validee_le if row.is_validee else row.modifiee_le,
        auteur=(row.validee_par if row.is_validee else row.modifiee_par).nom_complet,
        verdict=conclusion.verdict.value if conclusion.verdict else None,
        titre_verdict=conclusion.titre,
        raison=conclusion.raison,
        avertissement=AVERTISSEMENT_MES if demarche.is_mes and gradue else "",
        libelle_attendu=NIVEAUX[jugement.regime].capitalize(),
        axes=contenu.axes,
        criteres=contenu.criteres,
        ecart=contenu.ecart,
        parts=contenu.parts,
        historique=tuple(historique),
        note=_note(over) if over else "",
        gradue=gradue,
    )


def titre_sujet(sujet: Sujet) -> str:
    """Name a sujet as titles do, without its référence (R-46); 1 query for a produit read as a plain sujet."""
    return f"{sujet.nom} - {sujet.produit.version}" if sujet.is_produit else sujet.nom


def _version_en_mots(millesime: str, numero: int) -> str:
    return f"millésime {millesime} (version {numero})" if millesime else f"version {numero}"


def _note(brouillon: Jugement) -> str:
    row = brouillon.row
    return f"Un brouillon {de(row.modifiee_par.nom_complet)} est en cours : il ne compte pas dans ce résultat."


# --- Radar (R-12) -----------------------------------------------------------------------------------------------------------
def _axes(jugement: Jugement, over: Jugement | None) -> Iterator[AxeRadar]:
    """Yield the axes that the validated answers or the draft have; the missing point is None."""
    is_validee = jugement.row.is_validee
    validee = _points(jugement.evaluation.radar) if is_validee else {}
    brouillon = _points(over.evaluation.radar) if over else {} if is_validee else _points(jugement.evaluation.radar)
    attendue = _points(jugement.evaluation.attendus)
    for axe in jugement.definition.axes:
        if axe.code in validee or axe.code in brouillon:
            titre = axe.titre if axe.titre.startswith(axe.code) else f"{axe.code} · {axe.titre}" if _is_short(axe.code) else axe.titre
            yield AxeRadar(titre, validee.get(axe.code), brouillon.get(axe.code), attendue.get(axe.code))


def _points(points: Sequence[Any]) -> dict[str, float]:
    return {point.axe: float(point.valeur) for point in points}


def _is_short(code: str) -> bool:
    """True for a code people know (« A08.1 »), not for one that merely spells the title."""
    return any(char.isdigit() for char in code)


# --- Criteria ---------------------------------------------------------------------------------------------------------------
def _lignes(jugement: Jugement) -> Iterator[LigneCritere]:
    """Yield each shown criterion with its answer as it counts."""
    titres = dict(_section_titles(jugement.definition.sections))
    motifs = dict(motifs_of(jugement.definition, jugement.row.sections_na))
    for code in jugement.shown.codes:
        critere = jugement.definition.criteres[code]
        answer = jugement.evaluation.effective.get(code, {})
        valeur, exigence = answer.get("valeur"), jugement.exigence(code)
        yield LigneCritere(
            code=code,
            titre=critere.titre,
            section=titres[critere.section_code],
            axe=critere.axe,
            nature=_nature(critere, exigence) if jugement.is_gradue else "",
            obligatoire=exigence.is_obligation,
            valeur=valeur if isinstance(valeur, int | str) and not critere.is_question else None,
            reponse=answer_in_words(critere, answer),
            attendu=attendu_en_mots(critere, exigence) if jugement.is_gradue else "",
            acceptee=_acceptee(valeur, exigence),
            commentaire=motifs.get(code) or answer.get("commentaire", ""),
            recommandation=critere.recommandation(valeur),
            texte_niveau=_texte(critere, valeur),
            question=critere.is_question,
        )


def _nature(critere: Critere, exigence: Exigence) -> str:
    if critere.is_question:
        return "Question"
    return "Obligation" if exigence.is_obligation else "Option"


def attendu_en_mots(critere: Critere, exigence: Exigence) -> str:
    """Say what a démarche expects of a criterion (R-15)."""
    if critere.is_question:
        return ""
    if critere.genre is Genre.CONFORMITE:
        return "Conforme" if exigence.is_obligation else "Aucun"
    if exigence.seuil is None:
        return "Aucun"
    refused = critere.offers_na and NA not in exigence.acceptes
    return f"{exigence.seuil} · {MATURITES[exigence.seuil]}" + (" (« non applicable » n'est pas accepté)" if refused else "")


def _acceptee(valeur: Any, exigence: Exigence) -> bool | None:
    if valeur in (None, "", []) or not exigence.acceptes or isinstance(valeur, list):
        return None
    return exigence.accepts(valeur)


def _texte(critere: Critere, valeur: Any) -> str:
    if valeur == NA:
        return critere.na or ""
    return critere.niveaux[valeur] if isinstance(valeur, int) and critere.genre is Genre.MATURITE else ""


def _section_titles(sections: Sequence[Section], above: str = "") -> Iterator[tuple[str, str]]:
    for section in sections:
        titre = f"{above} – {section.titre}" if above else section.titre
        yield section.code, titre
        yield from _section_titles(section.sections, titre)


def motifs_of(definition: Definition, sections_na: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the reason given for the section of each criterion declared non applicable with it (R-20)."""
    for section in definition.every_section():
        if section.code in sections_na and section.na_possible:
            motif = sections_na[section.code].get("motif", "")
            yield from ((critere.code, f"Section non applicable : {motif}" if motif else "Section non applicable.") for critere in section.every_critere())


# --- Gap and shares ---------------------------------------------------------------------------------------------------------
def _ecarts(jugement: Jugement, criteres: Sequence[LigneCritere]) -> Iterator[LigneEcart]:
    """Yield what is missing, in the order of the engine (R-13)."""
    lines = {ligne.code: ligne for ligne in criteres}
    for one in jugement.evaluation.ecarts:
        yield LigneEcart(lines[one.code], *_niveaux_manquants(jugement, one), one.bloque)


def _niveaux_manquants(jugement: Jugement, one: Ecart) -> tuple[int | None, int | None]:
    """Return the levels missing to what is expected and to the cible; None where levels make no sense."""
    if jugement.definition.criteres[one.code].genre is not Genre.MATURITE:
        return None, None
    return (one.manque_seuil if one.seuil is not None else None), one.manque_cible


def _parts(jugement: Jugement) -> Iterator[PartConformite]:
    """Yield the counts of each top section, then of all."""
    shares = conformity_shares(jugement.shown, jugement.evaluation.effective)
    for section in jugement.definition.sections:
        if section.code in shares and (any(shares[section.code].values()) or not jugement.shown.by_section[section.code]):  # one of questions has none
            yield _part(section.titre, shares[section.code])
    yield _part("Ensemble", shares[""])


def _part(titre: str, share: dict[str, int]) -> PartConformite:
    return PartConformite(titre, share["conforme"], share["non_conforme"], share[NA])
