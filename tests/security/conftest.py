"""One house for a module of the matrix: what is hidden there stays as it is."""

import pytest


@pytest.fixture(scope="module")
def matrix_app(template, tmp_path_factory):
    """The application on a database of the module's own."""
    from tests.conftest import make_house

    with make_house(template, tmp_path_factory.mktemp("matrix"), posts_per_10s=100_000) as made:
        yield made


@pytest.fixture(scope="module")
def matrix_cast(matrix_app, template):
    from tests.cast import Cast

    return Cast(matrix_app, template.ids)


@pytest.fixture(scope="module")
def world(matrix_app, matrix_cast):
    """What is hidden there, and from whom."""
    from tests.security.world import build

    return build(matrix_app, matrix_cast)
