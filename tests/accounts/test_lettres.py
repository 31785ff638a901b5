"""Every mail the platform writes: text and HTML say the same, lead to the same places, fetch nothing (ACC-8, DP-3, XP-4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from allauth import account, mfa
from django.conf import settings as site_settings
from pytest_django.fixtures import Settings

from accounts.courriels.lettres import Lettre, compose
from accounts.sign_in.adapter import MAILS

WITHOUT_BUTTON = "Le bouton ne répond pas ? Copiez cette adresse dans votre navigateur :"
HOSTILE = "<script>alert(1)</script> & « x »"
TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "accounts" / "courriels"
LINK = f"{site_settings.BASE_URL}/compte/lien/jeton-1/"
ENTREPRISE = SimpleNamespace(raison_sociale=f"Labo {HOSTILE}", motif_suspension=f"Usage anormal.\n{HOSTILE}")
FUSION = SimpleNamespace(absorbee=ENTREPRISE, absorbante=ENTREPRISE)
COMPTE = SimpleNamespace(
    nom_complet=f"Camille {HOSTILE}",
    nom_public=f"Camille {HOSTILE}",
    username="camille",
    entreprise=ENTREPRISE,
    motif_suspension=f"Usage anormal.\n{HOSTILE}",
    is_active=True,
    is_agence=False,
    is_responsable=True,
    depuis=datetime(2024, 2, 29, 9, 30, tzinfo=UTC),
)
DEMANDE = SimpleNamespace(pk=7, demandeur=f"Nora {HOSTILE}", siren="732829320", motif=f"Kbis illisible.\n{HOSTILE}\nhttps://ailleurs.example/")
AVIS = SimpleNamespace(
    destinataire=COMPTE, contenu=f"Deux lignes.\n{HOSTILE}", produit_label=f"Agenda {HOSTILE}", type="Validation demandée", url="/produits/3/"
)
AT = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)

SAMPLES: dict[str, dict[str, Any]] = {
    "adresse_changee": {"compte": COMPTE},
    "adresse_confirmer": {"compte": COMPTE, "lien": LINK},
    "adresse_deja_prise": {},
    "adresse_demandee": {"compte": COMPTE},
    "compte_ferme": {"compte": COMPTE, "par": COMPTE},
    "compte_supprime": {"compte": COMPTE, "par": COMPTE},
    "compte_inactif": {"compte": COMPTE, "echeance": AT},
    "compte_retabli": {"compte": COMPTE},
    "compte_suspendu": {"compte": COMPTE},
    "compte_invitation": {"compte": COMPTE, "par": COMPTE, "lien": LINK},
    "demande_acceptee": {"demande": DEMANDE, "compte": COMPTE, "lien": LINK},
    "demande_piece_infectee": {"demande": DEMANDE, "piece": SimpleNamespace(nom=f"kbis {HOSTILE}.pdf"), "lien": LINK, "expire_le": AT},
    "demande_lien": {"demande": DEMANDE, "lien": LINK, "expire_le": AT},
    "demande_pieces": {"demande": DEMANDE, "lien": LINK, "expire_le": AT, "message": f"Bonjour.\n{HOSTILE}"},
    "demande_pieces_recues": {"demande": DEMANDE},
    "demande_sans_suite": {"demande": DEMANDE},
    "demande_recue": {"demande": DEMANDE, "siren_connu": True},
    "demande_refusee": {"demande": DEMANDE},
    "entreprise_retablie": {"compte": COMPTE, "entreprise": ENTREPRISE},
    "entreprise_suspendue": {"compte": COMPTE, "entreprise": ENTREPRISE},
    "fusion_annulee": {"compte": COMPTE, "fusion": FUSION, "entreprise": ENTREPRISE},
    "fusion_confirmee": {"compte": COMPTE, "fusion": FUSION},
    "fusion_faite": {"compte": COMPTE, "fusion": FUSION},
    "mot_de_passe_inconnu": {},
    "mot_de_passe_lien": {"user": COMPTE, "username": "camille", "password_reset_url": LINK},
    "notification": {"notification": AVIS, "famille": "Une validation vous est demandée"},
    "responsable_change": {"compte": COMPTE, "nouveau": COMPTE},
    "responsable_nomme": {"compte": COMPTE, "lien": LINK},
    "second_facteur_retire": {"compte": COMPTE},
    "securite": {"user": COMPTE, "at": AT, "fournisseur": "ProConnect"},
}


class Reading(HTMLParser):
    """What a reader of mails gets from the HTML part: its words, its links, what it would fetch."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.fetched: list[str] = []
        self._skipped = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._skipped = tag == "title"
        values = dict(attrs)
        if tag == "a":
            self.links.append(values["href"] or "")
        self.fetched += [value or "" for name, value in attrs if name in ("src", "srcset", "background", "poster", "data")]
        assert "url(" not in (values.get("style") or "")

    def handle_endtag(self, tag: str) -> None:
        self._skipped = False

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.words += data.split()


