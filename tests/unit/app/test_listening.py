"""An address that cannot be listened on is told with its reason and the setting that changes it."""

import socket

import pytest

from bot.listening import AddressSettings, CannotListen, listen


def test_a_free_port_is_taken() -> None:
    with listen("127.0.0.1", 0) as taken:
        assert taken.getsockname()[1] > 0


def test_a_taken_port_is_told_with_the_setting_that_changes_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(CannotListen, match="another program has taken the port") as refused:
            listen("127.0.0.1", port)

    assert f"127.0.0.1, port {port}" in str(refused.value)
    assert "REFUNDBOT_PORT=" in str(refused.value)


def test_another_server_names_its_own_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(CannotListen, match="REFUNDBOT_ACTIONS__PORT="):
        listen("127.0.0.1", other.getsockname()[1], AddressSettings(port="REFUNDBOT_ACTIONS__PORT"))


def test_an_address_of_another_machine_is_told_with_the_hosts_setting() -> None:
    with pytest.raises(CannotListen, match="REFUNDBOT_HOST"):
        listen("192.0.2.1", 8_080)


def test_a_name_that_nobody_knows_is_told_with_the_hosts_setting() -> None:
    with pytest.raises(CannotListen, match="REFUNDBOT_HOST"):
        listen("no-such-host.invalid", 8_080)


def test_a_port_that_is_shared_is_shared_with_those_alone_who_share_it() -> None:
    with listen("127.0.0.1", 0, is_shared=True) as old:
        port = old.getsockname()[1]
        old.listen()
        with listen("127.0.0.1", port, is_shared=True) as new:
            assert new.getsockname()[1] == port
        with pytest.raises(CannotListen, match="another program has taken the port"):
            listen("127.0.0.1", port)
