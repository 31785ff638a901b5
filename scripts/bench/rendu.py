"""The report of a run, in text: what was measured, then the goals."""

from __future__ import annotations

from .mesure import Serie
from .objectifs import Bilan, Verdict

COLUMNS = f"{'mesure':<26}{'':<34}{'p50 ms':>9}{'p95 ms':>9}{'req/s':>8}{'× plancher':>11}{'SQL':>5}{'ko compr.':>10}"


def measures(title: str, found: dict[str, dict[str, Serie]]) -> str:
    """Draw a table of measures; our line comes first, its floors under it."""
    lines = [f"\n{title}", COLUMNS, "-" * len(COLUMNS)]
    for name, series in found.items():
        first = True
        for who, serie in series.items():
            ours = series.get("nous")
            ratio = f"{ours.p50 / serie.p50:.1f}" if ours and who != "nous" else ""
            size = f"{serie.reply.compressed / 1000:.1f}" if serie.reply and len(serie.reply.body) > 100 else ""
            lines.append(f"{name if first else '':<26}{who:<34}{serie.p50:>9.2f}{serie.p95:>9.2f}{serie.rate:>8.0f}{ratio:>11}{serie.queries:>5}{size:>10}")
            first = False
    return "\n".join(lines)


def load(bilan: Bilan) -> str:
    """Draw what came of the load."""
    lines = [
        "\nSous charge : gunicorn, 2 travailleurs synchrones, 8 connexions, page de 40 critères",
        f"{'':<34}{'req/s':>9}{'p50 ms':>9}{'p95 ms':>9}",
        "-" * 61,
    ]
    for name, label in (("page", "nous"), ("assemblage", "assemblage"), ("Jinja2", "Jinja2"), ("gabarit Django", "gabarit Django")):
        lines.append(f"{label:<34}{bilan.values[f'débit {name}']:>9.0f}{bilan.values[f'p50 {name}']:>9.1f}{bilan.values[f'p95 {name}']:>9.1f}")
    return "\n".join(lines)


def goals(found: list[Verdict]) -> str:
    """Draw the goals with their verdict, and how many are met."""
    lines = ["\nObjectifs", f"{'n°':<5}{'quoi':<76}{'trouvé':>14}{'borne':>24}  verdict", "-" * 132]
    lines += [f"{one.code:<5}{one.quoi:<76}{one.trouve:>14}{one.borne:>24}  {one.mot}" for one in found]
    met, missed = sum(one.is_met is True for one in found), sum(one.is_met is False for one in found)
    return "\n".join([*lines, f"\n{met} atteints, {missed} non atteints, {len(found) - met - missed} non mesurés."])
