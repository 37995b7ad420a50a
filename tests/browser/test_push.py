"""A device is turned on, told, and pressed; and without a connection a page says so.

A browser without a window shows no notifications and reaches no push service: for these two the
test stands in. The site, the page, the worker, the encryption and the way back are real.
"""

import json
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from intranet.delivery.push.jobs import TEST_LASTS_SECONDS
from intranet.platform.core.outbox import run_due
from tests.delivery.push.conftest import rows
from tests.delivery.push.services import PushService, Subscription

pytestmark = pytest.mark.slow

# What a browser asks of its user, and of its push service.
BROWSER = """(() => {
  const given = %s;
  let permission = "default", subscription = null;
  Object.defineProperty(Notification, "permission", { get: () => permission });
  Notification.requestPermission = async () => (permission = "granted");
  PushManager.prototype.getSubscription = async () => subscription;
  PushManager.prototype.subscribe = async ({ applicationServerKey: key }) => {
    subscription = { options: { applicationServerKey: key.buffer }, toJSON: () => given };
    return subscription;
  };
})()"""
AT_WORK = """new Promise((go) => {
  const workers = navigator.serviceWorker;
  if (workers.controller) go(true);
  else workers.addEventListener("controllerchange", () => go(true));
})"""
# What it shows beside its window, and opens.
WORKER = """(given) => {
  self.shown = [];
  self.opened = [];
  ServiceWorkerRegistration.prototype.showNotification = async (title, more) => {
    self.shown.push({ title, ...more });
  };
  Clients.prototype.openWindow = async (address) => self.opened.push(address);
  WindowClient.prototype.focus = async function () { self.opened.push(`there: ${this.url}`); };
  PushManager.prototype.subscribe = async () => ({ toJSON: () => given });
}"""
PRESS = """async (url) => {
  const event = new ExtendableEvent("notificationclick");
  event.notification = { close() {}, data: { url } };
  self.opened.length = 0;
  self.dispatchEvent(event);
  while (!self.opened.length) await new Promise((go) => setTimeout(go, 10));
  return self.opened[0];
}"""


@pytest.fixture
def service(app):
    """A push service on this machine, which the site may reach."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], reaches_inside=True)
    made = PushService()
    yield made
    made.close()


@pytest.fixture
def device(service):
    """The browser's keys."""
    return Subscription(f"{service.address}/send/1")


@pytest.fixture
def ana(site, cast, device):
    """Ana on the page about her devices, with its worker at work."""
    one = site.visitor(cast.ana, service_workers="allow")
    one.page.add_init_script(BROWSER % json.dumps(device.as_json()))
    one.page.goto("/me/notifications")
    one.page.evaluate(AT_WORK)
    return one


@pytest.fixture
def worker(ana, service):
    """The service worker of her browser."""
    (found,) = ana.context.service_workers
    found.evaluate(WORKER, Subscription(f"{service.address}/send/2").as_json())
    return found


def deliver(ana, site, text):
    """As the browser does when its push service has something for the site."""
    session = ana.context.new_cdp_session(ana.page)
    found = []

    def note(told):
        found.append(told)

    session.on("ServiceWorker.workerRegistrationUpdated", note)
    session.send("ServiceWorker.enable")
    while not found:
        ana.page.wait_for_timeout(10)
    session.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": site.address,
            "registrationId": found[0]["registrations"][0]["registrationId"],
            "data": text,
        },
    )


@pytest.mark.usefixtures("worker")
def test_a_device_is_turned_on_and_a_test_arrives(site, ana, device, service):
    page = ana.page
    page.get_by_role("button", name="Turn on for this device").click()
    expect(page.get_by_text("Notifications are on", exact=True)).to_be_visible()
    page.get_by_role("button", name="Send test notification").click()
    expect(page.get_by_text("The test notification is on its way…")).to_be_visible()
    with site.app.app_context():
        while not run_due():
            page.wait_for_timeout(10)
    assert service.received[0].headers["TTL"] == str(TEST_LASTS_SECONDS)
    deliver(ana, site, json.dumps(device.read(service.received[0].body)))

    expect(page.get_by_text("The test notification arrived here at")).to_be_visible()
    expect(page.get_by_text("The last notification was sent")).to_be_visible()
    (shown,) = ana.context.service_workers[0].evaluate("self.shown")
    assert (shown["title"], shown["lang"]) == ("Notifications are working", "en")
    assert shown["data"] == {"url": "/me/notifications"}
    assert "icon-192.png" in shown["icon"]
    page.get_by_role("button", name="Turn off").click()
    expect(page.get_by_role("button", name="Turn on for this device")).to_be_visible()
    assert rows(site.app) == []


def test_what_is_pressed_opens_the_page_where_it_is_or_anew_and_nothing_of_others(ana, worker):
    here = ana.page.url
    base = here.removesuffix("/me/notifications")

    assert worker.evaluate(PRESS, "/me/notifications") == f"there: {here}"
    assert worker.evaluate(PRESS, "/help#keyboard") == f"{base}/help#keyboard"
    assert worker.evaluate(PRESS, "https://evil.example/") == f"{base}/"


def test_a_browser_that_gets_another_address_says_so_by_itself(app, ana, worker, service):
    ana.page.get_by_role("button", name="Turn on for this device").click()
    expect(ana.page.get_by_text("Notifications are on", exact=True)).to_be_visible()
    worker.evaluate("self.dispatchEvent(new ExtendableEvent('pushsubscriptionchange'))")
    while rows(app)[0].endpoint != f"{service.address}/send/2":
        ana.page.wait_for_timeout(10)


def test_without_a_connection_a_page_says_so_and_nothing_personal_is_kept(ana):
    ana.context.set_offline(offline=True)
    ana.page.goto("/messages")
    expect(ana.page.get_by_role("heading", name="Sin conexión")).to_be_visible()
    assert ana.page.evaluate("getComputedStyle(document.querySelector('main')).padding") == "28px"
    kept = ana.page.evaluate(
        """async () => {
          const caught = [];
          for (const name of await caches.keys())
            for (const { url } of await (await caches.open(name)).keys()) caught.push(url);
          return caught.map((url) => new URL(url).pathname).sort();
        }"""
    )
    assert kept == ["/static/delivery/push/offline.css", "/static/delivery/push/offline.html"]
    ana.context.set_offline(offline=False)
    ana.page.get_by_role("link", name="Retry").click()
    expect(ana.page.get_by_role("heading", name="Messages").first).to_be_visible()
