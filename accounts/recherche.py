"""Searching rows by words, alike on every list and on both databases: in any order, whatever the accents and the capitals (adr/0010)."""

from __future__ import annotations

from django.db.models import Q

from .rules.texte import motif, plain

MOTS = 5


def words_of(asked: str) -> list[str]:
    """Split what is asked into words, plain; those beyond the fifth are left aside."""
    return plain(asked).split()[:MOTS]


def holds(word: str, *fields: str) -> Q:
    """Say which rows hold a word in one of these fields."""
    return Q(*((f"{field}__regex", motif(word)) for field in fields), _connector=Q.OR)


def holds_all(asked: str, *fields: str) -> Q:
    """Say which rows hold each of the words asked for, each in any of these fields."""
    return Q(*(holds(word, *fields) for word in words_of(asked)))


def is_reference(word: str, field: str = "pk") -> Q:
    """Say which row a word is the number of; neutral when it is none."""
    return Q((field, int(word))) if word.isascii() and word.isdigit() and len(word) < 12 else Q()


def reads(words: str, field: str) -> Q:
    """Say which rows have these very words in a field, written otherwise or not."""
    return Q((f"{field}__regex", motif(words, whole=True)))
