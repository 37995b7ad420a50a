"""Libraries that few installations use are loaded when they are used."""

import subprocess
import sys

import pytest

from intranet.platform.core.late_imports import LateModule, without
from tests.cli.processes import environment

RARE = {
    *("OpenSSL", "PIL", "alembic", "boto3", "dns", "flask_migrate", "gevent", "ldap3", "lxml"),
    *("mako", "opentelemetry", "pygments.lexers.jvm", "pypdf", "redis", "reportlab", "sentry_sdk"),
    *("scim2_models", "scim2_server", "valkey", "webauthn", "webpush", "xlsxwriter", "xmlsec"),
}
START = """
import sys
from intranet.app import create_app
from intranet.cli import background, gunicorn_server
create_app()
print(*sys.modules)
"""


@pytest.mark.slow
def test_a_start_loads_no_library_that_few_use(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", START],
        env=environment(data_dir=tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )

    assert RARE & set(done.stdout.split()) == set()


def test_a_late_module_is_imported_when_something_of_it_is_read():
    late = LateModule("colorsys")
    sys.modules.pop("colorsys", None)

    assert "colorsys" not in sys.modules
    assert late.rgb_to_hsv(0, 0, 0) == (0.0, 0.0, 0)
    assert "colorsys" in sys.modules


def test_a_late_module_lacks_what_the_module_lacks():
    with pytest.raises(AttributeError, match="nothing_such"):
        _ = LateModule("colorsys").nothing_such


def test_without_a_module_imports_do_not_find_it_and_then_do():
    sys.modules.pop("colorsys", None)
    with without("colorsys"), pytest.raises(ImportError):
        import colorsys

    import colorsys

    assert colorsys.rgb_to_hsv(0, 0, 0) == (0.0, 0.0, 0)


def test_a_module_that_is_loaded_is_not_hidden():
    import colorsys

    with without("colorsys"):
        assert sys.modules["colorsys"] is colorsys
