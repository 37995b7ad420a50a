"""The parts of python3-saml, imported at first use: with lxml and xmlsec they hold 11 MB."""

from importlib import import_module
from typing import Any

_MODULES = {
    "Auth": "auth",
    "Authn_Request": "authn_request",
    "Logout_Request": "logout_request",
    "Logout_Response": "logout_response",
    "Metadata": "metadata",
    "Response": "response",
    "Settings": "settings",
    "Utils": "utils",
    "XML": "xml_utils",
}


def __getattr__(name: str) -> Any:
    """Return a class of the library by its name without `OneLogin_Saml2_`."""
    if name not in _MODULES:
        raise AttributeError(name)
    return getattr(import_module(f"onelogin.saml2.{_MODULES[name]}"), f"OneLogin_Saml2_{name}")
