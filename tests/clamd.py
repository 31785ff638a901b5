"""A real ClamAV, with signatures of the tests alone: it starts in a moment, and knows EICAR and a marker of ours."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

# In pieces, so that no scanner of files takes this one for what it tests.
EICAR = ("X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*").encode()
MARQUE = b"marque-" + b"infectee-" + b"des-essais"

CONF = """LocalSocket {socket}
DatabaseDirectory {signatures}
Foreground yes
{user}
StreamMaxLength 11M
MaxFileSize 12M
MaxScanSize 40M
AlertExceedsMax yes
AlertEncrypted yes
LogFile {log}
"""


class Clamd:
    """The daemon, on a Unix socket that stays the same through ``stop`` and ``start``."""

    def __init__(self, command: str) -> None:
        self.command, self.folder = command, Path(tempfile.mkdtemp(prefix="clamd-"))
        signatures = self.folder / "signatures"
        signatures.mkdir()
        (signatures / "essais.hdb").write_text(f"{hashlib.md5(EICAR).hexdigest()}:{len(EICAR)}:Essai.EICAR\n")
        (signatures / "essais.ndb").write_text(f"Essai.EICAR.Contenu:0:*:{EICAR.hex()}\nEssai.Marque:0:*:{MARQUE.hex()}\n")
        self.socket = str(self.folder / "clamd.sock")
        user = "User root" if os.geteuid() == 0 else ""
        self.conf = self.folder / "clamd.conf"
        self.conf.write_text(CONF.format(socket=self.socket, signatures=signatures, user=user, log=self.folder / "clamd.log"))
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        Path(self.socket).unlink(missing_ok=True)
        self.process = subprocess.Popen([self.command, "--config-file", str(self.conf)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        limit = time.monotonic() + 20
        while not self.answers():
            assert self.process.poll() is None and time.monotonic() < limit, (self.folder / "clamd.log").read_text(errors="replace")
            time.sleep(0.05)

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as line:
            return line.connect_ex(self.socket) == 0

    def stop(self) -> None:
        """Kill it, as a breakdown would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def open_clamd() -> Clamd:
    """Start it; without the program the test is skipped, or fails where everything must run."""
    command = shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if command is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("clamd est introuvable : installez le paquet clamav-daemon.")
    return Clamd(command)
