"""SAML 2.0: people sign in by a provider of their agency that signs statements about them."""
