"""Bounding what is uploaded while it arrives (FI-2): no page needs more, and nobody fills the disk."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from .inspection import MAX_BYTES

MAX_BODY = 2 * MAX_BYTES


class BoundedUploadHandler(FileUploadHandler):
    """Drop a file once it reaches 10 MiB, and say so to the page: ``oversized(request)``; it comes first of the handlers."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None) -> None:
        """:raises RequestDataTooBig: a body that no page of ours sends."""
        if content_length > MAX_BODY:
            raise RequestDataTooBig("corps de requête trop volumineux")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) >= MAX_BYTES:
            self.request.oversized_fields = oversized(self.request) | {self.field_name}
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def oversized(request: Any) -> frozenset[str]:
    """Name the fields whose file was dropped because of its size."""
    return getattr(request, "oversized_fields", frozenset())
