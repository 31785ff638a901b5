"""Logs: one line a record, whatever was typed (TR-4)."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from django.urls import reverse

from convergence import logs


@pytest.fixture
def formatter() -> logs.OneLineFormatter:
    return logs.OneLineFormatter("{levelname} {message}", style="{")


def format_message(formatter, message: str) -> str:
    return formatter.format(logging.LogRecord("essai", logging.INFO, __file__, 1, message, None, None))


@pytest.mark.parametrize("separator", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x1b[2J", "\x85", "\u2028", "\u2029", "\x00"])
def test_nothing_typed_can_forge_a_line(formatter, separator):
    line = format_message(formatter, f"avant{separator}ERROR faux")
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line


def test_a_line_bears_the_id_of_its_request(formatter):
    token = logs.request_id.set("abc")
    try:
        assert format_message(formatter, "bonjour") == "[abc] INFO bonjour"
    finally:
        logs.request_id.reset(token)


@pytest.mark.parametrize(
    "name, args", [("accounts:depot", ["J" * 22]), ("accounts:adresse_confirmer", ["J" * 22]), ("account_reset_password_from_key", ["1", "J" * 40])]
)
def test_no_link_sent_by_mail_is_written(formatter, name, args):
    """TR-4: whatever names the address of the page, here and in the proxy."""
    path = reverse(name, args=args)
    line = format_message(formatter, f"Forbidden (CSRF): {path} ; Internal Server Error: {path}transmettre/")
    assert "JJJ" not in line and "***" in line
    proxy = (Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    hidden = re.search(r'"~(\S+)" \$debut', proxy).group(1).replace("?<", "?P<")
    assert "J" not in re.match(hidden, path)["debut"]


def test_other_addresses_are_written_whole(formatter):
    assert format_message(formatter, "/compte/mot-de-passe/oubli/envoye/ /produits/1234567890/").endswith(
        "/compte/mot-de-passe/oubli/envoye/ /produits/1234567890/"
    )
