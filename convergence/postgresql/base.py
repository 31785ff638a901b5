"""Where Django looks for a database backend: its own, that asks the server whether it is there only when there is a doubt."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, whose check of a kept connection (``CONN_HEALTH_CHECKS``) looks at the socket before it asks the server.

    A server that stops, restarts or ends a connection closes it, and a closed socket has something to read; one that is well and
    idle has nothing. The question Django sends at each request costs as much as a query of the page (PERFORMANCE, P1).
    """

    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        return not _has_news(self.connection.pgconn.socket) or super().is_usable()


def _has_news(socket: int) -> bool:
    """Tell whether a socket was closed at the other end, or brought what nobody asked for."""
    poll = select.poll()
    poll.register(socket, select.POLLIN)
    return bool(poll.poll(0))
