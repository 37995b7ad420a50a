"""`intranet shell`: a prompt that knows the application."""

import sys

import pytest
from click.testing import CliRunner

from intranet.cli import shell as module
from intranet.extensions import Model


@pytest.fixture
def at_prompt(new_migrated_url, tmp_path, monkeypatch):
    """Type lines at the prompt, on an empty site; give what it said."""
    monkeypatch.delattr(sys, "__interactivehook__", raising=False)  # it keeps what was typed
    settings = {
        "INTRANET_DATA_DIR": str(tmp_path / "data"),
        "INTRANET_DATABASE_URL": new_migrated_url(),
    }

    def typed(*lines):
        text = "".join(f"{line}\n" for line in lines)
        return CliRunner().invoke(module.shell, [], input=text, env=settings)

    return typed


def test_the_prompt_has_the_database_and_the_models(at_prompt):
    done = at_prompt(
        "print('people:', db.session.scalar(select(func.count()).select_from(Person)))",
        "print(app.name, Unit.__tablename__)",
    )

    assert done.exit_code == 0, done.output
    assert "At hand: app, db" in done.output
    assert "people: 0" in done.output
    assert "intranet units" in done.output


def test_a_site_without_tables_is_refused_with_a_sentence(new_database_url, tmp_path):
    settings = {
        "INTRANET_DATA_DIR": str(tmp_path / "data"),
        "INTRANET_DATABASE_URL": new_database_url(),
    }

    done = CliRunner().invoke(module.shell, [], env=settings)

    assert done.exit_code == 1
    assert "intranet migrate" in done.output


def test_every_model_has_a_name_of_its_own(app):
    models = [mapper.class_.__name__ for mapper in Model.registry.mappers]

    assert sorted(models) == sorted(set(models))


def test_a_person_is_found_by_e_mail(app_context, cast):
    email = cast.account_of(cast.ana).email

    assert module.person(email) == cast.ana
    with pytest.raises(LookupError, match="Nobody signs in with nobody@"):
        module.person("nobody@x.example")


def test_a_unit_is_found_by_its_code(app_context, cast):
    wanted = cast.licences
    handle = wanted.agency.handle

    assert module.unit(wanted.code, agency=handle) == wanted
    with pytest.raises(LookupError, match="Agencies with a unit NONE: none"):
        module.unit("NONE")
