"""The pièces: the link, the files taken and refused, the quota, the retention (ACC-3, AU-5, FI-1, FI-2, FI-8, DP-1)."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from freezegun import freeze_time

from accounts import crypto, liens
from accounts.actions import demandes as actions
from accounts.actions import depots
from accounts.courriels.outbox import PURPOSE
from accounts.enums import EtatAnalyse, EtatDemande, NaturePiece
from accounts.fichiers.inspection import MAX_BYTES, PieceRefusee, clean_name, inspect
from accounts.models import Courriel, DemandeDeCompte, EntreeJournal, LienDepot, PieceJustificative, User
from tests.accounts.factories_demandes import JPEG, PDF, PNG, DemandeFactory, PieceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def demande(support: User) -> DemandeDeCompte:
    return DemandeFactory(prise_par=support, prise_le=timezone.now())


def ask(demande: DemandeDeCompte, support: User, message: str = "") -> str:
    """Ask for the pièces; give the address of the link, as the mail has it."""
    actions.demander_pieces(demande=demande, par=support, message=message)
    courriel = Courriel.objects.filter(sujet="Vos pièces justificatives").order_by("-pk").first()
    assert courriel.confidentiel and "/pieces/" not in courriel.texte
    return re.search(r"/pieces/[\w-]{22}/", crypto.decrypt(courriel.texte, purpose=PURPOSE)).group(0)


@pytest.fixture
def lien(demande: DemandeDeCompte, support: User) -> str:
    return ask(demande, support)


def send(client: Client, lien: str, name: str = "kbis.pdf", content: bytes = PDF, nature: str = "kbis") -> Any:
    return client.post(lien, {"nature": nature, "fichier": SimpleUploadedFile(name, content)})


# --- Files ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name, content",
    [("kbis.pdf", PDF), ("Carte.PNG", PNG), ("photo.jpg", JPEG), ("photo.JPEG", JPEG), ("téléphone.jpg", JPEG + b"\0" * 50)],
)
def test_good_files(name: str, content: bytes) -> None:
    assert inspect(SimpleUploadedFile(name, content)).taille == len(content)


@pytest.mark.parametrize(
    "name, content, why",
    [
        ("vide.pdf", b"", "vide"),
        ("kbis.docx", PDF, "type"),
        ("kbis", PDF, "type"),
        ("kbis.pdf.exe", b"MZ" + b"\0" * 100, "type"),
        ("programme.pdf", b"MZ\x90\0" + b"\0" * 500, "contenu"),
        ("polyglotte.pdf", b"MZ" + PDF, "contenu"),
        ("page.pdf", b"<html>%PDF-1.4 %%EOF startxref", "contenu"),
        ("coupé.pdf", PDF[:40], "contenu"),
        ("image.pdf", PNG, "contenu"),
        ("kbis.png", PDF, "contenu"),
        ("coupée.png", PNG[:-6], "contenu"),
        ("suivie.png", PNG + b"<script>", "contenu"),
        ("fausse-somme.png", PNG[:20] + b"\xff" + PNG[21:], "contenu"),
        ("coupée.jpg", JPEG[:-2], "contenu"),
        ("sans-image.jpg", b"\xff\xd8\xff\xd9", "contenu"),
        ("lourd.pdf", PDF + b"\0" * MAX_BYTES, "10 Mo"),
        ("tout-juste.pdf", PDF.ljust(MAX_BYTES, b"\0"), "10 Mo"),
    ],
)
def test_bad_files_say_why(name: str, content: bytes, why: str) -> None:
    with pytest.raises(PieceRefusee, match=why):
        inspect(SimpleUploadedFile(name, content))


@pytest.mark.parametrize("content", [PDF, PNG, JPEG])
def test_a_file_cut_anywhere_never_breaks_the_inspection(content: bytes) -> None:
    """FI-1: a refusal or a reception, never an accident."""
    for length in range(len(content)):
        for extension in ("pdf", "png", "jpg"):
            try:
                inspect(SimpleUploadedFile(f"x.{extension}", content[:length]))
            except PieceRefusee:
                continue


@pytest.mark.parametrize(
    "name, kept",
    [
        ("kbis.pdf", "kbis.pdf"),
        ("../../etc/kbis.pdf", "kbis.pdf"),
        ("C:\\Users\\moi\\kbis.pdf", "kbis.pdf"),
        ("CON.pdf", "piece-CON.pdf"),
        ("facture\u202efdp.exe.pdf", "facturefdp.exe.pdf"),
        ("a\r\nb.pdf", "ab.pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ("<img>.pdf", "_img_.pdf"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
        ("...", "piece"),
    ],
)
def test_names_that_can_be_shown(name: str, kept: str) -> None:
    """FI-8."""
    assert clean_name(name) == kept


# --- The deposit ----------------------------------------------------------------------------------------------------------
def test_a_deposit_from_end_to_end(client: Client, demande: DemandeDeCompte, lien: str, support: User) -> None:
    assert "Kbis" in client.get(lien).content.decode()
    assert send(client, lien).status_code == 302
    assert "Il en reste 4" in client.get(lien).content.decode().replace("\u00a0", " ")
    assert client.post(f"{lien}transmettre/").status_code == 409  # the identity document is missing
    assert send(client, lien, "carte.png", PNG, "identite").status_code == 302
    assert client.post(f"{lien}transmettre/").headers["Location"] == "/pieces/transmises/"
    demande.refresh_from_db()
    assert demande.etat == EtatDemande.PIECES_RECUES
    piece = PieceJustificative.objects.get(nature=NaturePiece.KBIS)
    assert piece.fichier.read() == PDF and "kbis" not in piece.fichier.name
    assert Courriel.objects.filter(sujet="Vos pièces justificatives sont reçues").count() == 1
    actions_written = set(EntreeJournal.objects.filter(target_id=str(demande.pk)).values_list("action", flat=True))
    assert {"demande.pieces_demandees", "demande.piece_deposee", "demande.pieces_transmises"} <= actions_written


def test_a_refused_file_keeps_the_others(client: Client, lien: str) -> None:
    send(client, lien)
    refused = send(client, lien, "programme.pdf", b"MZ" + b"\0" * 99, "identite")
    html = refused.content.decode()
    assert refused.status_code == 400 and "Le contenu de ce fichier" in html and "kbis.pdf" in html
    assert 'id="resume-erreurs"' in html and 'href="#fichier-identite"' in html  # AX-2: the summary takes the focus
    assert PieceJustificative.objects.count() == 1


def test_a_file_too_big_is_dropped_while_it_arrives(client: Client, lien: str) -> None:
    """FI-2."""
    refused = send(client, lien, "lourd.pdf", PDF.ljust(MAX_BYTES + 1, b"\0"))
    assert refused.status_code == 400 and "10 Mo" in refused.content.decode()
    assert not PieceJustificative.objects.exists()


def test_a_body_beyond_all_measure_gets_its_page(client: Client, lien: str) -> None:
    assert send(client, lien, "lourd.pdf", b"\0" * (2 * MAX_BYTES + 1)).status_code == 413


@pytest.mark.parametrize("data", [{"nature": "kbis"}, {"nature": "autre"}, {}])
def test_a_deposit_without_file_or_nature_says_so(client: Client, lien: str, data: dict[str, str]) -> None:
    assert client.post(lien, data).status_code == 400


def test_the_quota_counts_what_was_taken_back(client: Client, lien: str) -> None:
    for _ in range(5):
        assert send(client, lien).status_code == 302
    piece = PieceJustificative.objects.first()
    assert client.post(f"{lien}{piece.pk}/retirer/").status_code == 302
    refused = send(client, lien)
    assert refused.status_code == 400 and "5 fichiers" in refused.content.decode()
    page = client.get(lien).content.decode()
    assert "n'en reçoit plus" in page and "mailto:" in page and 'type="file"' not in page  # no way that leads to a refusal
    assert "#fichier-" not in refused.content.decode(), "no link to a field that is not there"


def test_a_link_that_is_spent_says_what_to_do_about_a_file_nobody_can_open(client: Client, lien: str) -> None:
    """FI-2, FI-6: what the antivirus cannot read counts for nothing, and no other file may come through this link."""
    for nature in ("kbis", "identite", "identite", "identite", "identite"):
        send(client, lien, nature=nature)
    assert "Demandez un nouveau lien" not in client.get(lien).content.decode()
    PieceJustificative.objects.filter(nature="kbis").update(analyse=EtatAnalyse.NON_ANALYSABLE)
    assert client.get(lien).content.decode().count("Demandez un nouveau lien") == 1


def test_the_quota_in_bytes(client: Client, lien: str) -> None:
    send(client, lien)
    PieceJustificative.objects.update(taille=25 * 1024**2 - len(PDF) + 1)
    assert send(client, lien).status_code == 400


def test_a_file_taken_back_is_deleted_at_once(client: Client, lien: str) -> None:
    send(client, lien)
    piece = PieceJustificative.objects.get()
    name = piece.fichier.name
    client.post(f"{lien}{piece.pk}/retirer/")
    piece.refresh_from_db()
    assert not default_storage.exists(name)
    assert piece.retiree_le and piece.supprimee_le and piece.sha256


def test_nobody_takes_back_the_file_of_another_link(client: Client, lien: str) -> None:
    foreign = PieceFactory()
    assert client.post(f"{lien}{foreign.pk}/retirer/").status_code == 409
    foreign.refresh_from_db()
    assert foreign.is_disponible


# --- The link (AU-5) --------------------------------------------------------------------------------------------------------
CHANGING = rb'/pieces/[\w-]{22}|[0-9a-f]{32}|nonce-[\w-]+|name="csrf\w+" value="\w+"'


def renewed(client: Client, lien: str, at: timedelta) -> str:
    """Ask for another link after a time; give the address of the one sent, empty when none was."""
    known = set(Courriel.objects.values_list("pk", flat=True))
    with freeze_time(timezone.now() + at):
        assert client.post(f"{lien}renouveler/").headers["Location"] == "/pieces/lien-envoye/"
    sent = Courriel.objects.exclude(pk__in=known).filter(sujet="Votre nouveau lien de dépôt").first()
    return re.search(r"/pieces/[\w-]{22}/", crypto.decrypt(sent.texte, purpose=PURPOSE)).group(0) if sent else ""


DAY = timedelta(hours=24, seconds=1)


def test_a_link_that_is_over_brings_another_to_the_same_address(client: Client, demande: DemandeDeCompte, lien: str) -> None:
    """ACC-3, AU-5: a day, then a mail; the files and the quota go on, the former token opens nothing any more."""
    send(client, lien)
    other = renewed(client, lien, DAY)
    assert other and other != lien and Courriel.objects.filter(sujet="Votre nouveau lien de dépôt").get().destinataire == demande.email
    assert EntreeJournal.objects.filter(action="demande.lien_renouvele", target_id=str(demande.pk)).count() == 1
    with freeze_time(timezone.now() + timedelta(hours=30)):
        assert client.get(lien).status_code == 404
        assert "kbis.pdf" in client.get(other).text
        assert [send(client, other).status_code for _ in range(5)] == [302, 302, 302, 302, 400], "five files in all"
    assert LienDepot.objects.count() == 1 and not renewed(client, lien, 2 * DAY)
    assert renewed(client, other, 2 * DAY)


@pytest.mark.parametrize("case", ["still good", "unknown", "served", "replaced", "refused", "too many"])
def test_no_other_link_is_sent(client: Client, demande: DemandeDeCompte, support: User, lien: str, case: str) -> None:
    """AU-4: and the answer is the same."""
    asked, at = lien, DAY
    match case:
        case "still good":
            at = timedelta(hours=23)
        case "unknown":
            asked = f"/pieces/{'x' * 22}/"
        case "served":
            send(client, lien)
            send(client, lien, nature="identite")
            client.post(f"{lien}transmettre/")
        case "replaced":
            ask(demande, support)
        case "refused":
            actions.refuser_demande(demande=demande, par=support, motif="Hors champ")
        case "too many":
            with freeze_time(timezone.now() + DAY - timedelta(minutes=5)):
                for _ in range(4):
                    asked = ask(demande, support)
                LienDepot.objects.filter(ferme_le__isnull=True).update(expire_le=timezone.now())
                actions.throttle.allow("lien-de-depot", str(demande.pk), limit=5, window=3600)
    assert renewed(client, asked, at) == ""


def test_only_the_digest_is_kept(lien: str) -> None:
    row = LienDepot.objects.get()
    token = lien.split("/")[2]
    assert token not in str(row.__dict__) and row.empreinte == liens.digest(token)


def test_a_link_that_served_a_link_that_is_over_and_one_that_never_was_look_alike(client: Client, demande: DemandeDeCompte, support: User) -> None:
    """AU-4, AU-5."""
    first = ask(demande, support)
    second = ask(demande, support)
    send(client, second)
    send(client, second, nature="identite")
    client.post(f"{second}transmettre/")
    other = DemandeFactory(prise_par=support)
    expired = ask(other, support)
    with freeze_time(timezone.now() + timedelta(hours=24, seconds=1)):
        late = Client().get(expired)
    answers = [Client().get(address) for address in (first, second, f"/pieces/{'x' * 22}/")] + [late]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(CHANGING, b"", answer.content) for answer in answers}) == 1
    for address in (first, second):
        assert send(client, address).status_code == 404
        assert client.post(f"{address}transmettre/").status_code == 404


def test_a_refused_request_closes_its_link(client: Client, demande: DemandeDeCompte, support: User, lien: str) -> None:
    actions.refuser_demande(demande=demande, par=support, motif="Hors champ")
    assert client.get(lien).status_code == 404


def test_the_message_of_the_support_is_in_the_mail(demande: DemandeDeCompte, support: User) -> None:
    ask(demande, support, "Le Kbis envoyé date de l'an dernier.")
    courriel = Courriel.objects.get(sujet="Vos pièces justificatives")
    assert "date de l'an dernier" in crypto.decrypt(courriel.texte, purpose=PURPOSE)


# --- Retention (DP-1) -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("days, gone", [(29, False), (31, True)])
def test_the_files_go_thirty_days_after_the_decision(days: int, gone: bool) -> None:
    piece = PieceFactory(demande=DemandeFactory(refusee=True))
    name = piece.fichier.name
    with freeze_time(timezone.now() + timedelta(days=days)):
        assert depots.purger_justificatifs() == int(gone)
        assert depots.purger_justificatifs() == 0
    piece.refresh_from_db()
    assert default_storage.exists(name) is not gone
    assert (piece.nom, bool(piece.sha256), bool(piece.supprimee_le)) == ("kbis.pdf", True, gone)


@pytest.mark.parametrize("days, gone", [(119, False), (121, True)])
def test_a_request_never_decided_keeps_its_files_until_its_kbis_is_out_of_date(days: int, gone: bool) -> None:
    piece = PieceFactory(demande=DemandeFactory(recue=True))
    with freeze_time(timezone.now() + timedelta(days=days)):
        assert depots.purger_justificatifs() == int(gone)
    piece.refresh_from_db()
    assert piece.is_disponible is not gone


def test_files_never_handed_over_go_too() -> None:
    PieceFactory(demande=DemandeFactory(demandee=True))
    with freeze_time(timezone.now() + timedelta(days=31)):
        assert depots.purger_justificatifs() == 1


def test_a_dry_run_deletes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    piece = PieceFactory(demande=DemandeFactory(refusee=True))
    with freeze_time(timezone.now() + timedelta(days=31)):
        call_command("purger_justificatifs", dry_run=True)
        assert "1 fichier(s) seraient supprimés" in capsys.readouterr().out
        piece.refresh_from_db()
        assert piece.is_disponible
        call_command("purger_justificatifs")
    piece.refresh_from_db()
    assert not piece.is_disponible


def test_a_file_already_gone_does_not_stop_the_schedule() -> None:
    piece = PieceFactory(demande=DemandeFactory(refusee=True))
    Path(piece.fichier.path).unlink()
    with freeze_time(timezone.now() + timedelta(days=31)):
        assert depots.purger_justificatifs() == 1


def test_a_deposit_cut_before_its_row_leaves_no_file_for_ever() -> None:
    """FI-5: a process killed in between."""
    piece = PieceFactory()
    lost = default_storage.save("justificatifs/" + "0" * 32, ContentFile(PDF))
    assert depots.purger_orphelins() == 0, "it may be on its way"
    with freeze_time(timezone.now() + timedelta(days=1, minutes=1)):
        assert depots.purger_orphelins() >= 1
    assert not default_storage.exists(lost) and default_storage.exists(piece.fichier.name)
