"""The goals P1–P20 of the project, each judged against the floor measured beside it in the same run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .mesure import Serie

Measures = Mapping[str, Mapping[str, Serie]]


@dataclass(frozen=True)
class Verdict:
    """A goal and what was found; ``is_met`` is None when this run did not measure it."""

    code: str
    quoi: str
    trouve: str
    borne: str
    is_met: bool | None

    @property
    def mot(self) -> str:
        return {True: "atteint", False: "non atteint", None: "non mesuré"}[self.is_met]


@dataclass
class Bilan:
    """All that a run measured."""

    measures: dict[str, dict[str, Serie]] = field(default_factory=dict)
    grown: dict[str, dict[str, Serie]] = field(default_factory=dict)
    values: dict[str, float] = field(default_factory=dict)

    def ours(self, name: str) -> Serie:
        return self.measures[name]["nous"]

    def floor(self, name: str, engine: str = "") -> Serie:
        """Return the floor of a measure, by its name or the only one."""
        floors = {key: serie for key, serie in self.measures[name].items() if key != "nous"}
        return floors[engine] if engine else next(iter(floors.values()))


def verdicts(bilan: Bilan) -> list[Verdict]:
    """Judge every goal."""
    return [*_pages(bilan), *_load(bilan), *_saves(bilan), *_others(bilan), *_growth(bilan), *_start(bilan)]


def _most(code: str, quoi: str, value: float | None, bound: float, unit: str = "ms") -> Verdict:
    if value is None:
        return Verdict(code, quoi, "—", f"≤ {_number(bound)} {unit}", None)
    return Verdict(code, quoi, f"{_number(value)} {unit}", f"≤ {_number(bound)} {unit}", value <= bound)


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.2f}" if value < 1 else f"{value:.1f}"


def _pages(bilan: Bilan) -> list[Verdict]:
    found = [
        _most("P1", "page de 40 critères, 1re borne : 1,3 × gabarit Django", bilan.ours("ouvrir 40").p50, 1.3 * bilan.floor("ouvrir 40", "gabarit Django").p50),
    ]
    for taille, code in ((40, "P1"), (100, "P2"), (400, "P2")):
        ours, jinja = bilan.ours(f"ouvrir {taille}").p50, bilan.floor(f"ouvrir {taille}", "Jinja2").p50
        found.append(_most(code, f"page de {taille} critères : 1,5 × Jinja2 + 1,5 ms", ours, 1.5 * jinja + 1.5))
    found.append(_most("P1", "page de 40 critères, à poursuivre : 4 × assemblage", bilan.ours("ouvrir 40").p50, 4 * bilan.floor("ouvrir 40", "assemblage").p50))
    queries = {bilan.ours(f"ouvrir {taille}").queries for taille in (40, 100, 400)}
    found.append(_queries("P3", "requêtes SQL d'une page, les mêmes à 40, 100 et 400", queries, 8))
    page, bare = bilan.ours("ouvrir 40").reply, bilan.floor("ouvrir 40", "assemblage").reply
    found.append(_most("P5", "HTML de 40 critères, compressé", page.compressed / 1000, 10, "ko"))
    found.append(_most("P5", "le même, rapporté à celui du plancher", page.compressed / bare.compressed, 1.25, "×"))
    found.append(_most("P5", "JavaScript de la page, compressé", bilan.values["javascript"] / 1000, 40, "ko"))
    for taille in (40, 400):
        ours = bilan.ours(f"résultats {taille}")
        found.append(_most("P10", f"résultats de {taille} critères : 2,5 × plancher", ours.p50, 2.5 * bilan.floor(f"résultats {taille}").p50))
    found.append(_most("P10", "requêtes SQL des résultats", max(bilan.ours(f"résultats {taille}").queries for taille in (40, 400)), 8, ""))
    return found


def _load(bilan: Bilan) -> list[Verdict]:
    ours, floor = bilan.values["débit page"], bilan.values["débit gabarit Django"]
    return [
        Verdict("P4", "débit, 2 travailleurs, 8 connexions : 70 % du gabarit Django", f"{ours:.0f} req/s", f"≥ {0.7 * floor:.0f} req/s", ours >= 0.7 * floor),
        _most("P4", "p95 sous cette charge : 2 × p50", bilan.values["p95 page"], 2 * bilan.values["p50 page"]),
        Verdict(
            "P9", "enregistrements simultanés d'un questionnaire : erreurs, réponses perdues",
            f"{bilan.values['erreurs']:.0f}, {bilan.values['pertes']:.0f}", "0, 0", bilan.values["erreurs"] == bilan.values["pertes"] == 0,
        ),
    ]  # fmt: skip


def _saves(bilan: Bilan) -> list[Verdict]:
    found = []
    for taille in (40, 400):
        ours = bilan.ours(f"enregistrer {taille}").p50
        found.append(_most("P6", f"enregistrer {taille} réponses : 3 × plancher", ours, 3 * bilan.floor(f"enregistrer {taille}").p50))
    queries = {bilan.ours(f"enregistrer {taille}").queries for taille in (40, 400)}
    found.append(_queries("P7", "requêtes SQL d'un enregistrement, les mêmes à 40 et 400", queries, 10))
    one = bilan.ours("répondre 40")
    found.append(_most("P8", "enregistrement automatique d'une réponse : 5 × plancher", one.p50, 5 * bilan.floor("répondre 40").p50))
    found.append(_most("P8", "ses requêtes SQL", one.queries, 6, ""))
    return found


def _others(bilan: Bilan) -> list[Verdict]:
    found = []
    excel = bilan.ours("Excel 100")
    found.append(_most("P12", "travail « Excel » de 100 critères : 2 × xlsxwriter", excel.p50, 2 * bilan.floor("Excel 100").p50))
    found.append(_most("P12", "ses requêtes SQL", excel.queries, 8, ""))
    found.append(_most("P15", "dessin d'un radar", bilan.values["radar"], 0.1))
    loaded = bilan.values["matplotlib"]
    found.append(Verdict("P15", "matplotlib dans le processus du site", "chargé" if loaded else "absent", "absent", not loaded))
    for name in ("catalogue", "catalogue, recherche", "catalogue, tri par nom"):
        found.append(_most("P16", f"{name} : 2 × plancher", bilan.ours(name).p50, 2 * bilan.floor(name).p50))
    found.append(_most("P16", "requêtes SQL du catalogue", max(bilan.ours(name).queries for name in ("catalogue", "catalogue, recherche")), 8, ""))
    found.append(_most("P18", "connexion : empreinte + 15 ms", bilan.ours("connexion").p50, bilan.floor("connexion").p50 + 15))
    return found


def _growth(bilan: Bilan) -> list[Verdict]:
    if not bilan.grown:
        return [Verdict("P17", "chaque page et enregistrement à 40 × les lignes", "—", "≤ 1,5 ×", None)]
    return [
        _most("P17", f"40 × les lignes : {name}", series["nous"].p50 / bilan.values[f"avant {name}"], 1.5, "×")
        for name, series in bilan.grown.items()
        if "nous" in series
    ]


def _start(bilan: Bilan) -> list[Verdict]:
    values = bilan.values
    return [
        _most("P19", "charger 100 critères", values["chargement"] / 1000, 1, "s"),
        _most("P19", "ses requêtes SQL", values["requêtes du chargement"], 60, ""),
        _most("P19", "charger de nouveau, rien n'ayant changé", values["rechargement"] / 1000, 0.3, "s"),
        _most("P20", "migrations depuis rien", values["migrations"] / 1000, 20, "s"),
        _most("P20", "mémoire de 2 travailleurs", values["mémoire"], 170, "Mio"),
        _most("P20", "la même, rapportée au plancher", values["mémoire"] / values["mémoire du plancher"], 1.5, "×"),
    ]


def _queries(code: str, quoi: str, counts: set[int], most: int) -> Verdict:
    """Judge numbers of queries that must be few, and the same whatever the size."""
    found = ", ".join(str(count) for count in sorted(counts))
    return Verdict(code, quoi, found, f"≤ {most}, une seule valeur", max(counts) <= most and len(counts) == 1)
