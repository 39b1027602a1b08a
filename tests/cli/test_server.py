"""Listening: every address of a name, or a line that says what to set."""

import errno
import os
import socket
from collections.abc import Mapping
from unittest.mock import Mock, create_autospec

import pytest

from app.assembly import Service
from app.cli.server import Server, address_of, listen
from app.core.errors import Misconfigured
from app.web.heads import BoundedHeads


class Network:
    """Play a machine: a name means these addresses, and listening fails where it is said how."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *addresses: str, fails: Mapping[str, int]) -> None:
        self.addresses, self.fails = addresses, fails
        self.listeners: list[Mock] = []
        monkeypatch.setattr(socket, "getaddrinfo", self._look_up)
        monkeypatch.setattr(socket, "create_server", self._listen)

    def _look_up(self, _host: str, _port: object, **_more: object) -> list[tuple[object, ...]]:
        families = {True: socket.AF_INET6, False: socket.AF_INET}
        return [(families[":" in one], socket.SOCK_STREAM, 6, "", (one, 0)) for one in self.addresses]

    def _listen(self, address: tuple[str, int], **_more: object) -> Mock:
        host, port = address
        if host in self.fails:
            raise OSError(self.fails[host], os.strerror(self.fails[host]))
        listener: Mock = create_autospec(socket.socket, instance=True)
        listener.getsockname.return_value = (host, port or 49_152 + len(self.listeners))
        self.listeners.append(listener)
        return listener


def test_it_answers_from_the_first_moment() -> None:
    """A webhook that comes during the start waits instead of being refused."""
    (listener,) = listen("127.0.0.1", 0)
    with listener, socket.create_connection(listener.getsockname(), timeout=5):
        assert address_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_every_address_of_a_name_is_listened_on_at_one_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """`localhost` is found by either of its addresses; each is listened on once."""
    Network(monkeypatch, "::1", "127.0.0.1", "::1", fails={})
    assert [address_of(one) for one in listen("localhost", 0)] == ["http://[::1]:49152", "http://127.0.0.1:49152"]


@pytest.mark.parametrize("code", [errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT])
def test_an_address_that_this_machine_has_not_is_passed_over(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """In many containers `localhost` has an address of version 6, and the machine has none."""
    Network(monkeypatch, "::1", "127.0.0.1", fails={"::1": code})
    assert [address_of(one) for one in listen("localhost", 80)] == ["http://127.0.0.1:80"]


def test_a_host_that_is_none_of_ours_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address of elsewhere and a name that means nothing are told alike."""
    network = Network(monkeypatch, "192.0.2.1", fails={"192.0.2.1": errno.EADDRNOTAVAIL})
    line = "^FOLLOWTHROUGH_HOST: elsewhere is no address of this machine; 127.0.0.1 is, and 0.0.0.0 means all$"
    with pytest.raises(Misconfigured, match=line):
        listen("elsewhere", 0)
    monkeypatch.setattr(socket, "getaddrinfo", Mock(side_effect=socket.gaierror(socket.EAI_NONAME, "not known")))
    with pytest.raises(Misconfigured, match=line):
        listen("elsewhere", 0)
    assert not network.listeners


def test_a_port_that_is_taken_is_told_and_nothing_is_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address that was free is given back."""
    network = Network(monkeypatch, "::1", "127.0.0.1", fails={"127.0.0.1": errno.EADDRINUSE})
    with pytest.raises(Misconfigured, match=r"^FOLLOWTHROUGH_PORT: 8080 is taken on localhost; "):
        listen("localhost", 8080)
    network.listeners[0].close.assert_called_once()


def test_a_port_that_only_root_may_have_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's word is passed on, with what helps."""
    Network(monkeypatch, "0.0.0.0", fails={"0.0.0.0": errno.EACCES})
    with pytest.raises(
        Misconfigured, match=r"^FOLLOWTHROUGH_PORT: cannot listen on 0.0.0.0, port 80: Permission denied"
    ):
        listen("0.0.0.0", 80)


def test_heads_are_bounded() -> None:
    """The service in earnest reads requests with the bounds on their heads."""
    service = create_autospec(Service, instance=True)
    assert Server(service, lambda _address: None).config.http is BoundedHeads
