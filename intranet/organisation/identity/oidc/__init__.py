"""OpenID Connect: discovery, code with PKCE and nonce, rotation of keys, sign-out both ways."""
