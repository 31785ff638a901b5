"""The folder of messages of the embedded mode: a message appears whole, or not at all (JB-1)."""

import threading
import time

import pytest
from kombu import Connection
from kombu.exceptions import ChannelError
from kombu.transport import filesystem

from convergence import courtier


@pytest.fixture
def folder(tmp_path):
    for name in ("messages", "controle"):
        (tmp_path / name).mkdir()
    return tmp_path


def connection(folder):
    messages, control = str(folder / "messages"), str(folder / "controle")
    options = {"data_folder_in": messages, "data_folder_out": messages, "control_folder": control, "polling_interval": 0.001}
    return Connection("filesystem://", transport_options=options)


def test_the_site_uses_it(folder):
    with connection(folder) as link:
        assert isinstance(link.transport, courtier.Transport)


def test_a_reader_never_meets_half_a_message(folder):
    """JB-1: one writes large messages while another reads without a pause; each is read once, whole."""
    count, heavy = 60, "é" * 200_000
    read = []

    def consume():
        with connection(folder) as link:
            queue = link.SimpleQueue("essai")
            while len(read) < count:
                message = queue.get(timeout=20)
                read.append(message.payload["numero"])
                message.ack()

    reader = threading.Thread(target=consume)
    reader.start()
    with connection(folder) as link:
        queue = link.SimpleQueue("essai")
        for number in range(count):
            queue.put({"numero": number, "texte": heavy})
    reader.join(60)
    assert sorted(read) == list(range(count))
    assert not list((folder / "messages").iterdir())


def test_a_message_waits_for_the_queue_another_thread_declares(folder, monkeypatch):
    """JB-1: kombu takes a queue for declared as soon as one thread begins to, and would drop what another sends meanwhile."""
    begun, bind = threading.Event(), filesystem.Channel._queue_bind

    def bind_slowly(channel, *args):
        begun.set()
        time.sleep(0.5)
        bind(channel, *args)

    def declare():
        with connection(folder) as link:
            link.SimpleQueue("neuve")

    monkeypatch.setattr(filesystem.Channel, "_queue_bind", bind_slowly)
    other = threading.Thread(target=declare)
    other.start()
    assert begun.wait(10)
    with connection(folder) as link:
        link.SimpleQueue("neuve").put({"numero": 1})
    other.join(10)
    assert len(list((folder / "messages").iterdir())) == 1


def test_a_folder_that_is_gone_is_told(folder):
    with connection(folder) as link:
        channel = link.channel()
        (folder / "messages").rmdir()
        with pytest.raises(ChannelError):
            channel._put("essai", {})
