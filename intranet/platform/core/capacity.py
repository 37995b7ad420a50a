"""How many one process serves at once.

It stands alone: who starts the server reads it before gevent takes over, and imports nothing else.
"""

THREADS = 320
SOCKETS_ON_THREADS = 300
SOCKETS_ON_GEVENT = 10_000
ARRIVING = 1_000
"""Requests whose headers or small bodies are still on their way; then the oldest is left."""
LARGE_BODIES = 32
"""Uploads that are read at once: fewer than there are connections to PostgreSQL."""
LARGE_BODIES_OF_AN_ADDRESS = 12
SLOW_READERS = THREADS // 2
"""Answers that wait at once for readers who take them slowly; then the slowest is left."""
