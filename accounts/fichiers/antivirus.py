"""Asking ClamAV about a file (FI-6): the few lines of its INSTREAM protocol, and what its answers mean.

Whatever is not a clear answer is no answer: a file is « sain » only when the scanner said so.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings

from ..enums import EtatAnalyse

CONNECT_SECONDS, ANSWER_SECONDS = 5, 60
CHUNK = 64 * 1024


class ScannerDown(Exception):
    """The scanner cannot be reached: the file waits."""


class ScanInterrupted(Exception):
    """The scanner gave no answer on this file: it may be the scanner, it may be the file."""


@dataclass(frozen=True)
class Verdict:
    """What a file becomes; ``menace`` names what was found."""

    etat: EtatAnalyse
    menace: str = ""


def is_configured() -> bool:
    return bool(settings.CLAMD_SOCKET)


def is_alive() -> bool:
    """Tell whether the scanner answers."""
    try:
        with _connect() as line:
            line.sendall(b"zPING\0")
            return _answer(line) == "PONG"
    except (ScannerDown, ScanInterrupted, OSError):
        return False


def scan(content: BinaryIO) -> Verdict:
    """Send a file to the scanner.

    :raises ScannerDown: it cannot be reached.
    :raises ScanInterrupted: it took the file and gave no answer one can read.
    """
    with _connect() as line:
        with suppress(OSError):  # beyond its limits the scanner answers, then closes the line while we still send
            line.sendall(b"zINSTREAM\0")
            for chunk in iter(lambda: content.read(CHUNK), b""):
                line.sendall(struct.pack(">I", len(chunk)) + chunk)
            line.sendall(struct.pack(">I", 0))
        return _verdict(_answer(line))


def _connect() -> socket.socket:
    """:raises ScannerDown: nothing answers there."""
    where = settings.CLAMD_SOCKET
    try:
        if where.startswith("tcp://"):
            host, _, port = where.removeprefix("tcp://").rpartition(":")
            line = socket.create_connection((host, int(port)), timeout=CONNECT_SECONDS)
        else:
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(CONNECT_SECONDS)
            line.connect(where.removeprefix("unix://"))
    except (OSError, ValueError) as error:
        raise ScannerDown(type(error).__name__) from error
    line.settimeout(ANSWER_SECONDS)
    return line


def _answer(line: socket.socket) -> str:
    """:raises ScanInterrupted: the line was cut, or the answer is too long in coming."""
    try:
        answer = b"".join(_pieces(line))
    except OSError as error:
        raise ScanInterrupted(type(error).__name__) from error
    return answer.rstrip(b"\0").decode("utf-8", "replace")


def _pieces(line: socket.socket) -> Iterable[bytes]:
    while piece := line.recv(4096):
        yield piece
        if piece.endswith(b"\0"):
            return


def _verdict(answer: str) -> Verdict:
    """Read « stream: OK », « stream: … FOUND » or « … ERROR »; ClamAV tells of its own limits as of a threat (AlertExceedsMax)."""
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return Verdict(EtatAnalyse.SAIN)
    if said.endswith(" FOUND"):
        menace = said.removesuffix(" FOUND")[:200]
        if menace.startswith("Heuristics.Limits.Exceeded"):
            return Verdict(EtatAnalyse.NON_ANALYSABLE, menace)
        if menace.startswith("Heuristics.Encrypted"):
            return Verdict(EtatAnalyse.CHIFFRE, menace)
        return Verdict(EtatAnalyse.INFECTE, menace)
    if "size limit exceeded" in said:
        return Verdict(EtatAnalyse.NON_ANALYSABLE, "taille")
    raise ScanInterrupted(said[:80] or "sans réponse")
