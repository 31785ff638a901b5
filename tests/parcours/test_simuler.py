"""``manage.py simuler``: one JSON line in, one out, whatever the line holds (ARCHITECTURE §6)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from parcours import simulation
from parcours.management.commands.simuler import answer

ROOT = Path(__file__).resolve().parents[2]

# A software as a service for professionals and patients, which reads and feeds the DMP.
R1 = {
    "QP.01": "probable", "QP.02": "aucune", "QP.03": "non_probable", "QP.04": "aucune", "QP.05": "saas",
    "QP.06": ["professionnels", "usagers"], "QP.07": "oui", "QP.08": "tiers", "QP.09": "consommateur",
    "QP.10": "cree_affiche", "QP.11": "interagit", "QP.12": "aucun", "QP.13": "non", "QP.14": "non", "QP.15": "non",
    "QP.16": "non", "QP.17": ["aucune"], "QP.18": "oui", "QP.19": ["synchrone"], "QP.20": ["aucun"],
    "QP.21": ["aucun"], "QP.22": ["aucune"], "QP.23": ["aucun"], "QP.24": "non", "QP.25": "non", "QP.26": "non",
    "QP.27": "non", "QP.28": "non",
}  # fmt: skip
R1_A = {"A08.1.1": 1, "A08.2.1": 0, "A08.3.1": 2, "A08.4.1": 2, "A08.5.01": 2, "A08.5.23": 2, "A10.1": 0}

pytestmark = pytest.mark.usefixtures("referentiel")


def simuler(*lines: str | dict) -> list[dict]:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + "\n"
    out = StringIO()
    call_command("simuler", stdin=StringIO(text), stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def interoperabilite(demarche: str) -> dict:
    (result,) = simuler({"demarche": demarche, "profil": R1, "reponses": R1_A})
    return result["questionnaires"]["interoperabilite"]


def test_r1_a_for_socles():
    """REFERENTIEL 1.5, case R1-A: not reached for the Doctrine, and why."""
    assert interoperabilite("socles") == {
        "affiches": list(R1_A),
        "radar": {"A08.1": 1.0, "A08.2": 0.0, "A08.3": 2.0, "A08.4": 2.0, "A08.5": 2.0, "A10": 0.0},
        "verdict": "non_atteint",
        "ecart": ["A08.2.1", "A10.1"],
        "manquants": [],
    }


def test_r1_a_for_mes():
    """REFERENTIEL 1.5, case R1-A: the same answers reach MES; only obligations have an axis."""
    found = interoperabilite("mes-sans-echange")
    assert (found["verdict"], found["radar"]) == ("atteint", {"A08.4": 2.0, "A08.5": 2.0})


def test_numbers_of_criteria_of_r1():
    """REFERENTIEL 1.5: 7, 6 and 36 criteria."""
    (result,) = simuler({"demarche": "socles", "profil": R1})
    sizes = {code: len(found["affiches"]) for code, found in result["questionnaires"].items()}
    assert (sizes["interoperabilite"], sizes["urbanisation"], sizes["securite"]) == (7, 6, 36)


def test_every_evaluation_is_a_key_even_with_nothing_shown():
    (result,) = simuler({"demarche": "socles"})
    assert set(result["questionnaires"]) == {"interoperabilite", "urbanisation", "securite", "politique-globale"}
    assert result["questionnaires"]["interoperabilite"]["verdict"] in ("atteint", None)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("pas du json", "n'est pas du JSON"),
        ("{", "n'est pas du JSON"),
        ("[" * 100_000, "imbriquée"),
        ('{"demarche": ' + "9" * 5000 + "}", "démesuré"),
        ("[1]", "objet"),
        ("{}", "demarche"),
        ({"demarche": "inconnue"}, "Démarche inconnue"),
        ({"demarche": ["socles"]}, "Démarche inconnue"),
        ({"demarche": "socles", "profile": {}}, "Clé inconnue : profile"),
        ({"demarche": "socles", "profil": []}, "profil"),
        ({"demarche": "socles", "profil": {"QP.99": "oui"}}, "QP.99"),
        ({"demarche": "teleconsultation", "profil": {"QP.99": "oui"}}, "QP.99"),
        ({"demarche": "socles", "profil": {"QP.05": "nuage"}}, "QP.05"),
        ({"demarche": "socles", "reponses": {"A99.1": 1}}, "A99.1"),
        ({"demarche": "socles", "reponses": {"A08.1.1": 4}}, "A08.1.1"),
        ({"demarche": "socles", "reponses": {"A08.1.1": True}}, "A08.1.1"),
        ({"demarche": "socles", "reponses": {"A08.1.1": {"valeur": 1}}}, "A08.1.1"),
        ({"demarche": "socles", "reponses": None}, "réponses"),
        ({"demarche": "socles", "reponses": {"01.01": "1"}}, "un niveau est un nombre"),
        ({"demarche": "socles", "reponses": {"01.01": 1.0}}, "01.01"),
        ({"demarche": "socles", "reponses": {"01.01": "NA"}}, "n'est pas proposé"),
        ({"demarche": "socles", "profil": {"QP.17": ["aucune", "telesoin"]}}, "exclut les autres"),
        ({"demarche": "socles", "profil": {"QP.05": ["saas"]}}, "QP.05"),
        ('{"demarche": "socles", "demarche": "telesoin"}', "«\xa0demarche\xa0» est répétée"),
        ('{"demarche": "socles", "profil": {"QP.05": "saas", "QP.05": "standard"}}', "«\xa0QP.05\xa0» est répétée"),
        ('{"demarche": "socles", "reponses": {"01.01": NaN}}', "01.01"),
    ],
)
def test_a_bad_line_says_why_and_the_next_one_is_read(line, words):
    refused, fine = simuler(line, {"demarche": "socles"})
    assert list(refused) == ["erreur"]
    assert words in refused["erreur"]
    assert "questionnaires" in fine


def test_empty_lines_and_a_byte_order_mark_are_no_trouble():
    assert len(simuler("", "\ufeff" + json.dumps({"demarche": "socles"}), "  ")) == 1


def test_a_demarche_without_profile_ignores_the_answers_to_questions():
    """R-6: what a démarche does not read changes nothing."""
    with_profil, without = simuler({"demarche": "teleconsultation", "profil": R1}, {"demarche": "teleconsultation"})
    assert with_profil == without


EVALUATIONS = {
    "socles": {"interoperabilite", "urbanisation", "securite", "politique-globale"},
    "teleconsultation": {"teleconsultation"},
    "teleexpertise": {"teleexpertise"},
    "telesoin": {"telesoin"},
    "mes-sans-echange": {"interoperabilite", "urbanisation", "securite", "ethique"},
    "mes-avec-echange": {"interoperabilite", "urbanisation", "securite", "ethique"},
    "mes-guide": {"interoperabilite", "urbanisation", "securite", "ethique"},
    "dmn-ligne-generique": set(),
    "dmn-nom-de-marque": set(),
}


@pytest.mark.parametrize("demarche", EVALUATIONS)
def test_every_demarche_answers(demarche):
    """Those only announced too: what can be evaluated, and the names of what is to come."""
    (found,) = simuler({"demarche": demarche, "profil": R1})
    assert set(found["questionnaires"]) == EVALUATIONS[demarche]
    assert bool(found.get("a_venir")) is demarche.startswith(("dmn", "mes-guide", "mes-avec"))


def test_a_minimum_rises_with_the_exchange_of_data():
    """REFERENTIEL 1.6: 02.02 at 1 is refused « avec échange », and in the guided démarche when QO.18 is « oui »."""
    lines = [("mes-sans-echange", {}), ("mes-avec-echange", {}), ("mes-guide", {"QO.18": "non"}), ("mes-guide", {"QO.18": "oui"})]
    found = simuler(*({"demarche": demarche, "profil": profil, "reponses": {"02.02": 1}} for demarche, profil in lines))
    assert ["02.02" in result["questionnaires"]["securite"]["ecart"] for result in found] == [False, True, False, True]


def test_database_and_files_say_the_same(tmp_path):
    """Without any loaded content, the files of ``fixtures/`` are read."""
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "convergence.settings"}
    environment.pop("DATABASE_URL", None)
    line = {"demarche": "socles", "profil": R1, "reponses": R1_A}
    command = [sys.executable, "-W", "ignore", "manage.py", "simuler"]
    done = subprocess.run(command, cwd=ROOT, env=environment, input=json.dumps(line) + "\n", capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == simuler(line)[0]


def test_the_answer_comes_before_the_next_question():
    """Each line is flushed: one may talk with it."""
    process = subprocess.Popen([sys.executable, "-W", "ignore", "manage.py", "simuler"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        for _ in range(2):
            process.stdin.write('{"demarche": "telesoin"}\n')
            process.stdin.flush()
            assert "telesoin" in json.loads(process.stdout.readline())["questionnaires"]
    finally:
        process.stdin.close()
        assert process.wait(20) == 0
        process.stdout.close()


def test_a_thousand_lines_are_quick():
    content = simulation.read_content()
    line = json.dumps({"demarche": "socles", "profil": R1, "reponses": R1_A})
    start = time.process_time()
    for _ in range(1000):
        answer(content, line)
    assert time.process_time() - start < 5
