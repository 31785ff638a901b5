"""What is worked out once per case and kept in the process, when the case is told by a key rather than by the arguments."""

from __future__ import annotations

import marshal
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Memo(Generic[T]):
    """The last ``maxsize`` values asked for. The key must tell all that the value depends on."""

    def __init__(self, maxsize: int) -> None:
        self._maxsize, self._values, self._lock = maxsize, OrderedDict[Hashable, T](), threading.Lock()

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Return the value kept under a key, computed and kept when there is none."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = compute()
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._maxsize:
                self._values.popitem(last=False)
        return value


def content_key(document: Any) -> bytes:
    """Return what tells a JSON document from another: two that are equal, in the same order, have the same key."""
    return marshal.dumps(document, 2)  # the version that writes no reference: it depends on the content alone
