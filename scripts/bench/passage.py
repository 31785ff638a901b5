"""One run: prepare the site, measure it, load it, make it grow, judge."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import connection

from questionnaires.content.lot import Lot
from questionnaires.content.writer import dump_questionnaire
from questionnaires.models import Reponse
from questionnaires.radar_svg import Serie as Trait
from questionnaires.radar_svg import radar_svg

from . import charge, donnees, objectifs, rendu, wsgi
from .contenu import TAILLES, code, questionnaire
from .mesure import Browser, Prepared, Reply, Serie, count_queries, measure, once
from .models import Document, Evenement
from .scenarios import Banc, fields_of, responsable_of, write_shells

FACTOR = 40
Measures = dict[str, dict[str, Serie]]


@dataclass(frozen=True)
class Effort:
    """How long a run may take."""

    rounds: int
    seconds: float
    requests: int
    grows: bool


ESSAI = Effort(rounds=1, seconds=0.5, requests=16, grows=False)
RAPIDE = Effort(rounds=40, seconds=3, requests=320, grows=False)
COMPLET = Effort(rounds=80, seconds=6, requests=800, grows=True)


def run(effort: Effort, services: str) -> bool:
    """Measure everything and print it; True when every goal that was measured is met."""
    start = time.monotonic()
    bilan = objectifs.Bilan()
    say(f"{services} ; {os.cpu_count()} cœurs, charge de la machine {os.getloadavg()[0]:.1f} ; Python {sys.version.split()[0]}")
    banc = _prepare(bilan)
    bilan.measures = {name: _measure(name, gestures, effort) for name, gestures in scenarios(banc).items()}
    print(rendu.measures("Un appel après l'autre, dans le processus", bilan.measures), flush=True)
    _measure_values(bilan, banc)
    _measure_load(bilan, banc, effort)
    print(rendu.load(bilan), flush=True)
    if effort.grows:
        _grow(bilan, banc, effort)
    found = objectifs.verdicts(bilan)
    print(rendu.goals(found), flush=True)
    say(f"Durée : {time.monotonic() - start:.0f} s ; charge de la machine à la fin {os.getloadavg()[0]:.1f}")
    connection.close()
    return all(one.is_met is not False for one in found)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# --- Before ---------------------------------------------------------------------------------------------------------------
def _prepare(bilan: objectifs.Bilan) -> Banc:
    say("Base et contenu…")
    bilan.values["migrations"] = once(lambda: call_command("migrate", verbosity=0, interactive=False))
    with connection.schema_editor() as editor:
        for model in (Document, Evenement):
            editor.create_model(model)
    lot = donnees.fixtures()
    donnees.load_content(lot)
    _measure_loading(bilan, lot)
    monde = donnees.peuple()
    donnees.analyse()
    banc = Banc(
        monde=monde,
        lecteur=Browser(wsgi.site, monde.lecteur),
        responsable=Browser(wsgi.site, responsable_of(monde.lecteur)),
        plancher=Browser(wsgi.plancher),
    )
    write_shells(banc, TAILLES)
    return banc


def _measure_loading(bilan: objectifs.Bilan, lot: Lot) -> None:
    """Load a questionnaire of 100 criteria from its file, then load it again (P19)."""
    document, _ = questionnaire(lot, 100, prefix="L")
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as folder:
        path = Path(folder) / "questionnaires" / "chargement.yaml"
        path.parent.mkdir()
        path.write_text(dump_questionnaire({**document, "code": "chargement", "titre": "Chargement"}), encoding="utf-8")

        def load() -> None:
            call_command("load_referentiel", folder, verbosity=0, stdout=StringIO())

        bilan.values["requêtes du chargement"] = count_queries(lambda: bilan.values.update(chargement=once(load)))
        bilan.values["rechargement"] = once(load)


# --- Measures -------------------------------------------------------------------------------------------------------------
def scenarios(banc: Banc) -> dict[str, dict[str, Prepared]]:
    """List all that is timed, in an order that leaves the answers as they were found."""
    found: dict[str, dict[str, Prepared]] = {}
    gestures: tuple[tuple[str, Callable[[int], dict[str, Prepared]]], ...] = (
        ("ouvrir", banc.ouvrir), ("enregistrer", banc.enregistrer), ("répondre", banc.repondre), ("résultats", banc.resultats), ("valider", banc.valider),
    )  # fmt: skip
    for name, gesture in gestures:
        found |= {f"{name} {taille}": gesture(taille) for taille in TAILLES}
    found |= {f"Excel {taille}": banc.excel(taille) for taille in (40, 100)}
    return found | {"PDF 40": banc.pdf(40)} | banc.listes() | {"connexion": banc.connexion()}


def _measure(name: str, gestures: dict[str, Prepared], effort: Effort) -> dict[str, Serie]:
    say(f"  {name}")
    rounds = 3 if name.startswith("PDF") else min(effort.rounds, 20) if name == "connexion" else effort.rounds
    return measure(gestures, rounds=rounds, seconds=effort.seconds)


def _measure_values(bilan: objectifs.Bilan, banc: Banc) -> None:
    axes, values = [f"Axe {number}" for number in range(8)], [number % 4 for number in range(8)]
    series = [Trait("Validé", values), Trait("Attendu", values[::-1], "attendue")]
    bilan.values["radar"] = once(lambda: [radar_svg(axes, series) for _ in range(1000)]) / 1000
    bilan.values["javascript"] = sum(_script_sizes(bilan.ours("ouvrir 40").reply.body.decode()))


def _script_sizes(html: str) -> list[int]:
    """Return the compressed sizes of the scripts a page names."""
    names = re.findall(rf'<script[^>]+src="{settings.STATIC_URL}([^"]+)"', html)
    return [Reply(200, {}, Path(finders.find(name)).read_bytes()).compressed for name in names]


# --- Under load -----------------------------------------------------------------------------------------------------------
def _measure_load(bilan: objectifs.Bilan, banc: Banc, effort: Effort) -> None:
    say("  sous charge")
    with charge.server("site") as site:
        _keep(bilan, "page", charge.read(site, banc.lecteur, banc.saisie(40), requests=effort.requests, seconds=effort.seconds * 4))
        bilan.values["mémoire"] = site.memory()
        _save_together(bilan, banc, site, effort)
        bilan.values["matplotlib"] = _is_loaded(site, "matplotlib")
    document = banc.monde.documents[40].pk
    with charge.server("plancher") as floor:
        for name, engine in (("assemblage", "assemblage"), ("Jinja2", "jinja2"), ("gabarit Django", "django")):
            address = f"/plancher/saisie/{engine}/40/?pk={document}"
            _keep(bilan, name, charge.read(floor, banc.plancher, address, requests=effort.requests, seconds=effort.seconds * 4))
        bilan.values["mémoire du plancher"] = floor.memory()


def _keep(bilan: objectifs.Bilan, name: str, load: charge.Load) -> None:
    if load.errors:
        raise RuntimeError(f"Sous charge, {len(load.errors)} réponses fausses : {load.errors[0]}")
    bilan.values |= {f"débit {name}": load.rate, f"p50 {name}": load.serie.p50, f"p95 {name}": load.serie.p95}


def _is_loaded(site: charge.Server, module: str) -> bool:
    """Tell whether a worker holds the compiled code of a package, by the files it has mapped."""
    children = Path(f"/proc/{site.process.pid}/task/{site.process.pid}/children").read_text().split()
    return any(f"/{module}/" in Path(f"/proc/{pid}/maps").read_text() for pid in children)


def _save_together(bilan: objectifs.Bilan, banc: Banc, site: charge.Server, effort: Effort) -> None:
    """Save different criteria of one draft at the same moments, then compare the draft with what was sent (P9)."""
    row = Reponse.tous.get(sujet=banc.monde.brouillon.pk, questionnaire__code=code(40), etat="brouillon")
    names = list(row.reponses)[: charge.CONNECTIONS]
    last = {name: dict(row.reponses[name]) for name in names}

    def chain(name: str) -> Callable[[], Any]:
        def following() -> Any:
            before, after = last[name], {**last[name], "valeur": (last[name]["valeur"] + 1) % 4}
            last[name] = after
            return fields_of({name: before}, {name: after})

        return following

    load = charge.save_together(site, banc.lecteur, banc.saisie(40, "enregistrement"), [chain(name) for name in names], requests=effort.requests)
    stored = Reponse.tous.get(pk=row.pk).reponses
    bilan.values |= {"erreurs": len(load.errors), "pertes": sum(stored[name] != last[name] for name in names)}


# --- Growth ---------------------------------------------------------------------------------------------------------------
def _grow(bilan: objectifs.Bilan, banc: Banc, effort: Effort) -> None:
    """Measure the same again at 40 × the rows, just after measuring them once more at 1 × (P17)."""
    before = _measure_growing(banc, effort)
    say(f"  {FACTOR} × les lignes…")
    donnees.grow(FACTOR)
    bilan.grown = _measure_growing(banc, effort)
    drift = bilan.grown["témoin"]["Jinja2"].p50 / before["témoin"]["Jinja2"].p50
    bilan.values |= {f"avant {name}": series["nous"].p50 for name, series in before.items() if "nous" in series}
    title = f"{FACTOR} × les lignes (un plancher qui n'en dépend pas a pris entre-temps {drift:.2f} × son temps : bruit de la machine)"
    print(rendu.measures(title, bilan.grown), flush=True)


def _measure_growing(banc: Banc, effort: Effort) -> Measures:
    """Measure what must not depend on the number of rows, and a floor that cannot: it tells the noise of the machine."""
    found = {name: {"nous": gestures["nous"]} for name, gestures in scenarios(banc).items() if name.endswith(" 40") or not name[-1].isdigit()}
    found = {name: gestures for name, gestures in found.items() if name not in ("PDF 40", "connexion")}
    found["témoin"] = {"Jinja2": banc.ouvrir(40)["Jinja2"]}
    return {name: _measure(name, gestures, effort) for name, gestures in found.items()}


def main(effort: Effort, services: str) -> int:
    """Run, with what the libraries log kept aside."""
    with contextlib.redirect_stderr(sys.stderr):
        return 0 if run(effort, services) else 1
