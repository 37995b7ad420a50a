"""What is used of the inside of the libraries, each named, so that an upgrade fails loudly here."""

import inspect

import engineio
import engineio.server
import engineio.socket
import flask_socketio
import pytest
import socketio
import socketio.base_manager

from intranet.delivery.realtime.manager import Manager
from intranet.delivery.realtime.session import Session
from intranet.delivery.realtime.transport import WebSocket


def source(thing):
    return inspect.getsource(thing)


def test_engineio_takes_the_queue_and_the_websocket_from_a_table_of_the_server():
    assert "self._async['queue']" in source(engineio.server.Server.create_queue)
    assert "self.server.create_queue()" in source(engineio.base_socket.BaseSocket.__init__)
    upgrade = source(engineio.socket.Socket._upgrade_websocket)
    assert "self.server._async['websocket'](" in upgrade
    assert "self._websocket_handler, self.server)" in upgrade
    assert "return ws(environ, start_response)" in upgrade


def test_engineio_hands_the_websocket_a_method_of_its_socket():
    assert "handler.__self__" in source(WebSocket.__init__)
    assert inspect.isfunction(engineio.socket.Socket._websocket_handler)
    assert list(inspect.signature(engineio.socket.Socket._websocket_handler).parameters) == [
        "self",
        "ws",
    ]


def test_the_writer_of_engineio_ends_where_nothing_is_to_be_written():
    handler = source(engineio.socket.Socket._websocket_handler)
    assert "packets = self.poll()\n                except exceptions.QueueEmpty:" in handler
    assert "ws.close()" in handler
    assert "self.queue.put(None)" in handler
    assert "except queue_empty:\n            raise exceptions.QueueEmpty()" in source(
        engineio.socket.Socket.poll
    )
    assert "self.queue.put(None)" in source(engineio.socket.Socket.close)


def test_engineio_starts_a_task_for_each_ping():
    schedule = source(engineio.socket.Socket.schedule_ping)
    assert "self.server.start_background_task(self._send_ping)" in schedule
    ping = source(engineio.socket.Socket._send_ping)
    assert "self.server.sleep(self.server.ping_interval)" in ping
    assert "if not self.closing and not self.closed:" in ping
    assert "self.last_ping = time.time()" in ping
    assert "self.send(packet.Packet(packet.PING))" in ping


def test_engineio_writes_by_putting_into_the_queue():
    assert "self.queue.put(pkt)" in source(engineio.socket.Socket.send)
    for name in ("put", "get", "task_done", "join"):
        assert callable(getattr(Session, name))


def test_socketio_takes_packets_where_we_stand_before_it():
    assert list(inspect.signature(socketio.Server._handle_eio_message).parameters) == [
        "self",
        "eio_sid",
        "data",
    ]
    assert "self.environ[eio_sid] = environ" in source(socketio.Server._handle_eio_connect)


@pytest.mark.parametrize(
    "name",
    [
        *("pre_connect", "connect", "pre_disconnect", "basic_disconnect", "basic_leave_room"),
        *("eio_sid_from_sid",),
    ],
)
def test_the_list_of_clients_has_the_methods_that_ours_stands_before(name):
    ours = inspect.signature(getattr(Manager, name)).parameters
    theirs = inspect.signature(getattr(socketio.base_manager.BaseManager, name)).parameters
    assert list(ours)[:3] == list(theirs)[:3]


def test_flask_socketio_hands_on_what_it_does_not_know():
    assert "self.server = socketio.Server(**self.server_options)" in source(
        flask_socketio.SocketIO.init_app
    )


def test_the_table_of_the_libraries_is_not_changed_for_others(app):
    from engineio.async_drivers.threading import _async

    ours = app.extensions["realtime"]._server.eio._async
    assert ours["queue"].func is Session
    assert _async["queue"] is not ours["queue"]


def test_a_handshake_by_poll_is_answered_with_what_was_put_until_then():
    connect = source(engineio.server.Server._handle_connect)
    assert "s.send(pkt)" in connect
    assert "self._trigger_event('connect', sid, environ, run_async=False)" in connect
    assert connect.index("s.send(pkt)") < connect.index("'connect'") < connect.index("s.poll()")
    assert "s.connected = True" in connect
    assert list(engineio.Server.event_names) == ["connect", "disconnect", "message"]


def test_an_upgrade_says_when_a_websocket_is_tried_and_when_it_is_there():
    handler = source(engineio.socket.Socket._websocket_handler)
    assert "if self.connected:" in handler
    tried = handler.index("ws.send(packet.Packet(packet.PONG, data='probe').encode())")
    told = handler.index("self.queue.put(packet.Packet(packet.NOOP))")
    there = handler.index("if decoded_pkt.packet_type != packet.UPGRADE:")
    assert tried < told < there < handler.index("self.upgraded = True")
    assert handler.count("self.upgrading = False\n                return []") == 2


def test_an_end_is_told_once_and_puts_the_last_packet():
    close = source(engineio.socket.Socket.close)
    assert "if not self.closed and not self.closing:" in close
    assert close.index("'disconnect'") < close.index("self.queue.put(None)")
    receive = source(engineio.socket.Socket.receive)
    assert "self.server._trigger_event('message', self.sid, pkt.data," in receive
    assert engineio.packet.Packet(encoded_packet='42["a"]').data == '2["a"]'
