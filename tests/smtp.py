"""A mail server on the loopback, as small as the protocol allows, that can be told to misbehave."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer


@dataclass
class Boite:
    """What the server received, and how it treats each addressee: ``refuses`` says 550, ``hangs_up`` closes the line.

    ``forgets`` takes the message and closes the line before saying so: the sender cannot know that it arrived.
    """

    messages: list[EmailMessage] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    hangs_up: set[str] = field(default_factory=set)
    forgets: set[str] = field(default_factory=set)

    def to(self, adresse: str) -> list[EmailMessage]:
        return [message for message in self.messages if message["To"] == adresse]


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    boite: Boite


class _Dialogue(StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self._say("220 essai")
        try:
            while line := self.rfile.readline():
                if not self._answer(line.decode("ascii", "replace").strip()):
                    return
        except ConnectionError:
            return

    def _answer(self, line: str) -> bool:
        """Answer one command; False closes the line."""
        verb, boite = line[:4].upper(), self.server.boite
        if verb == "EHLO":
            self._say("250-essai\r\n250 8BITMIME")
        elif verb == "RCPT":
            self.addressee = line.partition("<")[2].partition(">")[0]
            if self.addressee in boite.hangs_up:
                return False
            self._say("550 refus" if self.addressee in boite.refuses else "250 oui")
        elif verb == "DATA":
            self._say("354 donnez")
            return self._receive(boite)
        elif verb == "QUIT":
            self._say("221 au revoir")
            return False
        else:
            self._say("250 oui")
        return True

    def _receive(self, boite: Boite) -> bool:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        boite.messages.append(message_from_bytes(b"".join(lines), policy=policy.default))
        if self.addressee in boite.forgets:
            return False
        self._say("250 pris")
        return True

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode("ascii"))


class ServeurDeCourriel:
    """The server, on a port that stays the same through ``stop`` and ``start``."""

    def __init__(self) -> None:
        self.boite = Boite()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._server = _Server(("127.0.0.1", self.port), _Dialogue)
        self._server.boite = self.boite
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True, name="smtp").start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
