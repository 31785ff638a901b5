"""Dates, numbers and plurals as French readers write them; times are those of Paris."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from accounts.rules import elision

register = template.Library()
_BEFORE = re.compile(r" ([:;?!»])(?![\w:])")
_AFTER = re.compile(r"« ")


@register.filter
def date_fr(value: date | datetime | None) -> str:
    """JJ/MM/AAAA."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    return value.strftime("%d/%m/%Y")


@register.filter
def heure(value: datetime | None) -> str:
    """« 17 h 02 »."""
    if not isinstance(value, datetime):
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return _hour(local)


@register.filter
def date_relative(value: datetime | None) -> str:
    """« aujourd'hui à 17 h 02 », « hier à 9 h 30 », else « le 03/02/2026 à 9 h 30 »."""
    if not isinstance(value, datetime):
        return ""
    return _relative(timezone.localtime(value) if timezone.is_aware(value) else value, timezone.localdate())


def _relative(local: datetime, today: date) -> str:
    day = {0: "aujourd'hui", 1: "hier"}.get((today - local.date()).days)
    return f"{day} à {_hour(local)}" if day else _whole(local)


def _whole(local: datetime) -> str:
    return f"le {local.day:02}/{local.month:02}/{local.year} à {_hour(local)}"


def _hour(local: datetime) -> str:
    return f"{local.hour}\u00a0h\u00a0{local.minute:02}"


@register.filter
def date_heure(value: datetime | None) -> SafeString | str:
    """The relative date, with the whole of it on hover, on paper and for machines."""
    return _moment(value, timezone.localdate()) if isinstance(value, datetime) else ""


@lru_cache(maxsize=4096)
def _moment(value: datetime, today: date) -> SafeString:
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    words = f'<time datetime="{local.isoformat(timespec="seconds")}" title="{_whole(local)}">{_relative(local, today)}</time>'
    return SafeString(words)  # digits and our words


@register.filter
def mois(value: Any) -> str:
    """« mars 2027 » for a date or for « 2027-03 »; what is neither is given back."""
    if isinstance(value, date):
        year, month = value.year, value.month
    else:
        year_text, _, month_text = str(value).partition("-")
        if not (year_text.isdigit() and month_text.isdigit() and 1 <= int(month_text) <= 12):
            return str(value)
        year, month = int(year_text), int(month_text)
    return f"{MONTHS[month]} {year}".lower()


@register.filter
def decimal1(value: Any) -> str:
    """One decimal, with a comma, halves up as in the drawing of the radar; « — » when there is none (R-12)."""
    if value is None or value == "":
        return "—"
    return str(Decimal(repr(float(value))).quantize(Decimal("0.1"), ROUND_HALF_UP)).replace(".", ",")


@register.filter
def pluriel(count: Any, forms: str = ",s") -> str:
    """Choose between « singulier,pluriel »: in French, 0 and 1 are singular."""
    singular, _, plural = forms.partition(",")
    number = len(count) if hasattr(count, "__len__") else int(count or 0)
    return plural if number > 1 else singular


@register.filter(is_safe=True)
def insecables(value: Any) -> str:
    """Keep the signs of French beside their word, in texts that come from elsewhere than the templates; what is safe stays so."""
    text = _AFTER.sub("«\u00a0", _BEFORE.sub("\u00a0\\1", str(value)))
    return SafeString(text) if isinstance(value, SafeString) else text


@register.filter
def par_quatre(value: Any) -> SafeString:
    """Set a long key apart by groups of four, easier to copy by hand; what is copied holds no space."""
    text = str(value)
    return format_html_join(SafeString("<wbr>"), "<span>{}</span>", ((text[start : start + 4],) for start in range(0, len(text), 4)))


@register.filter
def de(name: Any) -> str:
    """« d'Inès Moreau », « de Claire Martin »."""
    return elision.de(name)


@register.filter
def que(name: Any) -> str:
    """« qu'Inès Moreau », « que Claire Martin »."""
    return elision.que(name)
