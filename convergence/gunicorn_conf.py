"""How gunicorn serves the site, in the image, from ``make run`` and in the bench; where it listens is said by each.

The site is read once, before the processes part: what it holds is shared by them for as long as nobody writes to it (P20).
"""

from __future__ import annotations

import gc
from typing import Any

worker_class = "convergence.worker.Worker"
preload_app = True
limit_request_line = 8190
timeout = 60
control_socket_disable = True  # it would be opened in the home folder


def pre_fork(server: Any, worker: Any) -> None:
    """Read the addresses too, with all the views they name, and leave what is read out of reach of the collector, which writes to all it looks at."""
    from django.urls import get_resolver  # here: gunicorn reads this module before the site is there

    get_resolver().url_patterns  # noqa: B018
    gc.collect()
    gc.freeze()
