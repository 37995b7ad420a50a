"""An open page heals by itself when a copy is brought back below it."""

import pytest
from playwright.sync_api import expect

from tests.browser.visitors import THREAD_WRITE, WRITE, House
from tests.cli.processes import intranet
from tests.delivery.realtime.clients import wait_until

pytestmark = pytest.mark.slow

BODIES = "message-log .message__body"


@pytest.fixture
def copied(process, new_database_url, tmp_path):
    """Takes a copy; gives what destroys the site and brings the copy back on the same port."""

    def carry_out(*arguments):
        settings = {
            name.removeprefix("INTRANET_").lower(): value
            for name, value in process.environment.items()
            if name.startswith("INTRANET_")
        }
        done = intranet(*arguments, str(tmp_path / "copy"), **settings)
        assert done.returncode == 0, done.stderr

    def take():
        carry_out("backup")
        return bring_back

    def bring_back():
        process.kill()
        process.environment["INTRANET_DATA_DIR"] = str(tmp_path / "new")
        process.environment["INTRANET_DATABASE_URL"] = new_database_url()
        carry_out("restore")
        process.start()

    return take


@pytest.fixture
def visitor(app, browser, process):
    """Somebody at a browser, before the site that is killed and comes back."""
    house, visitors = House(process.address, app, browser), []

    def enter(person):
        visitors.append(house.visitor(person))
        return visitors[-1]

    yield enter
    faults = [fault for one in visitors for fault in one.faults]
    for one in visitors:
        one.context.close()
    assert faults == []


def test_a_page_drops_what_was_lost_and_keeps_what_was_begun(visitor, cast, planning, copied):
    ana, carles = (visitor(person).open(planning) for person in (cast.ana, cast.carles))
    ana.write("Before.")
    expect(carles.message("Before.")).to_be_visible()
    bring_back = copied()
    for text in ("Lost, one.", "Lost, two.", "Lost, three."):
        ana.write(text)
    expect(carles.message("Lost, three.")).to_be_visible()
    carles.page.fill(WRITE, "Half a thought")

    kill_and_write(ana, bring_back)

    for one in (ana, carles):
        expect(one.page.locator(BODIES)).to_have_text(["Before.", "Said meanwhile."])
        expect(one.message("Said meanwhile.").locator("a.message__time")).to_have_attribute(
            "href", f"/c/{planning.id}/m/2"
        )
    expect(ana.page.locator(".message--pending")).to_have_count(0)
    expect(carles.page.locator(WRITE)).to_have_value("Half a thought")
    expect(carles.page.locator(".new-line")).to_have_count(0)
    wait_until(lambda: carles.unread() == "")
    carles.page.press(WRITE, "Enter")
    expect(ana.message("Half a thought")).to_be_visible()


def test_what_is_counted_as_unread_is_counted_anew(visitor, cast, planning, copied):
    ana = visitor(cast.ana).open(planning)
    carles = visitor(cast.carles)
    carles.page.goto("/messages")
    carles.settle()
    ana.write("Before.")
    wait_until(lambda: carles.unread() == "1")
    bring_back = copied()
    for text in ("Lost, one.", "Lost, two."):
        ana.write(text)
    wait_until(lambda: carles.unread() == "3")

    kill_and_write(ana, bring_back)

    wait_until(lambda: carles.unread() == "2")


def test_an_answer_to_a_message_that_was_lost_can_still_be_sent(visitor, cast, planning, copied):
    ana, carles = (visitor(person).open(planning) for person in (cast.ana, cast.carles))
    ana.write("Before.")
    expect(carles.message("Before.")).to_be_visible()
    bring_back = copied()
    ana.write("Who comes on Monday?")
    carles.choose(carles.message("Who comes on Monday?"), "thread")
    carles.page.fill(THREAD_WRITE, "I do.")

    kill_and_write(ana, bring_back)

    expect(carles.message("Said meanwhile.")).to_be_visible()
    expect(carles.page.locator("message-thread")).to_have_count(0)
    expect(carles.page.locator(WRITE)).to_have_value("I do.")


def kill_and_write(ana, bring_back):
    """Destroy the site and bring the copy back, while somebody goes on writing."""
    ana.context.set_offline(offline=True)
    ana.write("Said meanwhile.")
    bring_back()
    ana.context.set_offline(offline=False)