@pytest.fixture(params=sorted(SAMPLES))
def lettre(request: pytest.FixtureRequest) -> Lettre:
    return compose(request.param, sujet=f"Objet {HOSTILE}", **SAMPLES[request.param])


def links_of(texte: str) -> list[str]:
    return [link.rstrip(").,") for link in re.findall(r"https?://\S+", re.sub(r"^>.*$", "", texte, flags=re.MULTILINE))]


def test_every_mail_has_a_sample() -> None:
    assert set(SAMPLES) == {path.stem for path in TEMPLATES.iterdir()} - {"base"}


def test_both_parts_say_the_same(lettre: Lettre) -> None:
    """The HTML part adds the name of the service and how to do without the button, the text part its marks."""
    html = _packed("".join(Reading(lettre["html"]).words)).replace(_packed(WITHOUT_BUTTON), "").removeprefix("Convergence")
    texte = re.sub(r"^(> |- |--$)", "", lettre["texte"], flags=re.MULTILINE)
    assert html == _packed(re.sub(r" :\n(https?://)", r"\1", texte))


def _packed(words: str) -> str:
    return "".join(words.split())


def test_both_parts_lead_to_the_same_places(lettre: Lettre) -> None:
    html = {link for link in Reading(lettre["html"]).links if not link.startswith("mailto:")}
    assert html == set(links_of(lettre["texte"]))
    assert all(link == site_settings.BASE_URL or link.startswith(f"{site_settings.BASE_URL}/") for link in html)


def test_the_html_part_fetches_nothing_and_runs_nothing(lettre: Lettre) -> None:
    """DP-3, WB-4: no picture, no tracker, and what a person typed stays a text."""
    reading = Reading(lettre["html"])
    assert reading.fetched == []
    assert not reading.tags & {"script", "img", "link", "style", "iframe", "form", "svg", "object"}
    assert len(lettre["html"]) < 20_000


def test_each_mail_says_why_it_came(lettre: Lettre) -> None:
    assert "Vous recevez ce message parce qu" in lettre["texte"]
    assert site_settings.SUPPORT_EMAIL in lettre["texte"]


def test_the_text_part_shows_what_was_typed_and_no_markup(lettre: Lettre) -> None:
    assert "&lt;" not in lettre["texte"] and "&#x27;" not in lettre["texte"] and "&nbsp;" not in lettre["texte"]
    assert "\n\n\n" not in lettre["texte"]


def test_what_a_person_wrote_is_set_apart() -> None:
    """It cannot pass for words of ours, nor become a link."""
    lettre = compose("demande_refusee", sujet="Objet", **SAMPLES["demande_refusee"])
    assert "> https://ailleurs.example/" in lettre["texte"]
    assert "https://ailleurs.example/" not in Reading(lettre["html"]).links


def test_a_button_never_leads_outside() -> None:
    with pytest.raises(ValueError, match="ne mène qu'au site"):
        compose("adresse_confirmer", sujet="Objet", compte=COMPTE, lien="https://ailleurs.example/")


@pytest.mark.parametrize("identite, word", [("neutre", False), ("etat", True)])
def test_the_identity_of_the_state_shows_only_where_it_is_asked_for(settings: Settings, identite: str, word: bool) -> None:
    settings.IDENTITE = identite
    assert ("République" in compose("adresse_deja_prise", sujet="Objet")["html"]) is word


def test_notice_says_where_to_change_one_s_mind() -> None:
    texte = compose("notification", sujet="Objet", **SAMPLES["notification"])["texte"]
    assert "« Une validation vous est demandée »" in texte and f"{site_settings.BASE_URL}/compte/preferences/" in texte


# Flows of allauth that the site does not route: addresses are changed by our own pages, nobody signs up, no code is mailed.
NOT_ROUTED = re.compile(r"email_changed|email_confirm|email_deleted|account_already_exists|login_code|password_reset_code|base_")


def templates_of(package: Any) -> Iterator[str]:
    folder = Path(package.__file__).resolve().parents[1] / "templates"
    for path in folder.rglob("email/*_subject.txt"):
        yield path.relative_to(folder).as_posix().removesuffix("_subject.txt")


def test_no_mail_of_the_library_is_forgotten() -> None:
    known = {name for package in (account, mfa) for name in templates_of(package) if name.startswith(("account/", "mfa/"))}
    assert {name for name in known if not NOT_ROUTED.search(name)} <= set(MAILS)
    assert {name for name in MAILS if "/email/" in name} <= known


def test_titles_are_escaped() -> None:
    html = compose("adresse_deja_prise", sujet=HOSTILE)["html"]
    assert "<script" not in html
    assert f"<title>{HOSTILE}" in unescape(html).replace("\N{NO-BREAK SPACE}", " ")
