"""What stops a command from outside is told to who typed it, without a traceback."""

import socket

import click
import pytest
import sqlalchemy

from intranet.cli import main as cli
from intranet.config import BadSettingError


@pytest.fixture
def said(monkeypatch, capsys):
    """Runs a command that does what is given, and tells its exit status and what it said."""

    def run(work):
        command = click.command("try")(work)
        monkeypatch.setattr(cli.Commands, "get_command", lambda *_: command)
        status = cli.main(["try"])
        return status, capsys.readouterr().err.strip()

    return run


def test_a_port_that_is_taken_is_told_with_what_to_do(said):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        status, sentence = said(lambda: socket.create_server(taken.getsockname()))

    assert status == 1
    assert sentence == (
        "The port is taken by another program: choose another with --port, "
        "or --port 0 for any that is free."
    )


def test_a_setting_that_cannot_be_is_told(said):
    def work():
        raise BadSettingError("INTRANET_LOG is 'loud': it takes text or json.")

    assert said(work) == (1, "INTRANET_LOG is 'loud': it takes text or json.")


def test_a_database_that_may_not_be_written_is_told(said, tmp_path):
    (tmp_path / "it.sqlite").touch()
    engine = sqlalchemy.create_engine(f"sqlite:///file:{tmp_path}/it.sqlite?mode=ro&uri=true")

    def work():
        with engine.connect() as connection:
            connection.execute(sqlalchemy.text("CREATE TABLE it (id INTEGER)"))

    status, sentence = said(work)
    engine.dispose()

    assert status == 1
    assert sentence.startswith("No permission to write the database:")


def test_a_database_that_does_not_answer_is_told(said):
    engine = sqlalchemy.create_engine("postgresql+psycopg://somebody@127.0.0.1:9/nothing")

    status, sentence = said(engine.connect)

    assert status == 1
    assert sentence.startswith("The database does not answer; see INTRANET_DATABASE_URL.")


def test_a_bug_stays_loud(said):
    def work():
        raise FileNotFoundError(2, "No such file", "forgotten.toml")

    with pytest.raises(FileNotFoundError):
        said(work)


def test_a_command_that_there_is_not_is_named(capsys):
    assert cli.main(["serf"]) == 2
    assert "No such command 'serf'" in capsys.readouterr().err
