"""What a page looks like, and what one does there, is the same on both databases: it runs once."""

import pytest

from tests.conftest import Template, make_template


@pytest.fixture(scope="session")
def template(tmp_path_factory) -> Template:
    """A database with the cast in it, in a file of its own."""
    folder = tmp_path_factory.mktemp("shown")
    return make_template(f"sqlite:///{folder / 'cast.sqlite'}", folder)
