"""The broker of the embedded mode: kombu's folder of messages, with messages that appear whole.

Kombu opens the file of a message under its final name, then writes it: a worker that looks at that instant reads half a
message and stops for good. Here the file takes its name once it is written.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps

READINGS = 50


class Channel(filesystem.Channel):
    def get_table(self, exchange: str) -> Any:
        """Read which queues an exchange serves; kombu writes that file in place, so a half-written one is read again."""
        return _until_whole(lambda: filesystem.Channel.get_table(self, exchange))

    def queue_bind(self, queue: str, exchange: str, routing_key: str = "", arguments: Any = None, **kwargs: Any) -> None:
        """Bind a queue; kombu takes it for bound as soon as another thread begins to, and would drop what this one sends meanwhile."""
        is_believed_bound = self.state.has_binding(queue, exchange, routing_key)
        super().queue_bind(queue, exchange, routing_key, arguments, **kwargs)
        if is_believed_bound:
            self._queue_bind(exchange, *self.typeof(exchange).prepare_bind(queue, exchange, routing_key, arguments))

    def _queue_bind(self, *args: Any) -> None:
        """Bind a queue to an exchange: the same file, read before it is written."""
        _until_whole(lambda: filesystem.Channel._queue_bind(self, *args))

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:
        """Put a message onto a queue, at once and whole; named as kombu names it, so that kombu finds it."""
        path = os.path.join(self.data_folder_out, f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg")
        try:
            with open(f"{path}.part", "wb", buffering=0) as file:
                file.write(str_to_bytes(dumps(payload)))
            os.replace(f"{path}.part", path)
        except OSError as error:
            raise ChannelError(f"Cannot add file {path!r} to directory") from error


def _until_whole(read: Callable[[], Any]) -> Any:
    """Do what reads a file that another process may be writing, again when it was met half-written."""
    for _ in range(READINGS):
        try:
            return read()
        except ValueError:
            sleep(0.01)
    return read()


class Transport(filesystem.Transport):
    Channel = Channel


TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
