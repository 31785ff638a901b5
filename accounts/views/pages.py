"""What the lists of the back-office share: one page of them."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest

PER_PAGE = 25


def page_of(request: HttpRequest, rows: Any, nom: str = "page", par_page: int = PER_PAGE) -> Page:
    """Give the page the address asks for, the first one when it asks for none.

    :raises Http404: no such page.
    """
    asked, paginator = request.GET.get(nom, "1"), Paginator(rows, par_page)
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10 and 1 <= int(asked) <= paginator.num_pages):
        raise Http404("page inconnue")
    return paginator.page(int(asked))
