"""Refusals that a person can read."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied


class ActionRefused(Exception):
    """An action cannot be done now: its message, in French, says why; nothing was changed."""

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class TooSoon(ActionRefused):
    """It may be done, later: too many acts came in a short time."""


class RightMissing(PermissionDenied):
    """A person may not do this; its message, in French, says why when it is not for want of a right, and is empty otherwise."""

    def __init__(self, what: str, message: str = "") -> None:
        super().__init__(what)
        self.message = message


class UnscopedQuery(RuntimeError):
    """Company data was read without saying for whom (AZ-3): a bug, never something a person did."""
