"""Capacity of one process: threads, sockets, and requests that are still arriving.

It imports nothing, because it is read at start-up, before gevent patches the standard library.
"""

MAX_THREADS = 320
MAX_SOCKETS_ON_THREADS = 300
MAX_SOCKETS_ON_GEVENT = 10_000
MAX_ARRIVING_REQUESTS = 1_000
"""Requests whose headers or small bodies are still arriving; beyond it the oldest is refused."""
MAX_LARGE_BODIES = 32
"""Large uploads read at the same time: fewer than there are connections to PostgreSQL."""
MAX_LARGE_BODIES_PER_ADDRESS = 12
MAX_SLOW_READERS = MAX_THREADS // 2
"""Responses that wait for slow readers; beyond it the slowest is disconnected."""
