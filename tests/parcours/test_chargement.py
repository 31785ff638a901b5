"""Loading the content: all or nothing, once, and never over what was published or judged (QST-0, R-12)."""

from __future__ import annotations

import copy
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.errors import ActionRefused
from parcours.chargement import charger, known_lot
from parcours.models import Demarche, Exigences, Parcours
from parcours.referentiel import current, forget
from questionnaires.content.lot import Lot
from questionnaires.content.reader import FOLDERS, read_folder
from questionnaires.content.writer import dump_exigences
from questionnaires.models import Questionnaire, RevisionContenu, Version
from tests.catalog.factories import ProduitFactory
from tests.parcours.factories import InscriptionFactory, ReponseFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel", "forgotten")]
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
R1_A = {"A08.1.1": 1, "A08.2.1": 0, "A08.3.1": 2, "A08.4.1": 2, "A08.5.01": 2, "A08.5.23": 2, "A10.1": 0}


@pytest.fixture
def forgotten() -> Iterator[None]:
    """Let no other test meet, under the same number, the content this one had loaded."""
    yield
    forget()


@pytest.fixture
def lot() -> Lot:
    return copy.deepcopy(read_folder(FIXTURES))


def counts() -> list[int]:
    return [model.objects.count() for model in (Questionnaire, Version, Parcours, Demarche, Exigences)]


def questionnaire(lot: Lot, code: str) -> dict[str, Any]:
    return next(document for document in lot.questionnaires if document["code"] == code)


def exigences(lot: Lot, demarche: str, code: str) -> dict[str, Any]:
    return next(document for document in lot.exigences if document["demarche"] == demarche)["questionnaires"][code]


def second_version(lot: Lot, **values: Any) -> dict[str, Any]:
    return {**copy.deepcopy(questionnaire(lot, "urbanisation")), "version": 2, **values}


# --- Twice is once ----------------------------------------------------------------------------------------------------
def test_loading_again_changes_nothing(lot: Lot) -> None:
    before, revision = counts(), RevisionContenu.objects.get(pk=1).numero
    assert not charger(lot)
    assert (counts(), RevisionContenu.objects.get(pk=1).numero) == (before, revision)


def test_two_versions_side_by_side_are_loaded_once(lot: Lot) -> None:
    """The questionnaire bears the title of its last version, whichever file comes first."""
    lot.questionnaires.append(second_version(lot, titre="Urbanisation 2026", millesime="2026"))
    assert charger(lot)
    assert not charger(lot)
    assert Questionnaire.objects.get(code="urbanisation").titre == "Urbanisation 2026"


def test_loading_an_old_version_again_takes_nothing_back(lot: Lot) -> None:
    charger(Lot(questionnaires=[second_version(lot, titre="Urbanisation 2026", millesime="2026")]))
    assert not charger(Lot(questionnaires=[questionnaire(lot, "urbanisation")]))
    assert Questionnaire.objects.get(code="urbanisation").titre == "Urbanisation 2026"


def test_what_is_read_can_be_loaded(lot: Lot) -> None:
    """The longest titles, and one questionnaire answered by a produit and by a stratégie in the same démarche."""
    charger(Lot(questionnaires=[second_version(lot, titre="t" * 200, theme="t" * 200, millesime="2026" + "m" * 16)]))
    doctrine = next(document for document in lot.parcours if document["code"] == "doctrine")
    socles = doctrine["demarches"][0]
    socles |= {"titre": "t" * 200, "libelle_court": "t" * 200}
    socles["questionnaires"].append({**socles["questionnaires"][0], "porteur": "strategie", "titre": "t" * 200})
    assert charger(lot)
    assert Demarche.objects.get(code="socles").lignes.filter(code="interoperabilite", volet="evaluation").count() == 2


# --- All or nothing ---------------------------------------------------------------------------------------------------
def test_a_published_version_does_not_change(lot: Lot) -> None:
    """Nothing of the lot is loaded then, not even what came before in it."""
    before = counts()
    lot.questionnaires.append({**copy.deepcopy(questionnaire(lot, "urbanisation")), "code": "aaa-nouveau"})
    questionnaire(lot, "urbanisation")["sections"][0]["titre"] = "Autre"
    with pytest.raises(ActionRefused, match="sa version 1 est publiée"):
        charger(lot)
    assert counts() == before


