"""Logs: one line a record, whatever was typed (TR-4)."""

from __future__ import annotations

import logging

import pytest

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
