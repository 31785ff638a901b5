"""Giving a file that was received or made: as an attachment, which no cache keeps and no browser runs (FI-7)."""

from __future__ import annotations

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404


def give(fichier: FieldFile, *, nom: str, type_mime: str) -> FileResponse:
    """:raises Http404: the file is gone."""
    try:
        content = fichier.open("rb")
    except FileNotFoundError as error:
        raise Http404("fichier disparu") from error
    response = FileResponse(content, as_attachment=True, filename=nom, content_type=type_mime)
    response["Cache-Control"] = "no-store, private"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
