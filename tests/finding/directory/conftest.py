"""Pages of the directory, and how much they ask of the database."""

import pytest


@pytest.fixture
def page_of(client_of):
    """The text of a page as a person sees it, in English."""

    def read(person, address, status=200):
        mark = "&" if "?" in address else "?"
        answer = client_of(person).get(f"{address}{mark}lang=en")
        assert answer.status_code == status, answer.text
        return answer.text

    return read