def test_a_published_version_that_changes_is_told_with_its_place(tmp_path: Path) -> None:
    """QST-0: file, line, path and cause."""
    before = counts()
    call_command("export_referentiel", str(tmp_path), verbosity=0)
    path = tmp_path / "questionnaires" / "politique-globale.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("0: Aucune politique de sécurité", "0: Nulle politique de sécurité"), "utf-8")
    line = text.splitlines().index("          0: Aucune politique de sécurité n'est formalisée.") + 1
    with pytest.raises(CommandError) as refusal:
        call_command("load_referentiel", str(tmp_path), verbosity=0)
    place = f'questionnaires/politique-globale.yaml, ligne {line}, sections[0].criteres[0].niveaux["0"]'
    assert f"{place} : la version 1 est publiée et ne change plus : donnez un nouveau numéro de version au fichier" in str(refusal.value)
    assert counts() == before


def test_a_folder_with_one_error_loads_nothing(tmp_path: Path) -> None:
    before = counts()
    call_command("export_referentiel", str(tmp_path), verbosity=0)
    path = tmp_path / "exigences" / "socles.yaml"
    path.write_text(path.read_text("utf-8").replace("A10.1: {nature: obligation, recommande: 1}", "A10.1: {nature: obligation, recommande: 0}"), "utf-8")
    path = tmp_path / "exigences" / "mes-guide.yaml"
    path.write_text(path.read_text("utf-8").replace("QO.18", "QO.99"), "utf-8")
    with pytest.raises(CommandError) as refusal:
        call_command("load_referentiel", str(tmp_path), verbosity=0)
    assert "exigences/mes-guide.yaml, ligne" in str(refusal.value)
    assert "question inconnue « QO.99 »" in str(refusal.value)
    assert counts() == before


@pytest.mark.parametrize(("folder", "cause"), [("absent", "n'existe pas"), ("vide", "aucun fichier .yaml"), ("fichier", "n'existe pas")])
def test_what_is_no_folder_of_content_is_refused(tmp_path: Path, folder: str, cause: str) -> None:
    """QST-0: with its cause."""
    (tmp_path / "vide").mkdir()
    (tmp_path / "fichier").write_text("code: essai")
    with pytest.raises(CommandError, match="rien n'a été chargé") as refusal:
        call_command("load_referentiel", str(tmp_path / folder), verbosity=0)
    assert cause in str(refusal.value)


