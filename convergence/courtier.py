"""The broker of the embedded mode: kombu's folder of messages, with messages that appear whole.

Kombu opens the file of a message under its final name, then writes it: a worker that looks at that instant reads half a
message and stops for good. Here the file takes its name once it is written.
"""

from __future__ import annotations

import os
import uuid
from time import monotonic
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:
        """Put a message onto a queue, at once and whole; named as kombu names it, so that kombu finds it."""
        path = os.path.join(self.data_folder_out, f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg")
        try:
            with open(f"{path}.part", "wb", buffering=0) as file:
                file.write(str_to_bytes(dumps(payload)))
            os.replace(f"{path}.part", path)
        except OSError as error:
            raise ChannelError(f"Cannot add file {path!r} to directory") from error


class Transport(filesystem.Transport):
    Channel = Channel


TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
