"""Slowing down those who guess passwords (AU-2): per account and address, so that a stranger cannot lock somebody else out."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache

from ..rules.identity import identity_key

FREE_TRIES = 5
FIRST_DELAY = 60
MAX_TRIES = 25
WINDOW = 24 * 3600
ADDRESS_TRIES = 100  # failures from one address on any accounts, in an hour
ADDRESS_WINDOW = 3600


def consume(login: str, adresse: str) -> float:
    """Count a try before the password is looked at; give the seconds to wait when it may not take place, else 0."""
    pair, everybody = _key(login, adresse), _key("", adresse)
    with _locked(everybody):  # a pair is tried from its address: one lock holds both
        known = cache.get_many([pair, everybody])
        tries, failures = _since(known.get(pair), WINDOW), _since(known.get(everybody), ADDRESS_WINDOW)
        if wait := _address_wait(failures) or _pair_wait(tries):
            return wait
        cache.set(pair, [*tries, time.time()], WINDOW)
        cache.set(everybody, [*failures, time.time()], ADDRESS_WINDOW)
    return 0


def forgive(login: str, adresse: str) -> None:
    """Forget the failures of the pair after a success, and the try just counted against the address."""
    everybody = _key("", adresse)
    with _locked(everybody, forget=_key(login, adresse)):
        cache.set(everybody, _since(cache.get(everybody), ADDRESS_WINDOW)[:-1], ADDRESS_WINDOW)


def allow(act: str, who: str, *, limit: int, window: int) -> bool:
    """Count an act of somebody; False, and not counted, when it would be one too many in ``window`` seconds (ACC-2)."""
    key = _key(f"{act}:{who}", "")
    with _locked(key):
        acts = _since(cache.get(key), window)
        if len(acts) >= limit:
            return False
        cache.set(key, [*acts, time.time()], window)
    return True


def _pair_wait(history: list[float]) -> float:
    """One minute after five failures, then twice as long each time; never more than 25 tries in a day."""
    if len(history) < FREE_TRIES:
        return 0
    until = history[-1] + FIRST_DELAY * 2 ** (len(history) - FREE_TRIES)
    if len(history) >= MAX_TRIES:
        until = max(until, history[-MAX_TRIES] + WINDOW)
    return max(0, min(until, history[-1] + WINDOW) - time.time())


def _address_wait(history: list[float]) -> float:
    return max(0, history[-ADDRESS_TRIES] + ADDRESS_WINDOW - time.time()) if len(history) >= ADDRESS_TRIES else 0


def _since(history: list[float] | None, window: int) -> list[float]:
    limit = time.time() - window
    return [at for at in history or () if at > limit]


def _key(login: str, adresse: str) -> str:
    """Name the counter without keeping the login or the address in clear in the cache."""
    return "essais:" + hashlib.sha256(f"{identity_key(login)}\n{adresse}".encode("utf-8", "replace")).hexdigest()


@contextmanager
def _locked(key: str, *, forget: str = "") -> Iterator[None]:
    """Serialise tries on one counter, for a second at most: a forgotten lock lets go by itself. ``forget`` names another that goes with it."""
    lock, limit = f"{key}:verrou", time.monotonic() + 1
    while not cache.add(lock, 1, 5) and time.monotonic() < limit:
        time.sleep(0.01)
    try:
        yield
    finally:
        cache.delete_many([lock, forget] if forget else [lock])