@pytest.mark.parametrize("command", ["load_referentiel", "export_referentiel", "verifier_integrite"])
def test_a_base_that_is_not_ready_is_said_in_a_sentence(tmp_path: Path, command: str) -> None:
    """OP-1, QST-0: no trace; what to do is said."""
    arguments = [command, str(tmp_path)] if command == "export_referentiel" else [command]
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'vide.sqlite3'}", "DJANGO_SETTINGS_MODULE": "convergence.settings"}
    done = subprocess.run([sys.executable, "manage.py", *arguments], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "manage.py migrate" in done.stderr and "Traceback" not in done.stderr


# --- What the files hold no more ------------------------------------------------------------------------------------------
@pytest.fixture
def folder(tmp_path: Path) -> Path:
    call_command("export_referentiel", str(tmp_path), verbosity=0)
    return tmp_path


def load(folder: Path) -> tuple[list[str], list[str]]:
    """Load a folder twice; give what the first load changed and what both say is absent."""
    told, warned, again, warned_again = (StringIO() for _ in range(4))
    call_command("load_referentiel", str(folder), stdout=told, stderr=warned)
    call_command("load_referentiel", str(folder), stdout=again, stderr=warned_again)
    assert again.getvalue() == "Le contenu est à jour : rien n'a changé.\n"
    assert warned_again.getvalue() == warned.getvalue()
    return told.getvalue().splitlines(), warned.getvalue().splitlines()


def test_a_folder_that_holds_everything_warns_of_nothing(folder: Path) -> None:
    assert load(folder) == (["Le contenu est à jour : rien n'a changé."], [])


def test_a_demarche_taken_out_of_its_file_stays_and_is_named(folder: Path) -> None:
    """QST-0, R-45: closing it is said in its file, not by its absence; the export still loads, and changes nothing."""
    path = folder / "parcours" / "doctrine.yaml"
    text = path.read_text("utf-8")
    first, second, rest = text.index("  - code: socles"), text.index("  - code: teleconsultation"), text.index("  - code: teleexpertise")
    path.write_text(text[:second] + text[rest:], "utf-8")
    changed, absents = load(folder)
    assert "Démarche teleconsultation : modifiée" in changed  # it comes after the others
    assert absents == [
        "Démarche teleconsultation : absente du fichier du parcours doctrine. Rien n'est supprimé : elle reste en place, "
        "ouverte aux inscriptions ; pour la fermer, remettez-la avec « ouverte: false »."
    ]
    assert Demarche.objects.get(code="teleconsultation").ouverte
    assert [row.code for row in Demarche.objects.filter(parcours__code="doctrine")] == ["socles", "teleexpertise", "telesoin", "teleconsultation"]
    call_command("export_referentiel", str(folder), verbosity=0)
    assert load(folder) == (["Le contenu est à jour : rien n'a changé."], [])
    path.write_text(text[:first] + text[second:], "utf-8")
    Demarche.objects.filter(code="socles").update(ouverte=False)
    assert load(folder)[1][0].endswith("elle reste en place, fermée aux inscriptions.")


def test_a_questionnaire_taken_out_of_a_demarche_is_named(folder: Path) -> None:
    """QST-0: its answers stay, and come back with it."""
    path = folder / "parcours" / "doctrine.yaml"
    text = path.read_text("utf-8")
    path.write_text(text[: text.rindex("    questionnaires:")], "utf-8")  # the last démarche is telesoin
    with pytest.raises(CommandError, match="le questionnaire « telesoin » n'est pas dans la démarche « telesoin »"):
        load(folder)
    (folder / "exigences" / "telesoin.yaml").write_text("demarche: telesoin\nquestionnaires: {}\n", "utf-8")
    changed, absents = load(folder)
    assert "Démarche telesoin : ne demande plus telesoin (Évaluation, produit) ; les réponses sont gardées, et reviennent s'il y revient" in changed
    assert absents == []


def test_files_taken_out_of_a_folder_are_named(folder: Path) -> None:
    before = counts()
    for name in ("questionnaires/ethique", "questionnaires/securite", "parcours/segur", "exigences/socles"):
        (folder / f"{name}.yaml").unlink()
    assert load(folder) == (
        ["Le contenu est à jour : rien n'a changé."],
        [
            "Questionnaires sans fichier : ethique, securite. Rien n'est supprimé : leur dernière version publiée reste en vigueur.",
            "Parcours sans fichier : segur. Rien n'est supprimé : ils restent en place, avec leurs démarches.",
            "Exigences sans fichier, des démarches : socles. Rien n'est supprimé : leur dernière révision reste en vigueur ; "
            "pour ne plus rien exiger, gardez le fichier avec « questionnaires: {} ».",
        ],
    )
    assert counts() == before


def test_a_lot_without_any_file_of_a_kind_says_nothing_of_that_kind(lot: Lot) -> None:
    assert charger(Lot(parcours=lot.parcours)).absents == []


def test_a_new_version_says_what_it_asks_no_more(lot: Lot) -> None:
    """QST-0: a version once published cannot be mended."""
    second = second_version(lot)
    gone = second["sections"][0]["criteres"].pop(0)["code"]
    assert charger(Lot(questionnaires=[second])).lines == [
        f"Questionnaire urbanisation : version 2 publiée, sans {gone} ; les réponses à la version 1 sont gardées"
    ]


# --- And back -----------------------------------------------------------------------------------------------------------
def files_of(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text("utf-8") for kind in FOLDERS for path in (folder / kind).glob("*.yaml")}


def test_export_gives_the_same_files(tmp_path: Path) -> None:
    call_command("export_referentiel", str(tmp_path), verbosity=0)
    assert files_of(tmp_path) == files_of(FIXTURES)


def test_export_gives_every_version_and_loads_again(tmp_path: Path, lot: Lot) -> None:
    """Nothing published is left out of the files: one per version, the last one under the code alone."""
    lot.questionnaires.append(second_version(lot, titre="Urbanisation 2026", millesime="2026"))
    charger(lot)
    call_command("export_referentiel", str(tmp_path), verbosity=0)
    written = files_of(tmp_path)
    assert written["questionnaires/urbanisation.v1.yaml"] == files_of(FIXTURES)["questionnaires/urbanisation.yaml"]
    assert "Urbanisation 2026" in written["questionnaires/urbanisation.yaml"]
    assert not charger(read_folder(tmp_path, known_lot()))


def test_a_questionnaire_the_exigences_name_no_more_is_asked_for_nothing(tmp_path: Path, lot: Lot) -> None:
    """R-9: as a criterion absent from the file; the export is the file, and loading it again changes nothing."""
    document = next(document for document in lot.exigences if document["demarche"] == "socles")
    del document["questionnaires"]["securite"]
    assert charger(lot).lines == ["Exigences socles / securite : révision 2"]
    assert not charger(lot)
    forget()
    info = current().demarche("socles").questionnaire("securite")
    assert not any(info.jeu().pour(code, {}).is_obligation for code in info.definition().criteres)
    call_command("export_referentiel", str(tmp_path), verbosity=0)
    assert files_of(tmp_path)["exigences/socles.yaml"] == dump_exigences(document)
    assert not charger(read_folder(tmp_path, known_lot()))


def test_exigences_are_exported_in_the_order_of_their_demarche(folder: Path) -> None:
    """QST-0: a questionnaire moved, or added, in both files is found again at its place in both."""
    exigences, parcours = folder / "exigences" / "socles.yaml", folder / "parcours" / "doctrine.yaml"
    before, interoperabilite, urbanisation, after = re.split("(?m)^(?=  (?:interoperabilite|urbanisation|securite):$)", exigences.read_text("utf-8"))[:4]
    exigences.write_text(before + urbanisation + interoperabilite + after + "".join(exigences.read_text("utf-8").partition(after)[2:]), "utf-8")
    line = "      - {code: urbanisation, volet: evaluation, titre: Urbanisation, porteur: produit}\n"
    head, questionnaires, tail = parcours.read_text("utf-8").replace(line, "").partition("    questionnaires:\n")
    parcours.write_text(head + questionnaires + line + tail, "utf-8")
    written = files_of(folder)
    load(folder)
    call_command("export_referentiel", str(folder), verbosity=0)
    assert files_of(folder) == written


def test_export_into_what_is_no_folder_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("")
    with pytest.raises(CommandError, match="ne peut pas être écrit"):
        call_command("export_referentiel", str(tmp_path / "fichier"), verbosity=0)


# --- What was judged stays judged -----------------------------------------------------------------------------------------
@pytest.fixture
def read(client: Any) -> Callable[..., str]:
    produit = ProduitFactory(qualified=True)
    InscriptionFactory(sujet=produit)
    profil = produit.sujet_ptr.reponses.get()
    row = ReponseFactory(sujet=produit, validee=True, reponses={code: {"valeur": level} for code, level in R1_A.items()}, profil=profil)
    client.force_login(produit.responsable)

    def page(name: str) -> str:
        more = [row.pk] if name == "version_validee" else []
        return client.get(reverse(f"parcours:{name}", args=["socles", produit.pk, "interoperabilite", *more])).content.decode()

    return page


def test_a_past_version_keeps_the_exigences_of_its_day(read: Callable[..., str], lot: Lot) -> None:
    """R-12: a threshold lowered since changes what the answers are worth now, not what they were worth when signed."""
    assert "2 critères sous le niveau recommandé" in read("version_validee")
    exigences(lot, "socles", "interoperabilite")["A10.1"][0]["recommande"] = 0
    assert charger(lot)
    assert "1 critère sous le niveau recommandé" in read("resultats")
    assert "2 critères sous le niveau recommandé" in read("version_validee")


def test_an_older_version_keeps_the_exigences_of_what_the_next_one_drops(read: Callable[..., str], lot: Lot) -> None:
    """QST-0, R-10: a version published beside it changes nothing of what its answers are worth."""
    assert "2 critères sous le niveau recommandé" in read("resultats")
    second = {**copy.deepcopy(questionnaire(lot, "interoperabilite")), "version": 3}
    second["sections"][-1]["criteres"] = [critere for critere in second["sections"][-1]["criteres"] if critere["code"] != "A10.1"]
    lot.questionnaires.append(second)
    for document in lot.exigences:
        document["questionnaires"].get("interoperabilite", {}).pop("A10.1", None)
    assert charger(lot)
    assert "2 critères sous le niveau recommandé" in read("resultats")
    exigences(lot, "socles", "interoperabilite")["A08.2.1"][0]["recommande"] = 0
    assert charger(lot)
    assert "1 critère sous le niveau recommandé" in read("resultats")


def test_answers_older_than_all_exigences_are_judged_by_the_first(lot: Lot) -> None:
    info = current().demarche("socles").questionnaire("interoperabilite")
    (since, _), *_ = info.revisions
    assert info.jeu(le=since.replace(year=2020)) is info.jeu(le=since)
