"""What a page looks like, and what one does there, is the same on both databases: it runs once."""

import os
from pathlib import Path

import pytest

from tests.browser.demonstration import demonstration, load_into
from tests.conftest import Template, make_template
from tools.programs import exclusive


@pytest.fixture(scope="session")
def template(tmp_path_factory) -> Template:
    """A database with the cast in it, in a file of its own."""
    folder = tmp_path_factory.mktemp("shown")
    return make_template(f"sqlite:///{folder / 'cast.sqlite'}", folder)


@pytest.fixture(scope="session")
def loaded_demonstration(tmp_path_factory) -> Path:
    """The folder of the demonstration: whichever process of the run is first loads it for all."""
    base: Path = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demonstration"
    with exclusive("demonstration"):
        folder.mkdir(exist_ok=True)
        load_into(folder)
    return folder


@pytest.fixture(scope="module")
def demo(loaded_demonstration, tmp_path_factory, browser):
    """The demonstration, served once for a file."""
    with demonstration(loaded_demonstration, tmp_path_factory.mktemp("shown"), browser) as made:
        yield made
