"""The drawing of the results: whole, escaped, honest about what is missing (QST-6, R-12)."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from questionnaires.radar_svg import Serie, radar_svg

HOSTILE = '<script>alert(1)</script> & "x"'
AXES = ("Généralités", "Sémantique", "Transport", "Services")
SVG = "{http://www.w3.org/2000/svg}"


def tree(axes: tuple[str, ...], *series: Serie) -> ElementTree.Element:
    return ElementTree.fromstring(radar_svg(axes, series))


def test_names_are_escaped_and_the_drawing_stays_well_formed() -> None:
    root = tree((HOSTILE, *AXES), Serie(HOSTILE, (1, 2, 3, 0, 1)))
    assert root.find(f".//{SVG}script") is None
    assert HOSTILE.split()[0] in "".join(root.itertext())


def test_no_style_attribute_that_the_policy_of_the_pages_would_refuse() -> None:
    assert all("style" not in element.attrib for element in tree(AXES, Serie("Validé", (1, 2, 3, 0))).iter())


def test_the_drawing_is_said_in_words() -> None:
    root = tree(AXES, Serie("Validé", (1, 2.25, None, 0)))
    names = root.attrib["aria-labelledby"].split()
    said = {element.attrib["id"]: element.text for element in root if "id" in element.attrib}
    assert [name in said for name in names] == [True, True]
    assert "Sémantique : validé 2,3." in said[names[1]]
    assert "Transport : validé —." in said[names[1]]


def test_a_whole_series_is_a_surface_and_one_with_holes_only_its_sides() -> None:
    def shapes(serie: Serie) -> tuple[int, int]:
        group = next(element for element in tree(AXES, serie).iter(f"{SVG}g") if element.attrib.get("class") == "radar-validee")
        return len(group.findall(f"{SVG}polygon")), len(group.findall(f"{SVG}circle"))

    assert shapes(Serie("Validé", (1, 2, 3, 0))) == (1, 4)
    assert shapes(Serie("Validé", (1, None, 3, 0))) == (0, 3)


def test_series_differ_without_colour() -> None:
    lines = set()
    for style in ("validee", "brouillon", "attendue"):
        group = next(element for element in tree(AXES, Serie("x", (1, 2, 3, 0), style)).iter(f"{SVG}g") if element.attrib.get("class") == f"radar-{style}")
        lines.add((group[0].attrib.get("stroke-dasharray"), group[1].tag))
    assert len(lines) == 3


@pytest.mark.parametrize("count", [1, 2])
def test_under_three_axes_bars_replace_the_surface(count: int) -> None:
    root = tree(AXES[:count], Serie("Validé", (2, None)[:count]))
    assert root.find(f".//{SVG}polygon") is None
    assert root.findall(f".//{SVG}rect")


def test_without_axis_nothing_is_drawn() -> None:
    assert radar_svg((), ()) == ""


@pytest.mark.parametrize("serie", [Serie("Validé", (1,)), Serie("Validé", (1, 2, 3, 0), "inconnu")])
def test_a_series_that_does_not_fit_is_refused(serie: Serie) -> None:
    with pytest.raises(ValueError, match=r"axes|style inconnu"):
        radar_svg(AXES, [serie])


def test_labels_stay_inside_the_drawing() -> None:
    long = "Identification électronique des usagers et des professionnels, " * 2
    root = tree((long, *AXES, long), Serie("Validé", (1, 2, 3, 0, 1, 2)))
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    for text in root.iter(f"{SVG}tspan"):
        assert left <= float(text.attrib["x"]) <= left + width
        assert top <= float(text.attrib["y"]) <= top + height
