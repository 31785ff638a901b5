"""The fixtures of several tests of this room."""

from tests.catalog.paire import paire  # noqa: F401
