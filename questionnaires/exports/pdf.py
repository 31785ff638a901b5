"""The PDF of a page, made by a child process with limits (JB-6, XP-2)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

SECONDS = 60
SCRIPT = Path(__file__).with_name("rendu_pdf.py")
KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "FONTCONFIG_PATH", "FONTCONFIG_FILE", "XDG_CACHE_HOME")


class RenduImpossible(Exception):
    """The child died, or took too long or too much memory."""


def render(html: str, css: str) -> bytes:
    """Return the tagged PDF of a page.

    :raises RenduImpossible: nothing came out within the limits.
    """
    page = json.dumps({"html": html, "css": css}).encode()
    with tempfile.TemporaryDirectory(prefix="rendu-") as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(SCRIPT)], input=page, capture_output=True, timeout=SECONDS, cwd=folder, env=_environment(folder), check=False
            )
        except subprocess.TimeoutExpired as error:
            raise RenduImpossible(f"le rendu dépasse {SECONDS} secondes") from error
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise RenduImpossible(f"code {done.returncode} : {done.stderr.decode(errors='replace')[-500:]}")
    return done.stdout


def _environment(folder: str) -> dict[str, str]:
    """Return what the child needs to know, and no secret of ours."""
    known = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    return known | {"HOME": folder, "LANG": "C.UTF-8"}
