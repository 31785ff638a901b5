"""The pièces and a real antivirus: nobody opens what it has not cleared, and nothing is lost when it is down (FI-6, R-60, JB-4)."""

from __future__ import annotations

import io
import itertools
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from freezegun import freeze_time
from pytest_django.fixtures import Settings

from accounts import liens
from accounts.actions import acceptation, depots
from accounts.actions import pieces_analysees as suites
from accounts.enums import EtatAnalyse, EtatDemande, NaturePiece
from accounts.errors import ActionRefused
from accounts.fichiers import analyses, antivirus
from accounts.fichiers.antivirus import Verdict
from accounts.models import Courriel, DemandeDeCompte, EntreeJournal, Notification, PieceJustificative, User
from accounts.models.analyse import OUVRABLES, VERBS, AnalyseWorkflow
from tests.accounts.factories import UserFactory
from tests.accounts.factories_demandes import PDF, PNG, DemandeFactory, PieceFactory
from tests.clamd import EICAR, MARQUE, Clamd, open_clamd

pytestmark = pytest.mark.django_db
E = EtatAnalyse
INFECTED_PDF = PDF.replace(b"startxref", b"% " + MARQUE + b"\nstartxref")


def pdf_with_a_password() -> bytes:
    written = io.BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    document.save(written, encryption=pikepdf.Encryption(owner="o", user="u"))
    return written.getvalue()


@pytest.fixture(scope="module")
def _clamd() -> Iterator[Clamd]:
    daemon = open_clamd()
    yield daemon
    daemon.close()


@pytest.fixture
def clamd(_clamd: Clamd, settings: Settings) -> Clamd:
    """The scanner of this test, running when it starts."""
    settings.CLAMD_SOCKET = _clamd.socket
    if _clamd.process is None:
        _clamd.start()
    return _clamd


@pytest.fixture
def demande(support: User) -> DemandeDeCompte:
    return DemandeFactory(demandee=True, prise_par=support, prise_le=timezone.now())


@pytest.fixture
def jeton(demande: DemandeDeCompte) -> str:
    return liens.emettre(demande)[1]


def deposit(jeton: str, content: bytes = PDF, nature: NaturePiece = NaturePiece.KBIS, name: str = "kbis.pdf") -> PieceJustificative:
    return depots.deposer_piece(jeton=jeton, nature=nature, upload=SimpleUploadedFile(name, content))


def both(jeton: str, kbis: bytes = PDF) -> PieceJustificative:
    deposit(jeton, PNG, NaturePiece.IDENTITE, "carte.png")
    return deposit(jeton, kbis)


def state(piece: PieceJustificative) -> str:
    piece.refresh_from_db()
    return piece.analyse


# --- The scanner ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "content, etat",
    [
        (b"", E.SAIN),
        (PDF, E.SAIN),
        (EICAR, E.INFECTE),
        (PDF + EICAR, E.INFECTE),
        (INFECTED_PDF, E.INFECTE),
        (b"x" * (antivirus.CHUNK - 5) + MARQUE, E.INFECTE),  # cut between two packets
        (pdf_with_a_password(), E.CHIFFRE),
        (b"\0" * 10 * 1024**2, E.SAIN),
        (b"\0" * 12 * 1024**2, E.NON_ANALYSABLE),  # beyond its own limit
    ],
    ids=["vide", "pdf", "eicar", "eicar à la suite", "marque", "entre deux paquets", "chiffré", "10 Mo", "trop grand"],
)
def test_what_the_scanner_says(clamd: Clamd, content: bytes, etat: EtatAnalyse) -> None:
    assert antivirus.scan(io.BytesIO(content)).etat == etat


@pytest.mark.parametrize(
    "answer, etat",
    [
        ("stream: OK", E.SAIN),
        ("stream: Essai.EICAR FOUND", E.INFECTE),
        ("stream: Heuristics.Encrypted.PDF FOUND", E.CHIFFRE),
        ("stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND", E.NON_ANALYSABLE),
        ("INSTREAM size limit exceeded. ERROR", E.NON_ANALYSABLE),
    ],
)
def test_what_its_answers_mean(answer: str, etat: EtatAnalyse) -> None:
    assert antivirus._verdict(answer).etat == etat


@pytest.mark.parametrize("answer", ["", "OK OK", "stream: Can't allocate memory ERROR", "stream: KO", "bonjour"])
def test_any_other_answer_is_no_answer(answer: str) -> None:
    with pytest.raises(antivirus.ScanInterrupted):
        antivirus._verdict(answer)


