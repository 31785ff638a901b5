"""Prepare the site, then keep it and its worker alive until told to stop. Uses the standard library alone."""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
DEFAULT_PORT = 8000
START_SECONDS = 60
STOP_SECONDS = 25
MAX_RESTARTS = 5  # within RESTART_WINDOW seconds: beyond, restarting only hides the cause
RESTART_WINDOW = 60
PR_SET_PDEATHSIG = 1


class Stop(Exception):
    """Somebody asked for the end."""


@dataclass
class Child:
    """A process kept alive, whose output goes to its own file."""

    name: str
    command: list[str]
    log: Path
    process: subprocess.Popen | None = None
    starts: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.starts.append(time.monotonic())
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, preexec_fn=_die_with_parent
            )

    def is_dead(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def restart(self) -> None:
        """:raises SystemExit: the process cannot stay up."""
        now = time.monotonic()
        self.starts = [moment for moment in self.starts if now - moment < RESTART_WINDOW]
        if len(self.starts) > MAX_RESTARTS:
            sys.exit(f"{self.name} s'arrête sans cesse ; voyez {self.log}")
        say(f"{self.name} s'est arrêté (code {self.process.returncode}) : redémarrage.")
        self.kill_group()
        time.sleep(min(len(self.starts), MAX_RESTARTS))
        self.start()

    def kill_group(self) -> None:
        """End what the process left behind: orphans would keep the port, or take jobs beside the new one."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def signal(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def finish(self, limit: float) -> None:
        """Wait for the end until ``limit``, then kill what remains of the group."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.kill_group()
            self.process.wait()


def main() -> None:
    var_dir = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
    lock = hold(var_dir)
    port = choose_port()
    address = f"http://{'localhost' if host() in ('127.0.0.1', '0.0.0.0') else host()}:{port}"
    os.environ.update(VAR_DIR=str(var_dir), BASE_URL=os.environ.get("BASE_URL") or address, DJANGO_SETTINGS_MODULE="convergence.settings")
    os.environ.setdefault("CONVERGENCE_DEMO", "1")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    try:
        accounts = prepare()
        supervise(children(port, var_dir), address, accounts)
    except Stop:
        pass
    finally:
        lock.close()


def hold(var_dir: Path):
    """Keep the folder of variable data for this process alone.

    :raises SystemExit: another site runs from the same folder.
    """
    var_dir.mkdir(parents=True, exist_ok=True)
    lock = (var_dir / "serveur.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        sys.exit(f"Le site tourne déjà depuis le dossier {var_dir}. Arrêtez-le, ou donnez un autre dossier : VAR_DIR=… make run")
    return lock


def choose_port() -> int:
    """Take ``PORT``, else 8000, else the next free one.

    :raises SystemExit: ``PORT`` is no port, or is taken.
    """
    asked = os.environ.get("PORT", "")
    if asked:
        if not asked.isdecimal() or not 0 < int(asked) < 65536:
            sys.exit(f"PORT={asked} n'est pas un numéro de port (1 à 65535).")
        if not is_free(int(asked)):
            sys.exit(f"Le port {asked} n'est pas disponible. Choisissez-en un autre : PORT=8080 make run")
        return int(asked)
    for port in range(DEFAULT_PORT, DEFAULT_PORT + 50):
        if is_free(port):
            if port != DEFAULT_PORT:
                say(f"Le port {DEFAULT_PORT} est déjà pris : le site répondra sur le port {port}.")
            return port
    sys.exit("Aucun port libre entre 8000 et 8049. Choisissez-en un : PORT=9000 make run")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host(), port))
        except OSError:
            return False
    return True


def host() -> str:
    return os.environ.get("HOST") or "127.0.0.1"


def prepare() -> str:
    """Bring everything up to date and give the text of the demo accounts.

    :raises SystemExit: a step failed; its own words are already on the screen.
    """
    command = [sys.executable, str(ROOT / "scripts" / "preparer.py")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=_die_with_parent)
    try:
        accounts, _ = process.communicate()
    except Stop:
        process.terminate()
        process.wait()
        raise
    if process.returncode:
        sys.exit("La préparation du site a échoué ; le message ci-dessus dit pourquoi.")
    return accounts


def children(port: int, var_dir: Path) -> list[Child]:
    logs = var_dir / "journaux"
    logs.mkdir(exist_ok=True)
    # Two synchronous processes: one that waits leaves the other to answer.
    web = [str(BIN / "gunicorn"), "convergence.wsgi", "--config", "python:convergence.gunicorn_conf", "--workers", "2", "--bind", f"{host()}:{port}"]
    worker = [str(BIN / "celery"), "-A", "convergence", "worker", "--beat", "--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    found = [Child("Le site", web, logs / "site.log"), Child("Le traitement des tâches", worker, logs / "taches.log")]
    for child in found:
        child.log.write_bytes(b"")
    return found


def supervise(processes: list[Child], address: str, accounts: str) -> None:
    """Start the processes, say where the site is, restart what dies, stop everything when asked."""
    try:
        for child in processes:
            child.start()
        wait_until_it_answers(processes[0], address)
        welcome(address, accounts, processes)
        while True:
            time.sleep(0.5)
            for child in processes:
                if child.is_dead():
                    child.restart()
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)  # the stop itself is not interrupted
        for child in processes:
            child.signal(signal.SIGTERM)
        limit = time.monotonic() + STOP_SECONDS
        for child in processes:
            child.finish(limit)
        say("Le site est arrêté.")


def wait_until_it_answers(web: Child, address: str) -> None:
    """:raises SystemExit: the site died or did not answer in time."""
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit:
        try:
            with urllib.request.urlopen(f"{address}/pret", timeout=5):
                return
        except OSError:
            if web.is_dead():
                break
            time.sleep(0.2)
    sys.exit(f"Le site n'a pas démarré :\n{web.log.read_text(errors='replace')[-4000:]}")


def welcome(address: str, accounts: str, processes: list[Child]) -> None:
    say("")
    say(f"Convergence répond à l'adresse : {address}/")
    if accounts.strip():
        say("\nComptes de démonstration (identifiant, mot de passe, rôle) :")
        say("\n".join(f"  {line}" for line in accounts.strip().splitlines()))
    say(f"\nJournaux : {', '.join(str(child.log) for child in processes)}")
    say("Ctrl-C pour arrêter.")


def say(text: str) -> None:
    print(text, flush=True)


def _stop(number: int, frame: object) -> None:
    raise Stop


def _die_with_parent() -> None:
    """Let the kernel end the child if this process is killed without a chance to stop it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    main()
