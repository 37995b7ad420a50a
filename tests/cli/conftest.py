"""Empty places for installations."""

import pytest

from tests.cli.places import Place


@pytest.fixture(scope="module")
def new_place(new_database_url, tmp_path_factory, database):
    """Makes empty places: a data folder that is not there yet and an empty database."""

    def make():
        folder = tmp_path_factory.mktemp("places") / "place"
        url = f"sqlite:///{folder}/intranet.sqlite" if database == "sqlite" else new_database_url()
        return Place({"data_dir": str(folder), "database_url": url})

    return make
