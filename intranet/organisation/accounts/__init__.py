"""How people sign in, and which person a request or a socket belongs to."""
