"""The URLconf: every address has a name (AZ-1), and accounts are not opened by oneself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse


def walk(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns)
        else:
            yield pattern


def test_every_url_has_a_name():
    assert [str(pattern.pattern) for pattern in walk(get_resolver().url_patterns) if not pattern.name] == []


@pytest.mark.parametrize("name", ["account_signup", "account_email", "socialaccount_signup"])
def test_nobody_opens_or_readdresses_an_account_alone(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)
