"""How many one process serves at once.

It stands alone: who starts the server reads it before gevent takes over, and imports nothing else.
"""

THREADS = 320
SOCKETS_ON_THREADS = 300
SOCKETS_ON_GEVENT = 10_000
