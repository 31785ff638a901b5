"""Turn a page into a tagged PDF, in a process of its own (JB-6, XP-2).

Run as a script by ``pdf.render``: it reads one JSON object ``{"html": …, "css": …}`` on standard input and writes the PDF
on standard output. Before anything is read, the process gives up what it could misuse: one gigabyte of memory, a minute
of computing, no core file, no network. It knows neither Django nor the settings, so it holds no secret either.
"""

from __future__ import annotations

import json
import logging
import resource
import socket
import sys
from typing import Any, NoReturn

MEMORY_BYTES = 1024**3
CPU_SECONDS = 60


def confine() -> None:
    """Give up memory, time and network; cannot be undone by what follows."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    socket.socket = _NoSocket  # type: ignore[misc]
    socket.create_connection = _no_network  # type: ignore[assignment]


class _NoSocket(socket.socket):
    """A socket that cannot be opened; still a class, as libraries inherit from it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        _no_network()


def _no_network(*args: Any, **kwargs: Any) -> NoReturn:
    raise OSError("Le rendu d'un document n'a pas accès au réseau.")


def to_pdf(html: str, css: str) -> bytes:
    """Return the PDF/UA-1 of a page; only ``data:`` addresses are fetched, any other is left out (XP-2)."""
    from weasyprint import CSS, HTML  # here: after the limits, so that they hold for the libraries too
    from weasyprint.urls import URLFetcher

    class DataOnly(URLFetcher):
        """Allow-list of one scheme: neither file, nor network."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if not url.startswith("data:"):
                raise ValueError(f"adresse refusée : {url[:200]}")
            return super().fetch(url, headers)

    fetcher = DataOnly(allowed_protocols=["data"], allow_redirects=False)
    sheet = CSS(string=css, url_fetcher=fetcher)
    return HTML(string=html, url_fetcher=fetcher).write_pdf(stylesheets=[sheet], pdf_variant="pdf/ua-1")


def main() -> None:
    """Read the page, write the PDF; what is refused goes to standard error."""
    confine()
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR)
    page = json.load(sys.stdin)
    sys.stdout.buffer.write(to_pdf(page["html"], page["css"]))


if __name__ == "__main__":
    main()
