"""What is measured: our pages and saves, each with its floors under the same bytes or the same rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import xlsxwriter
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import check_password
from django.urls import reverse

from accounts import jobs
from accounts.exports.classeur import Colonne
from accounts.models import Travail, User
from catalog.models import Produit
from parcours.jobs import KINDS
from parcours.resultats import fetch_historique, rapport_courant
from questionnaires.engine.answers import digest
from questionnaires.enums import EtatReponse
from questionnaires.exports import excel
from questionnaires.models import Reponse
from tests.accounts.factories import PASSWORD

from .contenu import code, codes
from .donnees import Monde
from .mesure import Browser, Prepared
from .planchers import shell_path

ARTICLE, END = '<article class="critere', "</article>"
SEARCH = "Agenda 12"
Answers = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Banc:
    """Who calls what: a person who answers, one who sees the whole company, and the bare floors."""

    monde: Monde
    lecteur: Browser
    responsable: Browser
    plancher: Browser

    # --- Forms ------------------------------------------------------------------------------------------------------------
    def ouvrir(self, taille: int) -> dict[str, Prepared]:
        """Open the form, all answered."""
        document = self.monde.documents[taille].pk
        floors = {
            name: _get(self.plancher, f"/plancher/saisie/{engine}/{taille}/?pk={document}")
            for name, engine in (("assemblage", "assemblage"), ("Jinja2", "jinja2"), ("gabarit Django", "django"))
        }
        return {"nous": _get(self.lecteur, self.saisie(taille)), **floors}

    def enregistrer(self, taille: int) -> dict[str, Prepared]:
        """Save all the answers, each changed."""
        stored = self._stored(self.monde.brouillon, taille)
        floor = f"/plancher/enregistrer/{taille}/?pk={self.monde.documents[taille].pk}"
        return {
            "nous": _alternate(lambda before, after: _post(self.lecteur, self.saisie(taille), fields_of(before, after), 302), stored),
            "verrou, comparaison, historique": _alternate(lambda _, after: _post(self.plancher, floor, _bare_fields(after), 302), stored),
        }

    def repondre(self, taille: int) -> dict[str, Prepared]:
        """Save one answer, as the page does by itself."""
        stored = self._stored(self.monde.brouillon, taille, only=codes(taille)[0])
        address = self.saisie(taille, "enregistrement")
        floor = f"/plancher/repondre/{taille}/?pk={self.monde.documents[taille].pk}"
        return {
            "nous": _alternate(lambda before, after: _post(self.lecteur, address, fields_of(before, after), 200), stored),
            "une écriture gardée": _alternate(lambda _, after: _post(self.plancher, floor, _bare_fields(after), 200), stored),
        }

    def valider(self, taille: int) -> dict[str, Prepared]:
        """Validate a draft opened on validated answers; opening it is not timed."""
        name = codes(taille)[0]
        stored = self._stored(self.monde.validee, taille)

        def act(before: Answers, after: Answers) -> Callable[[], Any]:
            after = {**before, name: after[name]}
            self.lecteur.post(self.saisie(taille, "enregistrement", validee=True), fields_of({name: before[name]}, {name: after[name]}), 200)
            return _post(self.lecteur, self.saisie(taille, validee=True), [*fields_of(after, after), ("action", "valider")], 302)

        return {"nous": lambda: act(stored(), _raised(stored()))}

    def _stored(self, produit: Produit, taille: int, only: str = "") -> Callable[[], Answers]:
        """Read, when asked, the answers as they are: what was measured before has changed them."""

        def read() -> Answers:
            rows = Reponse.tous.filter(sujet=produit.pk, questionnaire__code=code(taille)).exclude(etat=EtatReponse.ABANDONNEE)
            answers = rows.order_by("-pk").first().reponses
            return {only: answers[only]} if only else answers

        return read

    def resultats(self, taille: int) -> dict[str, Prepared]:
        """Read the results of validated answers, with their radar."""
        floor = f"/plancher/resultats/{taille}/?pk={self.monde.documents[taille].pk}"
        return {"nous": _get(self.lecteur, self.saisie(taille, "resultats", validee=True)), "radar et tableau": _get(self.plancher, floor)}

    def saisie(self, taille: int, name: str = "questionnaire", *, validee: bool = False) -> str:
        """Return an address of the questionnaire of that many criteria."""
        produit = self.monde.validee if validee else self.monde.brouillon
        return reverse(f"parcours:{name}", args=[code(taille), produit.pk, code(taille)])

    # --- Lists ------------------------------------------------------------------------------------------------------------
    def listes(self) -> dict[str, dict[str, Prepared]]:
        """Read the lists of a responsable of the company."""
        catalogue, floor = reverse("catalog:catalogue"), f"/plancher/liste/?entreprise={self.monde.lecteur.entreprise_id}"
        return {
            "catalogue": {"nous": _get(self.responsable, catalogue), "requête et tableau": _get(self.plancher, floor)},
            "catalogue, recherche": {
                "nous": _get(self.responsable, f"{catalogue}?q={SEARCH.replace(' ', '+')}"),
                "requête et tableau": _get(self.plancher, f"{floor}&q={SEARCH.replace(' ', '+')}"),
            },
            "catalogue, tri par nom": {
                "nous": _get(self.responsable, f"{catalogue}?tri=nom"),
                "requête et tableau": _get(self.plancher, f"{floor}&tri=nom"),
            },
            "tableau de bord": {"nous": _get(self.responsable, reverse("parcours:tableau_de_bord"))},
            "tableau de bord, recherche": {"nous": _get(self.responsable, f"{reverse('parcours:tableau_de_bord')}?q={SEARCH.replace(' ', '+')}")},
            "page d'une démarche": {"nous": _get(self.responsable, reverse("parcours:demarche", args=[code(40)]))},
        }

    # --- Files and sign-in --------------------------------------------------------------------------------------------------
    def excel(self, taille: int) -> dict[str, Prepared]:
        """Run the job that makes a workbook; the floor writes the same workbook with xlsxwriter alone."""
        tables, axes = _workbook(self.monde, taille)
        return {"nous": self._job("excel", taille), "xlsxwriter": lambda: lambda: _bare_workbook(tables, axes)}

    def pdf(self, taille: int) -> dict[str, Prepared]:
        """Run the job that makes a PDF."""
        return {"nous": self._job("pdf", taille)}

    def _job(self, kind: str, taille: int) -> Prepared:
        params = {"demarche": code(taille), "reference": self.monde.validee.pk, "questionnaire": code(taille), "version": None}
        last: list[int] = []

        def prepare() -> Callable[[], Any]:
            _check_done(last)
            lecteur = self.monde.lecteur
            travail = jobs.submit(KINDS[kind], par=lecteur, entreprise=lecteur.entreprise, cle=f"bench:{kind}:{taille}", params=params)
            last.append(travail.pk)
            return lambda: jobs.run(travail.pk)

        return prepare

    def connexion(self) -> dict[str, Prepared]:
        """Sign in, where nobody else is with this account; the floor is the check of the password."""
        address, user = reverse("account_login"), self.monde.lecteur
        fields = {"login": user.username, "password": PASSWORD}

        def prepare() -> Callable[[], Any]:
            UserSession.objects.filter(user=user).delete()
            return _post(Browser(self.lecteur.application), address, fields, 302)

        return {
            "nous": prepare,
            "empreinte du mot de passe": lambda: lambda: check_password(PASSWORD, user.password),
        }


def _check_done(last: list[int]) -> None:
    """:raises AssertionError: the job timed before gave no file."""
    while last:
        travail = Travail.tous.get(pk=last.pop())
        assert travail.fichier, f"Travail en échec : {travail.erreur}"


def _get(browser: Browser, path: str) -> Prepared:
    def prepare() -> Callable[[], Any]:
        environ = browser.environ("GET", path)
        return lambda: browser.call(environ, 200)

    return prepare


def _post(browser: Browser, path: str, fields: Any, expected: int) -> Callable[[], Any]:
    from urllib.parse import urlencode

    environ = browser.environ("POST", path, urlencode(fields).encode())
    return lambda: browser.call(environ, expected)


def _alternate(post: Callable[[Answers, Answers], Callable[[], Any]], stored: Callable[[], Answers]) -> Prepared:
    """Go from the answers as they are to others and back: each save changes everything."""
    state: list[Answers] = []

    def prepare() -> Callable[[], Any]:
        if not state:
            state.extend((stored(), _raised(stored())))
        before, after = state
        state.reverse()
        return post(before, after)

    return prepare


def fields_of(before: Answers, after: Answers) -> list[tuple[str, str]]:
    """Return what the browser sends: the answers as typed, with the tokens of those the page showed."""
    fields = [("jetons", json.dumps({name: digest(before[name]) for name in after}))]
    for name, answer in after.items():
        fields += [(f"v-{name}", str(answer["valeur"])), (f"c-{name}", answer.get("commentaire", ""))]
    return fields


def _bare_fields(after: Answers) -> list[tuple[str, str]]:
    return [(f"v-{name}", str(answer["valeur"])) for name, answer in after.items()]


def _raised(answers: Answers) -> dict[str, Any]:
    """Return other answers to the same criteria."""
    return {name: {**answer, "valeur": (answer["valeur"] + 1) % 4} for name, answer in answers.items()}


# --- Floors as heavy as our pages -----------------------------------------------------------------------------------------
def write_shells(banc: Banc, tailles: tuple[int, ...]) -> None:
    """Leave to the floors what surrounds the repeated part of our pages."""
    for taille in tailles:
        page = banc.lecteur.get(banc.saisie(taille)).body.decode()
        first, last = page.index(ARTICLE), page.rindex(END) + len(END)
        between = "".join(piece.split(ARTICLE)[0] for piece in page[first:last].split(END)[:-1])
        _write(f"saisie-{taille}", page[:first], between + page[last:])
    responsable = banc.responsable.get(reverse("catalog:catalogue")).body
    _fill("liste", responsable, banc.plancher, f"/plancher/liste/?entreprise={banc.monde.lecteur.entreprise_id}")
    for taille in tailles:
        ours = banc.lecteur.get(banc.saisie(taille, "resultats", validee=True)).body
        _fill(f"resultats-{taille}", ours, banc.plancher, f"/plancher/resultats/{taille}/?pk={banc.monde.documents[taille].pk}")


def _fill(name: str, ours: bytes, plancher: Browser, path: str) -> None:
    """Complete a floor with the beginning of our page, up to as many bytes."""
    from .planchers import shell

    _write(name, "", "")
    lacking = max(0, len(ours) - len(plancher.get(path).body))
    _write(name, ours[:lacking].decode(errors="ignore"), "")
    shell.cache_clear()


def _write(name: str, before: str, after: str) -> None:
    shell_path(name).write_text(json.dumps([before, after]), encoding="utf-8")


# --- The workbook ---------------------------------------------------------------------------------------------------------
Table = tuple[str, tuple[Colonne, ...], list[list[Any]]]


def _workbook(monde: Monde, taille: int) -> tuple[list[Table], list[list[Any]]]:
    """Return the tables our workbook holds, and the points of its drawing."""
    etape = monde.etape(monde.validee, taille)
    rapport = rapport_courant(etape, fetch_historique(etape), "")
    tables = [
        ("Critères", excel.CRITERES, [list(row) for row in excel.lignes_criteres(rapport)]),
        ("Écart", excel.ECART, [list(row) for row in excel.lignes_ecart(rapport)]),
        ("Historique", excel.HISTORIQUE, [[f"{item.quand:%d/%m/%Y}", item.qui, item.demarche, item.version] for item in rapport.historique]),
    ]
    return tables, [[axe.titre, axe.validee, axe.attendue] for axe in rapport.axes]


def _bare_workbook(tables: list[Table], axes: list[list[Any]]) -> None:
    """Write the same sheets, formats and drawing, and nothing else: no report, no right, no check of what a cell may hold."""
    book = xlsxwriter.Workbook(BytesIO(), {"in_memory": True})
    text, heading = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"}), book.add_format({"bold": True, "bg_color": "#1f4e79"})
    sheet = book.add_worksheet("Résultats")
    for number, row in enumerate(axes, start=12):
        sheet.write_row(number, 0, ["" if value is None else value for value in row], text)
    chart = book.add_chart({"type": "radar", "subtype": "with_markers"})
    for column in (1, 2):
        chart.add_series({"categories": ["Résultats", 12, 0, 12 + len(axes), 0], "values": ["Résultats", 12, column, 12 + len(axes), column]})
    sheet.insert_chart(20, 0, chart)
    for name, colonnes, rows in tables:
        sheet = book.add_worksheet(name)
        for number, colonne in enumerate(colonnes):
            sheet.set_column(number, number, colonne.largeur)
            sheet.write_string(0, number, colonne.titre, heading)
        for line, row in enumerate(rows, start=1):
            for number, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(line, number, value, text)
                elif value is not None:
                    sheet.write_number(line, number, value, text)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(colonnes) - 1)
    book.close()


def responsable_of(user: User) -> User:
    """Return the responsable of the company of an account."""
    return User.objects.of_entreprise(user.entreprise_id).responsables().first()
