"""Loading content files into the database: the whole lot or nothing, and the second time nothing (QST-0, P19)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.errors import ActionRefused
from questionnaires.content import walk
from questionnaires.content.images import mime_type
from questionnaires.content.lot import Lot
from questionnaires.enums import EtatVersion
from questionnaires.models import Image, Questionnaire, RevisionContenu, Version
from questionnaires.models.questionnaire import empreinte

from .enums import Volet
from .models import Demarche, DemarcheQuestionnaire, Exigences, Parcours

Data = dict[str, Any]
PARCOURS_COLUMNS = ("code", "titre", "ordre", "etat", "demarches")
QUESTIONNAIRES_ABSENTS = "Questionnaires sans fichier : {}. Rien n'est supprimé : leur dernière version publiée reste en vigueur."
PARCOURS_ABSENTS = "Parcours sans fichier : {}. Rien n'est supprimé : ils restent en place, avec leurs démarches."
EXIGENCES_ABSENTES = (
    "Exigences sans fichier, des démarches : {}. Rien n'est supprimé : leur dernière révision reste en vigueur ; "
    "pour ne plus rien exiger, gardez le fichier avec « questionnaires: {{}} »."
)
DEMARCHE_COLUMNS = ("code", "titre", "libelle_court", "accepte", "ouverte", "profil", "verdict", "questionnaires")


@dataclass
class Report:
    """What a load changed, in words; empty when nothing did. ``absents``: what its files no longer hold, and what becomes of it."""

    lines: list[str] = field(default_factory=list)
    absents: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.lines)


@transaction.atomic
def charger(lot: Lot) -> Report:
    """Load a lot read by ``questionnaires.content``; what is there already is left alone. Two loads at once take their turn.

    What the files hold no more stays as it is, for nothing is ever deleted: the report says so.
    :raises ActionRefused: a published version would change (a new one is to be written instead).
    """
    RevisionContenu.lock()
    report = Report()
    questionnaires = _load_questionnaires(lot.questionnaires, lot.images, report)
    demarches = _load_parcours(lot.parcours, questionnaires, report)
    _load_exigences(lot.exigences, demarches, questionnaires, report)
    if report:
        RevisionContenu.bump()
    return report


def _load_questionnaires(documents: Iterable[Data], pictures: Mapping[str, bytes], report: Report) -> dict[str, Questionnaire]:
    known = {row.code: row for row in Questionnaire.objects.all()}
    versions = {(row.questionnaire_id, row.numero): row.empreinte for row in Version.objects.only("questionnaire_id", "numero", "empreinte")}
    by_code: dict[str, list[Data]] = {}
    for document in sorted(documents, key=lambda document: (document["code"], document["version"])):
        by_code.setdefault(document["code"], []).append(document)
    new: list[Version] = []
    for code, written in by_code.items():
        row = known.get(code)
        highest = max((numero for key, numero in versions if row and key == row.pk), default=0)
        if written[-1]["version"] >= highest:  # the last version names the questionnaire, whatever is loaded again
            row = _questionnaire(written[-1], known, report)
        new += [version for document in written if (version := _new_version(row, document, versions, report))]
    _load_images(new, pictures)
    Version.objects.bulk_create(new)
    _tell_absents(report, QUESTIONNAIRES_ABSENTS, known, by_code)
    return known


def _load_images(versions: Iterable[Version], pictures: Mapping[str, bytes]) -> None:
    """Keep what new versions show.

    :raises ActionRefused: a picture is not there, or another one bears its name already.
    """
    shown = {image.data["fichier"]: image.data["empreinte"] for version in versions for image in walk.images(version.document)}
    known = dict(Image.objects.filter(nom__in=shown).values_list("nom", "empreinte")) if shown else {}
    for name, digest in shown.items():
        if known.get(name, digest) != digest:
            raise ActionRefused(f"Une autre image est publiée sous le nom {name}, et ne change plus. Donnez un autre nom à la nouvelle.")
        if name not in known and name not in pictures:
            raise ActionRefused(f"L'image {name} n'accompagne pas le questionnaire qui la montre.")
    Image.objects.bulk_create(
        Image(nom=name, type_mime=mime_type(name), empreinte=digest, contenu=pictures[name]) for name, digest in shown.items() if name not in known
    )


def _new_version(row: Questionnaire, document: Data, versions: Mapping[tuple[int, int], str], report: Report) -> Version | None:
    """Return the version to publish; None when it is published already.

    :raises ActionRefused: it is, with another content.
    """
    digest = empreinte(document)
    there = versions.get((row.pk, document["version"]))
    if there is None:
        report.lines.append(f"Questionnaire {row.code} : version {document['version']} publiée" + _dropped(row, document, versions))
        return _version(row, document, digest)
    if there != digest:
        raise ActionRefused(
            f"Le questionnaire {row.code} a changé alors que sa version {document['version']} est publiée : "
            "une version publiée ne change plus. Donnez un nouveau numéro de version au fichier."
        )
    return None


def _dropped(row: Questionnaire, document: Data, versions: Mapping[tuple[int, int], str]) -> str:
    """Say which criteria of the version before are asked no more: once published, it is too late to put them back."""
    before = max((numero for key, numero in versions if key == row.pk and numero < document["version"]), default=None)
    if before is None:
        return ""
    former = Version.objects.get(questionnaire=row, numero=before).document
    kept = {critere.data["code"] for critere in walk.criteres(document)}
    gone = [critere.data["code"] for critere in walk.criteres(former) if critere.data["code"] not in kept]
    return f", sans {', '.join(gone)} ; les réponses à la version {before} sont gardées" if gone else ""


def _questionnaire(document: Data, known: dict[str, Questionnaire], report: Report) -> Questionnaire:
    values = {name: document[name] for name in ("titre", "theme", "genre", "portee")}
    row = known.get(document["code"])
    if row is None:
        row = known[document["code"]] = Questionnaire.objects.create(code=document["code"], **values)
        report.lines.append(f"Questionnaire {row.code} : créé")
    elif any(getattr(row, name) != value for name, value in values.items()):
        _assign(row, values).save()
        report.lines.append(f"Questionnaire {row.code} : modifié")
    return row


def _version(row: Questionnaire, document: Data, digest: str) -> Version:
    return Version(
        questionnaire=row,
        numero=document["version"],
        millesime=document["millesime"],
        etat=EtatVersion.PUBLIEE,
        document=document,
        empreinte=digest,
        publiee_le=timezone.now(),
    )


def _load_parcours(documents: Sequence[Data], questionnaires: Mapping[str, Questionnaire], report: Report) -> dict[str, Demarche]:
    known = {row.code: row for row in Parcours.objects.all()}
    demarches = {row.code: row for row in Demarche.objects.prefetch_related("lignes")}
    written = {demarche["code"] for document in documents for demarche in document["demarches"]}
    for document in documents:
        texts = {key: value for key, value in document.items() if key not in PARCOURS_COLUMNS}
        values = {"titre": document["titre"], "ordre": document["ordre"], "etat": document["etat"], "document": texts}
        row = _save(known, Parcours, document["code"], values, report, "Parcours")
        for order, demarche in enumerate(document["demarches"]):
            _load_demarche(row, order, demarche, demarches, questionnaires, report)
        left = [demarche for demarche in demarches.values() if demarche.parcours_id == row.pk and demarche.code not in written]
        for order, demarche in enumerate(left, start=len(document["demarches"])):  # after the others, where the export writes it
            _save(demarches, Demarche, demarche.code, {"ordre": order}, report, "Démarche")
            report.absents.append(_demarche_absente(demarche, row))
    _tell_absents(report, PARCOURS_ABSENTS, known, [document["code"] for document in documents])
    return demarches


def _demarche_absente(demarche: Demarche, parcours: Parcours) -> str:
    state = "ouverte aux inscriptions ; pour la fermer, remettez-la avec « ouverte: false »" if demarche.ouverte else "fermée aux inscriptions"
    return f"Démarche {demarche.code} : absente du fichier du parcours {parcours.code}. Rien n'est supprimé : elle reste en place, {state}."


def _load_demarche(
    parcours: Parcours, order: int, document: Data, known: dict[str, Demarche], questionnaires: Mapping[str, Questionnaire], report: Report
) -> None:
    values = {name: document[name] for name in DEMARCHE_COLUMNS if name not in ("code", "questionnaires")}
    values |= {"parcours_id": parcours.pk, "ordre": order}
    values["document"] = {key: value for key, value in document.items() if key not in DEMARCHE_COLUMNS}
    lines = [_ligne(position, line, questionnaires) for position, line in enumerate(document["questionnaires"])]
    there = known.get(document["code"])
    before = [_as_values(line) for line in there.lignes.all()] if there else None
    row = _save(known, Demarche, document["code"], values, report, "Démarche")
    if before != lines:
        row.lignes.all().delete()
        DemarcheQuestionnaire.objects.bulk_create(DemarcheQuestionnaire(demarche=row, **line) for line in lines)
        report.lines.append(f"Démarche {row.code} : questionnaires mis à jour")
        report.lines += _withdrawn(row, before or [], lines)


def _withdrawn(row: Demarche, before: Iterable[Data], lines: Iterable[Data]) -> list[str]:
    """Name the questionnaires the démarche asks no more."""
    asked = {(line["code"], line["volet"], line["porteur"]) for line in lines}
    gone = [line for line in before if (line["code"], line["volet"], line["porteur"]) not in asked]
    return [
        f"Démarche {row.code} : ne demande plus {line['code']} ({Volet(line['volet']).label}, {line['porteur']}) ; "
        "les réponses sont gardées, et reviennent s'il y revient"
        for line in gone
    ]


LIGNE = ("questionnaire_id", "code", "ordre", "volet", "titre", "porteur", "prerequis", "a_venir", "annonce")


def _ligne(position: int, line: Data, questionnaires: Mapping[str, Questionnaire]) -> Data:
    row = questionnaires.get(line["code"])
    values = {name: line[name] or "" for name in ("code", "volet", "titre", "porteur", "prerequis", "annonce")}
    return values | {"questionnaire_id": row.pk if row else None, "ordre": position, "a_venir": bool(line["a_venir"])}


def _as_values(row: DemarcheQuestionnaire) -> Data:
    return {name: getattr(row, name) for name in LIGNE}


def _load_exigences(documents: Sequence[Data], demarches: Mapping[str, Demarche], questionnaires: Mapping[str, Questionnaire], report: Report) -> None:
    latest: dict[tuple[int, int], tuple[int, str]] = {}
    named: dict[int, dict[str, Data]] = {}
    for row in Exigences.objects.order_by("numero").values_list("demarche_id", "questionnaire_id", "numero", "empreinte", "questionnaire__code"):
        latest[row[0], row[1]] = (row[2], row[3])
        named.setdefault(row[0], {})[row[4]] = {}
    new: list[Exigences] = []
    for document in documents:
        demarche = demarches[document["demarche"]]
        # A questionnaire the file names no more is asked for nothing any more, like a criterion it names no more.
        for code, rules in (named.get(demarche.pk, {}) | document["questionnaires"]).items():
            questionnaire, rows = questionnaires[code], [[critere, regles] for critere, regles in rules.items()]
            digest = empreinte(rows)
            numero, there = latest.get((demarche.pk, questionnaire.pk), (0, empreinte([])))
            if there != digest:
                new.append(Exigences(demarche=demarche, questionnaire=questionnaire, numero=numero + 1, document=rows, empreinte=digest))
                report.lines.append(f"Exigences {demarche.code} / {code} : révision {numero + 1}")
    Exigences.objects.bulk_create(new)
    ruled = {demarche for (demarche, _), (_, there) in latest.items() if there != empreinte([])}
    _tell_absents(report, EXIGENCES_ABSENTES, [code for code, row in demarches.items() if row.pk in ruled], [d["demarche"] for d in documents])


def _tell_absents(report: Report, words: str, known: Iterable[str], written: Collection[str]) -> None:
    """Name what is known and has no file; a lot without any file of a kind says nothing of that kind."""
    if written and (absent := [code for code in known if code not in written]):
        report.absents.append(words.format(", ".join(sorted(absent))))


def _save(known: dict, model: type, code: str, values: Data, report: Report, noun: str):
    row = known.get(code)
    if row is None:
        row = known[code] = model.objects.create(code=code, **values)
        report.lines.append(f"{noun} {code} : créé" + ("e" if noun == "Démarche" else ""))
    elif any(getattr(row, name) != value for name, value in values.items()):
        _assign(row, values).save()
        report.lines.append(f"{noun} {code} : modifié" + ("e" if noun == "Démarche" else ""))
    return row


def _assign(row: Any, values: Data) -> Any:
    for name, value in values.items():
        setattr(row, name, value)
    return row


def known_lot() -> Lot:
    """Return what the database holds, as documents without their pictures: to check a file against it, and to export."""
    parcours = _known_parcours()
    return Lot(questionnaires=_known_questionnaires(), parcours=parcours, exigences=_known_exigences(parcours))


def known_images() -> dict[str, bytes]:
    """Return the pictures of all versions, by name: to export."""
    return {row.nom: bytes(row.contenu) for row in Image.objects.all()}


def _known_questionnaires() -> list[Data]:
    return [row.document for row in Version.objects.filter(etat=EtatVersion.PUBLIEE).order_by("questionnaire__code", "numero")]


def _known_parcours() -> list[Data]:
    rows = Parcours.objects.prefetch_related("demarches__lignes")
    return [
        {"code": row.code, "titre": row.titre, "ordre": row.ordre, "etat": row.etat, **row.document}
        | {"demarches": [_demarche_document(demarche) for demarche in row.demarches.all()]}
        for row in rows
    ]


def _demarche_document(row: Demarche) -> Data:
    columns = {name: getattr(row, name) for name in DEMARCHE_COLUMNS if name != "questionnaires"}
    lines = [{name: getattr(line, name) for name in LIGNE if name not in ("questionnaire_id", "ordre")} for line in row.lignes.all()]
    return columns | row.document | {"questionnaires": lines}


def _known_exigences(parcours: Iterable[Data]) -> list[Data]:
    """Return the last revision of the exigences of each démarche, in the order of its questionnaires."""
    found: dict[str, dict[str, Any]] = {}
    for row in Exigences.objects.select_related("demarche", "questionnaire").order_by("demarche__code", "pk"):
        found.setdefault(row.demarche.code, {})[row.questionnaire.code] = dict(row.document)
    asked = {demarche["code"]: [line["code"] for line in demarche["questionnaires"]] for document in parcours for demarche in document["demarches"]}
    return [{"demarche": code, "questionnaires": _ordered(documents, asked[code])} for code, documents in found.items()]


def _ordered(documents: Data, codes: list[str]) -> Data:
    """Leave out what is asked for nothing any more, and put last what the démarche asks no more."""
    named = [code for code, rules in documents.items() if rules]
    return {code: documents[code] for code in sorted(named, key=lambda code: codes.index(code) if code in codes else len(codes))}
