"""What is used of the inside of the libraries, each named, so that an upgrade fails loudly here."""

import inspect

import engineio
import engineio.server
import engineio.socket
import flask_socketio
import pytest
import socketio
import socketio.base_manager

from intranet.realtime.manager import Manager
from intranet.realtime.transport import PacketQueue, WebSocket


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
        assert callable(getattr(PacketQueue, name))


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

    assert _async["queue"] is not PacketQueue
    assert app.extensions["realtime"]._server.eio._async["queue"] is PacketQueue


def test_the_stock_path_finds_what_it_stands_on():
    from engineio.async_drivers import _websocket_wsgi, gevent, threading

    for driver in (gevent, threading):
        assert {"queue", "websocket"} <= set(driver._async)
        assert issubclass(driver._async["websocket"], _websocket_wsgi.SimpleWebSocketWSGI)
    assert "simple_websocket.Server(environ, **self.server_args)" in source(
        _websocket_wsgi.SimpleWebSocketWSGI
    )
    assert "raise exceptions.SocketIsClosedError()" in source(
        engineio.socket.Socket.check_ping_timeout
    )
    assert engineio.packet.Packet(engineio.packet.MESSAGE, "2[]").encode() == "42[]"
