"""Files, push notifications and the socket server."""
