"""Every check that needs no test run: style, arrows, migrations, settings, locks, words, templates."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

PRODUCTION = {
    "CONVERGENCE_PRODUCTION": "1",
    "SECRET_KEY": "".join(chr(48 + (7 * index) % 74) for index in range(60)),
    "ALLOWED_HOSTS": "convergence.example",
    "BASE_URL": "https://convergence.example",
    "DATABASE_URL": "postgres://convergence@127.0.0.1/convergence",
    "REDIS_URL": "redis://127.0.0.1/0",
    "PROXY_DEPTH": "1",
}
# Folders of one machine have no meaning on another; written in two parts so that this file passes its own check.
FORBIDDEN = re.compile("|".join(("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/")))
# Rendered by a library, by status code, or by a message: no line of ours names them whole.
RENDERED_BY_OTHERS = ("account/", "mfa/", "usersessions/", "allauth/", "erreurs/", "admin/", "django/", "components/", "socialaccount/")


def main() -> None:
    failures = 0
    for name, check in CHECKS.items():
        start = time.monotonic()
        problem = check()
        failures += bool(problem)
        print(f"{'✗' if problem else '✓'} {name} ({time.monotonic() - start:.1f} s)", flush=True)
        if problem:
            print(problem, flush=True)
    sys.exit(1 if failures else 0)


def run(*command: str, **environment: str) -> str:
    """Give the output of a command that failed, or nothing."""
    with tempfile.TemporaryDirectory() as var_dir:
        env = {**os.environ, "VAR_DIR": var_dir, "PYTHONPATH": str(ROOT), **environment}
        done = subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else (done.stdout + done.stderr).strip() or f"code {done.returncode}"


def manage(*arguments: str, **environment: str) -> str:
    return run("python", "manage.py", *arguments, **environment)


def tracked_files() -> Iterator[Path]:
    listed = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.is_file():
            yield path


def locks_without_hosts() -> str:
    lines = [f"{path.name} : {line}" for path in sorted((ROOT / "requirements").glob("*.txt")) for line in path.read_text().splitlines() if "://" in line]
    return "\n".join(lines)


def no_machine_path() -> str:
    found = []
    for path in tracked_files():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}:{number} : {line.strip()[:120]}" for number, line in enumerate(lines, 1) if FORBIDDEN.search(line)]
    return "\n".join(found)


def every_template_used() -> str:
    """Name the templates that no Python file and no template mentions."""
    templates = {str(path.relative_to(ROOT / "templates")) for path in (ROOT / "templates").rglob("*") if path.is_file()}
    sources = [path for path in tracked_files() if path.suffix in (".py", ".html", ".txt") and "requirements" not in path.parts]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    composed = tuple(re.findall(r'f"([a-z_/]+/[a-z_]*){', text))  # f"accounts/courriels/{name}.html"
    unused = [name for name in sorted(templates) if name not in text and not name.startswith(RENDERED_BY_OTHERS + composed)]
    return "\n".join(f"gabarit inutilisé : {name}" for name in unused)


CHECKS: dict[str, Callable[[], str]] = {
    "ruff check": lambda: run("ruff", "check", "--quiet", "."),
    "ruff format": lambda: run("ruff", "format", "--check", "--quiet", "."),
    "sens des dépendances": lambda: run("lint-imports", "--no-cache"),
    "migrations à jour": lambda: manage("makemigrations", "--check", "--dry-run"),
    "manage.py check": lambda: manage("check", "--fail-level", "WARNING"),
    "check --deploy (production)": lambda: manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION),
    "verrous sans nom d'hôte": locks_without_hosts,
    "aucun chemin de machine": no_machine_path,
    "gabarits utilisés": every_template_used,
    "espaces insécables": lambda: run("python", "scripts/typographie.py"),
}

if __name__ == "__main__":
    main()
