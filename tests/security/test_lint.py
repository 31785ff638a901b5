"""What only a few named places may do: read without a scope (AZ-3), switch escaping off (WB-4), test a role (AZ-2).

A new place is added here by whoever can say why, in the row itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("accounts", "questionnaires", "catalog", "evidence", "parcours", "dossiers", "convergence")

UNSCOPED = {
    "accounts/admin/travaux.py": "shows the administrateurs how jobs fare, never whose they are",
    "accounts/jobs.py": "a worker holds the key of a job, and asks the policy again",
    "accounts/purges.py": "deletes what is too old, whoever it belongs to; shows none",
    "accounts/notifications.py": "writes notices to accounts the action has chosen",
    "accounts/views/gestion/travaux.py": "finds the failed job an administrateur tries again, by its number",
    "catalog/actions/": "creates rows of the company it was given, under the policy",
    "catalog/forms/produits.py": "starts from nothing: `.none()`, and `of_entreprise`",
    "catalog/selectors/catalogue.py": "looks up the version of sujets found by `visible_to`",
    "catalog/selectors/comptes.py": "reads the rights of the company it was given",
    "convergence/demo.py": "writes the demonstration",
    "parcours/actions/": "creates rows of the company it was given, under the policy",
    "parcours/contexte.py": "reads the rows of sujets already found by `visible_to`",
    "parcours/lecture.py": "reads the rows of sujets already found by `visible_to`",
    "parcours/selectors.py": "reads the rows of sujets already found by `visible_to`",
    "questionnaires/actions/": "writes rows of the sujet it was given, under the policy",
    "questionnaires/integrity.py": "compares every row with how it was written; shows none",
}
UNESCAPED = {
    "questionnaires/cartes.py": "joins pieces it has escaped with the HTML of our own template",
    "parcours/saisie.py": "joins lines drawn by `format_html`, and gives a constant attribute",
    "parcours/templatetags/resultats.py": "puts links around the codes of a sentence it has escaped",
    "convergence/templatetags/components.py": "constants, rendered bodies and our own drawing",
    "convergence/templatetags/francais.py": "a date in digits and in our own words, and spaces in a text that was safe",
}
MARKED = re.compile(r"\bmark_safe\(|\bSafeString\(|\bautoescape off\b|\|\s*safe\b|\bsafeseq\b")
ROLE_TESTS = re.compile(r"\bProfil\.(RESPONSABLE|CONTRIBUTEUR|AGENCE)\b|is_superuser\b|\.groups\.filter\(|has_perm\(")
ROLE_PLACES = ("accounts/", "convergence/demo.py")  # who says what a profile holds, and who creates the demonstration


def sources(*suffixes: str) -> Iterator[tuple[str, str]]:
    for room in (*ROOMS, "templates"):
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in suffixes and "/migrations/" not in str(path):
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def allowed(path: str, table: dict[str, str]) -> bool:
    return any(path == known or (known.endswith("/") and path.startswith(known)) for known in table)


def test_the_unscoped_manager_is_used_where_it_is_named() -> None:
    """AZ-3: everybody else says for whom he reads."""
    used = [path for path, text in sources(".py") if re.search(r"\.tous\b", text)]
    assert [path for path in used if not allowed(path, UNSCOPED)] == []


def test_escaping_is_switched_off_where_it_is_named() -> None:
    """WB-4."""
    used = [path for path, text in sources(".py", ".html") if MARKED.search(text)]
    assert [path for path in used if not allowed(path, UNESCAPED) and not path.endswith(".txt")] == []


@pytest.mark.parametrize("table", [UNSCOPED, UNESCAPED])
def test_every_row_still_has_its_reason(table: dict[str, str]) -> None:
    """A row whose place is gone goes too."""
    assert [known for known in table if not (ROOT / known).exists()] == []


def test_words_are_searched_in_one_way() -> None:
    """CAT-5, PAR-1: what a database calls alike depends on the database; ``accounts/recherche.py`` does not."""
    assert [path for path, text in sources(".py") if re.search(r"__i(contains|exact|regex)\b", text)] == []


def test_roles_are_tested_by_the_policy_alone() -> None:
    """AZ-2: no other code tests a profile, a group or a permission."""
    used = [path for path, text in sources(".py") if ROLE_TESTS.search(text)]
    assert [path for path in used if not path.startswith(ROLE_PLACES)] == []