@pytest.mark.parametrize("where", ["/nulle/part.sock", "tcp://127.0.0.1:1", "tcp://127.0.0.1", "unix:///nulle/part"])
def test_a_scanner_that_is_not_there(settings: Settings, where: str) -> None:
    settings.CLAMD_SOCKET = where
    assert not antivirus.is_alive()
    with pytest.raises(antivirus.ScannerDown):
        antivirus.scan(io.BytesIO(PDF))


def test_the_states_and_the_verbs() -> None:
    """R-60, the whole table: nothing leaves « infecté », « sain » is reached by a scan alone."""
    reached = {(verb, etat) for verb, etat in itertools.product(VERBS.values(), E) if AnalyseWorkflow.can(verb, etat)}
    verdicts = {"declarer_sain", "declarer_infecte", "declarer_chiffre", "declarer_non_analysable"}
    assert reached == {(verb, etat) for verb in verdicts for etat in (E.EN_ATTENTE, E.SAIN)} | {("dispenser", E.EN_ATTENTE), ("reprendre", E.NON_ANALYSE)}
    assert {E.SAIN, E.CHIFFRE, E.NON_ANALYSE} == OUVRABLES


# --- A deposit ------------------------------------------------------------------------------------------------------------
def test_a_clean_file_is_opened_once_scanned(clamd: Clamd, jeton: str, demande: DemandeDeCompte, support: User) -> None:
    piece = both(jeton)
    depots.transmettre_pieces(jeton=jeton)  # the depositor is not held up
    assert state(piece) == E.EN_ATTENTE
    client = Client()
    client.force_login(support)
    address = f"/gestion/demandes/{demande.pk}/pieces/{piece.pk}/"
    assert client.get(address).status_code == 409
    assert address not in client.get(f"/gestion/demandes/{demande.pk}/").content.decode()
    assert analyses.analyser_tout() == 2
    assert state(piece) == E.SAIN
    assert b"".join(client.get(address)) == PDF
    assert address in client.get(f"/gestion/demandes/{demande.pk}/").content.decode()
    assert EntreeJournal.objects.filter(action="demande.piece_analysee", details__etat="sain").count() == 2


def test_an_infected_file_goes_and_its_depositor_replaces_it(clamd: Clamd, client: Client, jeton: str, demande: DemandeDeCompte, support: User) -> None:
    piece = both(jeton, INFECTED_PDF)
    name = piece.fichier.name
    analyses.analyser_tout()
    assert state(piece) == E.INFECTE and not default_storage.exists(name) and "Essai.Marque" in piece.menace
    page = client.get(f"/pieces/{jeton}/").content.decode()
    assert "contenait un logiciel malveillant" in page and "Transmettre au support" not in page
    with pytest.raises(ActionRefused, match="Kbis"):
        depots.transmettre_pieces(jeton=jeton)
    courriel = Courriel.objects.get(sujet="Une de vos pièces est à remplacer")
    assert "> kbis.pdf" in courriel.texte and "/pieces/" not in courriel.texte
    assert Notification.tous.filter(destinataire=support, type="Pièce infectée").count() == 1
    deposit(jeton)
    assert "logiciel malveillant" not in client.get(f"/pieces/{jeton}/").content.decode()
    depots.transmettre_pieces(jeton=jeton)


def test_found_after_the_pieces_were_handed_over_it_opens_a_new_link(clamd: Clamd, jeton: str, demande: DemandeDeCompte) -> None:
    piece = both(jeton, INFECTED_PDF)
    depots.transmettre_pieces(jeton=jeton)
    analyses.analyser_tout()
    demande.refresh_from_db()
    assert (state(piece), demande.etat) == (E.INFECTE, EtatDemande.PIECES_DEMANDEES)
    courriel = Courriel.objects.get(sujet="Une de vos pièces est à remplacer")
    assert courriel.confidentiel and demande.liens.filter(ferme_le__isnull=True).count() == 1


@pytest.mark.parametrize("etat", [E.EN_ATTENTE, E.NON_ANALYSABLE])
def test_a_request_is_not_accepted_on_what_nobody_could_open(support: User, etat: EtatAnalyse) -> None:
    demande = DemandeFactory(recue=True, prise_par=support)
    PieceFactory(demande=demande, analyse=etat)
    with pytest.raises(ActionRefused, match="antivirus"):
        acceptation.accepter_demande(demande=demande, par=support, login="nora.duval", kbis_du=timezone.localdate(), identite_verifiee=True)


# --- When the scanner is down, or stops on a file ---------------------------------------------------------------------------
def test_a_scanner_that_is_down_keeps_everything_waiting(clamd: Clamd, jeton: str) -> None:
    """Never « sain »; once it is back, everything is scanned."""
    piece = both(jeton)
    clamd.stop()
    with freeze_time(timezone.now()) as clock:
        for _ in range(20):
            assert analyses.analyser_tout() == 0
            clock.tick(timedelta(seconds=30))
        assert state(piece) == E.EN_ATTENTE
        clamd.start()
        clock.tick(analyses.LEASE)
        assert analyses.analyser_tout() == 2
    assert state(piece) == E.SAIN


