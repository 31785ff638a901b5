"""The files of the installation agree with the code (OP-5 to OP-7): nothing here can be run without the machines they describe."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from django.db import ProgrammingError, connection, transaction

from convergence.environment import OPENID

ROOT = Path(__file__).resolve().parents[2]
READ_BY_LIBRARIES = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}


def known_variables() -> set[str]:
    source = (ROOT / "convergence" / "environment.py").read_text(encoding="utf-8")
    return set(re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', source))


def provider_variables() -> set[str]:
    return {f"{prefix}_{part}" for prefix in OPENID for part in ("URL", "CLIENT_ID", "SECRET", "ACR", "AMR", "PAR_COURRIEL")}


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def test_the_guide_lists_every_variable_and_no_other():
    guide = (ROOT / "docs" / "EXPLOITATION.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([A-Z0-9_]+)` \|", guide, re.MULTILINE)) == known_variables()


def test_every_service_of_the_architecture_is_there(compose):
    assert {"web", "worker", "beat", "postgres", "redis", "stockage", "clamd", "courriels", "proxy"} <= set(compose["services"])


@pytest.mark.parametrize("service", ["web", "worker", "beat", "migrations"])
def test_the_application_is_given_only_variables_it_reads(compose, service):
    given = set(compose["services"][service]["environment"])
    assert given <= known_variables() | provider_variables() | READ_BY_LIBRARIES
    assert provider_variables() | {"EMAIL_URL", "EMAIL_FROM", "SUPPORT_EMAIL", "IDENTITE", "DOUBLE_FACTEUR_RESPONSABLES"} <= given
    assert compose["services"][service]["environment"]["CONVERGENCE_PRODUCTION"] == "1"


def test_the_application_does_not_connect_as_the_owner_of_the_tables(compose):
    """TR-3."""
    for service in ("web", "worker", "beat"):
        assert compose["services"][service]["environment"]["DATABASE_URL"].startswith("postgres://convergence:")


def test_what_depends_on_a_service_names_one_that_exists(compose):
    services = compose["services"]
    for service in services.values():
        assert set(service.get("depends_on", [])) <= set(services)
    mounted = {volume.split(":")[0] for service in services.values() for volume in service.get("volumes", [])}
    assert {name for name in mounted if not name.startswith(".")} == set(compose["volumes"])
    assert all((ROOT / name).exists() for name in mounted if name.startswith(".") and "certificats" not in name)


def test_the_proxy_compresses_what_the_site_leaves_to_it():
    """P5: pages, which nginx always takes, and what a fragment or a script asks for."""
    source = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    assert "gzip on;" in source and "gzip_proxied any;" in source
    assert "application/json" in re.search(r"gzip_types ([^;]*);", source).group(1)


def test_only_the_proxy_is_open_to_the_network(compose):
    for name, service in compose["services"].items():
        for port in service.get("ports", []):
            assert name == "proxy" or port.startswith("127.0.0.1:")


def test_no_secret_is_written_in_the_installation(compose):
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"KEY|PASSWORD|_SECRET$", name):
                assert value.startswith("${")


def test_the_proxy_gives_back_the_headers_of_the_files_it_serves():
    """FI-7: nginx drops those of Django."""
    configuration = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    files = configuration[configuration.index("location /_fichiers/") :]
    for expected in ("internal;", "default-src 'none'; sandbox", "X-Content-Type-Options nosniff", "no-store"):
        assert expected in files
    assert "client_max_body_size 10304k;" in configuration
    assert configuration.count("{") == configuration.count("}")


def test_what_the_proxy_refuses_by_itself_is_said_in_french():
    """WB-1: an address too long, too many cookies, a file too big, a site that does not answer."""
    configuration = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    caught = {code for line in re.findall(r"error_page ([0-9 ]+)", configuration) for code in line.split()}
    assert {"400", "413", "414", "494", "502", "503", "504"} <= caught
    pages = re.findall(r'return 4?5?[0-9]+ "(.*)"', configuration)
    assert pages and all("<html lang=fr>" in page and "<h1>" in page for page in pages)


def test_the_image_the_embedded_site_and_the_bench_are_served_alike():
    """P20, WB-1: what is measured and tried is what is installed."""
    for path in ("deploy/Dockerfile", "scripts/serveur.py", "scripts/bench/charge.py"):
        assert '"--config", "python:convergence.gunicorn_conf"' in (ROOT / path).read_text(encoding="utf-8"), path


def test_the_image_holds_every_room():
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    rooms = [path.parent.name for path in ROOT.glob("*/apps.py")]
    assert len(rooms) == 7
    for name in [*rooms, "templates", "static", "fixtures"]:
        assert f"COPY {name} {name}" in dockerfile


@pytest.mark.parametrize("target", ["run", "test", "quality", "bench", "lock", "clean", "help"])
def test_every_command_is_read_in_an_empty_environment(target):
    done = subprocess.run(["make", "-n", target], cwd=ROOT, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("script", ["scripts/installer", "scripts/tester", ".ci/run"])
def test_every_script_is_executable_and_read_by_the_plainest_shell(script):
    assert os.access(ROOT / script, os.X_OK)
    assert subprocess.run(["sh", "-n", ROOT / script], check=False).returncode == 0


def test_no_lock_names_a_host():
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        assert text.count("==") <= text.count("--hash=sha256:")


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_role_of_the_application_can_only_add_to_the_journal():
    """TR-3, TR-6."""
    with connection.cursor() as cursor:
        for statement in roles_statements():
            cursor.execute(statement)
        cursor.execute("SET LOCAL ROLE convergence")
        cursor.execute("SELECT count(*) FROM accounts_entreejournal")
        cursor.execute("UPDATE accounts_journaltete SET sequence = sequence")
        for forbidden in (
            "UPDATE accounts_entreejournal SET action = 'x'",
            "DELETE FROM accounts_entreejournal",
            "TRUNCATE accounts_entreejournal CASCADE",
            "ALTER TABLE accounts_entreejournal DISABLE TRIGGER ALL",
            "UPDATE accounts_personnejournal SET nom = 'x'",
            "DELETE FROM django_migrations",
            "CREATE TABLE intrus (id int)",
        ):
            with pytest.raises(ProgrammingError), transaction.atomic():
                cursor.execute(forbidden)


def roles_statements() -> list[str]:
    """Give the statements of the file, without what only psql understands; the transaction is that of the test."""
    source = (ROOT / "deploy" / "postgres-roles.sql").read_text(encoding="utf-8")
    lines = [line for line in source.splitlines() if not line.startswith(("--", "\\", "BEGIN", "COMMIT"))]
    text = "\n".join(lines).replace(":'mot_de_passe'", "'essai'")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'convergence'")
        exists = cursor.fetchone()
    create, rest = text.split("\\gexec")
    statements = [] if exists else [re.search(r"'(CREATE ROLE [^']*)'", create).group(1)]
    return statements + [statement for part in rest.split(";") if (statement := part.strip())]
