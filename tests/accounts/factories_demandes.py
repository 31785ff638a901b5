"""Requests for an account and their pièces for the tests."""

from __future__ import annotations

import hashlib
import struct
import time
import uuid
import zlib
from typing import Any

import factory
from django.core import signing
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts import liens
from accounts.enums import EtatAnalyse, EtatDemande, NaturePiece, Qualite
from accounts.forms.demandes import SALT
from accounts.models import DemandeDeCompte, LienDepot, PieceJustificative
from accounts.rules.identity import is_siret

from .factories import UserFactory, siren

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\nstartxref\n9\n%%EOF\n"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) + _chunk(b"IDAT", zlib.compress(b"\0\0")) + _chunk(b"IEND", b"")
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00"
    b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x7f\xff\xd9"
)


def siret(number: str) -> str:
    """Give a valid SIRET of a SIREN."""
    return next(f"{number}{nic:05d}" for nic in range(1, 100) if is_siret(f"{number}{nic:05d}"))


URL = "/demander-un-compte/"
SIREN = siren(9000)
SAISIE = {
    "raison_sociale": "Cobalt Santé",
    "forme_juridique": "SAS",
    "siren": SIREN,
    "siret": siret(SIREN),
    "rcs": "RCS Lyon",
    "adresse": "12 quai des Étroits\n69005 Lyon",
    "site": "https://cobalt.example",
    "prenom": "Yanis",
    "nom": "Perrot",
    "fonction": "Président",
    "email": "yanis.perrot@cobalt.example",
    "telephone": "+33 4 72 00 00 00",
    "qualite": "mandataire",
    "login": "yanis.perrot",
    "deuxieme_site": "",
}


def confirm(client: Client, stamp: str = "", **changes: Any) -> Any:
    """Confirm a request whose form was shown ten seconds ago."""
    address = changes.pop("adresse_reseau", "10.0.0.1")
    return client.post(URL, {**SAISIE, **changes, "cachet": stamp or old_stamp(), "etape": "confirmer"}, REMOTE_ADDR=address)


def old_stamp() -> str:
    """Give the stamp of a form shown ten seconds ago."""
    return signing.dumps([str(uuid.uuid4()), int(time.time()) - 10], salt=SALT)


class DemandeFactory(DjangoModelFactory):
    """A request, deposited by default; traits: ``demandee`` (pièces asked), ``recue`` (pièces there), ``refusee``, ``acceptee`` (give ``compte``)."""

    class Meta:
        model = DemandeDeCompte

    class Params:
        demandee = factory.Trait(etat=EtatDemande.PIECES_DEMANDEES)
        recue = factory.Trait(etat=EtatDemande.PIECES_RECUES)
        decidee = factory.Trait(decidee_le=factory.LazyFunction(timezone.now), decidee_par=factory.SubFactory(UserFactory, agence=True))
        refusee = factory.Trait(etat=EtatDemande.REFUSEE, motif="Kbis trop ancien", decidee=True)
        acceptee = factory.Trait(etat=EtatDemande.ACCEPTEE, entreprise=factory.SelfAttribute("compte.entreprise"), decidee=True)

    raison_sociale = factory.Sequence(lambda n: f"Laboratoire {n}")
    forme_juridique = "SAS"
    siren = factory.Sequence(lambda n: siren(5000 + n))
    siret = factory.LazyAttribute(lambda demande: siret(demande.siren))
    adresse = "3 rue des Lilas\n69003 Lyon"
    prenom = "Nora"
    nom = "Duval"
    fonction = "Présidente"
    email = factory.Sequence(lambda n: f"nora.duval.{n}@labo.example")
    telephone = "01 23 45 67 89"
    login = factory.Sequence(lambda n: f"nora.duval.{n}")
    qualite = Qualite.MANDATAIRE


class LienFactory(DjangoModelFactory):
    class Meta:
        model = LienDepot

    demande = factory.SubFactory(DemandeFactory, demandee=True)
    empreinte = factory.Sequence(lambda n: hashlib.sha256(b"%d" % n).hexdigest())
    expire_le = factory.LazyFunction(lambda: timezone.now() + liens.DUREE)


class PieceFactory(DjangoModelFactory):
    """A Kbis with its file."""

    class Meta:
        model = PieceJustificative

    demande = factory.SubFactory(DemandeFactory, demandee=True)
    lien = factory.LazyAttribute(lambda piece: LienFactory(demande=piece.demande))
    nature = NaturePiece.KBIS
    nom = "kbis.pdf"
    type_mime = "application/pdf"
    taille = len(PDF)
    sha256 = hashlib.sha256(PDF).hexdigest()
    analyse = EtatAnalyse.NON_ANALYSE

    @classmethod
    def _create(cls, model: type[PieceJustificative], *args: Any, **kwargs: Any) -> PieceJustificative:
        piece = model(**kwargs)
        piece.fichier.save(piece.nom, ContentFile(PDF), save=False)
        piece.save()
        return piece
