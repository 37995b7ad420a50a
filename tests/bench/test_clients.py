"""The clients that measure: what they count is what was sent to them."""

import socket
import threading
from contextlib import closing
from uuid import UUID

import pytest

from tools.bench.channel import _faults
from tools.bench.chat import Run, talk, talk_at_peak
from tools.bench.contenders import CONVERSATION, bare_loop
from tools.bench.sockets import BenchClientPool

pytestmark = pytest.mark.slow

UPGRADED = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"
STANDING = b'{"id":"%s","rev":3}' % str(CONVERSATION).encode()
HELLO = b'42["hello",{"padding":"%s","conversations":[%s]}]' % (b"x" * 60, STANDING)


def frame(text):
    assert len(text) > 125
    return b"\x81\x7e" + len(text).to_bytes(2, "big") + text


def posted(rev):
    body = b'{"rev":%d,"message":{"client_id":"%s","body":"' % (rev, str(UUID(int=rev)).encode())
    return frame(b'42["message:posted",' + body + b"x" * 60 + b'"}}]')


@pytest.fixture
def hears():
    """A client that is sent some bytes, in these parts, and then the end."""

    def client(*parts):
        with socket.create_server(("127.0.0.1", 0)) as listener:

            def serve():
                connection, _address = listener.accept()
                with connection:
                    connection.recv(4096)
                    connection.sendall(UPGRADED + frame(HELLO))
                    assert connection.recv(4096).endswith(b"40")
                    for part in parts:
                        connection.sendall(part)

            serving = threading.Thread(target=serve)
            serving.start()
            with closing(BenchClientPool(listener.getsockname(), CONVERSATION)) as pool:
                run = Run()
                pool.connect([""], run)
                while not run.cut_off:
                    pool.listen(1, run)
                serving.join()
                return pool.clients[0]

    return client


def test_what_comes_in_order_is_no_fault_however_it_is_cut(hears):
    stream = posted(4) + posted(5) + posted(6)

    client = hears(stream[:10], stream[10:250], stream[250:])

    assert (client.rev, client.missing, client.doubled, client.disordered) == (6, set(), 0, 0)
    assert not client.is_broken


@pytest.mark.parametrize(
    ("revs", "faults"),
    [
        ((4, 6), {"lost": 1, "doubled": 0, "disordered": 0}),
        ((4, 4, 5), {"lost": 0, "doubled": 1, "disordered": 0}),
        ((5, 4, 6), {"lost": 0, "doubled": 0, "disordered": 1}),
    ],
)
def test_what_is_lost_doubled_or_out_of_order_is_counted(hears, revs, faults):
    assert _faults([hears(*map(posted, revs))]) == faults


@pytest.mark.parametrize("missing", [1, 40])
def test_a_stream_that_lost_some_bytes_is_broken(hears, missing):
    whole = posted(4)

    client = hears(whole[:-missing] + posted(5) + posted(6))

    assert client.is_broken


def test_everybody_hears_everything_of_the_bare_loop():
    with (
        bare_loop().serves(10) as (program, room),
        closing(BenchClientPool((program.host, program.port), room.conversation_id)) as pool,
    ):
        pool.connect(room.cookies, Run())
        even, peak = Run(), Run()
        talk(pool, pool.clients, even, 20, per_second=200)
        talk_at_peak(pool, peak, 0.2)

        assert len(even.answered_after) == 20
        assert len(even.delivered_after) == 200
        assert len(peak.delivered_after) == 10 * len(peak.answered_after) > 0
        assert even.refused + peak.refused == 0
        assert _faults(pool.clients) == {"lost": 0, "doubled": 0, "disordered": 0}