def test_the_administrateurs_are_told_once_a_day_of_what_waits(clamd: Clamd, jeton: str, caplog: pytest.LogCaptureFixture) -> None:
    agent = UserFactory(agence=True, role="administrateur")
    both(jeton)
    clamd.stop()
    now = timezone.now()
    with freeze_time(now + timedelta(minutes=14)):
        analyses.analyser_tout()
        assert not Notification.tous.filter(type="Antivirus").exists()
    with freeze_time(now + timedelta(minutes=16)), caplog.at_level(logging.ERROR):
        analyses.analyser_tout()
        analyses.analyser_tout()
    assert Notification.tous.get(type="Antivirus").destinataire == agent
    assert "2 fichier(s)" in caplog.text


def test_a_file_that_stops_the_scanner_five_times_cannot_be_scanned(settings: Settings, jeton: str, tmp_path: Any) -> None:
    """JB-4: it holds up no other, and is never taken for clean."""
    import socket
    import threading

    path = str(tmp_path / "muet.sock")
    settings.CLAMD_SOCKET = path
    with socket.socket(socket.AF_UNIX) as mute, freeze_time(timezone.now()) as clock:
        mute.bind(path)
        mute.listen()

        def hang_up() -> None:
            while True:
                try:
                    mute.accept()[0].close()
                except OSError:
                    return

        threading.Thread(target=hang_up, daemon=True).start()
        piece = deposit(jeton)
        for _ in range(analyses.MAX_TRIES):
            assert state(piece) == E.EN_ATTENTE
            analyses.analyser_tout()
            clock.tick(timedelta(hours=1))
    assert state(piece) == E.NON_ANALYSABLE


def test_a_verdict_that_cannot_be_written_holds_up_no_other(clamd: Clamd, jeton: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = deposit(jeton)
    second = deposit(jeton)

    def regler(pk: int, verdict: Verdict) -> None:
        if pk == first.pk:
            raise RuntimeError("panne")
        suites.regler_analyse(pk, verdict)

    monkeypatch.setitem(analyses._models, PieceJustificative, regler)
    assert analyses.analyser_tout() == 1
    assert (state(first), state(second)) == (E.EN_ATTENTE, E.SAIN)


def test_a_file_taken_back_while_it_is_scanned_is_left_alone(jeton: str) -> None:
    piece = deposit(jeton)
    depots.retirer_piece(jeton=jeton, pk=piece.pk)
    suites.regler_analyse(piece.pk, Verdict(E.INFECTE, "x"))
    assert state(piece) == E.NON_ANALYSE
    assert not Courriel.objects.filter(sujet="Une de vos pièces est à remplacer").exists()


# --- Without scanner, then with one -----------------------------------------------------------------------------------------
def test_without_scanner_files_are_open_and_said_not_scanned(jeton: str, demande: DemandeDeCompte, support: User) -> None:
    piece = deposit(jeton)
    assert state(piece) == E.NON_ANALYSE
    client = Client()
    client.force_login(support)
    page = client.get(f"/gestion/demandes/{demande.pk}/").content.decode()
    assert "n'a pas lu tous ces fichiers" in page.replace("&#x27;", "'") and "Non analysé" in page
    assert client.get(f"/gestion/demandes/{demande.pk}/pieces/{piece.pk}/").status_code == 200


def test_what_came_before_the_scanner_is_scanned_once_there_is_one(clamd: Clamd, settings: Settings, jeton: str) -> None:
    settings.CLAMD_SOCKET = ""
    piece = deposit(jeton)
    settings.CLAMD_SOCKET = clamd.socket
    analyses.analyser_tout()
    assert state(piece) == E.SAIN


def test_what_waited_for_a_scanner_that_is_no_longer_set_is_open_with_a_warning(settings: Settings) -> None:
    piece = PieceFactory(analyse=E.EN_ATTENTE)
    analyses.analyser_tout()
    assert state(piece) == E.NON_ANALYSE


def test_a_file_is_scanned_again_each_day(clamd: Clamd, jeton: str) -> None:
    """FI-6: with the signatures of the day."""
    piece = deposit(jeton)
    analyses.analyser_tout()
    assert (state(piece), analyses.analyser_tout()) == (E.SAIN, 0)
    piece.fichier.storage.delete(piece.fichier.name)
    piece.fichier.storage.save(piece.fichier.name, ContentFile(INFECTED_PDF))  # what a new signature would recognise
    with freeze_time(timezone.now() + timedelta(days=1, seconds=1)):
        assert analyses.analyser_tout() == 1
    assert state(piece) == E.INFECTE
