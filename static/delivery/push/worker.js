/**
 * The service worker: shows what is pushed, opens what is pressed, and says so when there is no
 * connection. It keeps one page that is the same for everybody, and nothing of anybody. `self.site`
 * stands in the line before.
 */
const CACHE = `offline ${self.site.version}`;
const OFFLINE = "/static/delivery/push/offline.html";
const KEPT = [OFFLINE, "/static/delivery/push/offline.css"];

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(KEPT.map(fresh))));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    Promise.all([
      forgetEarlier(),
      self.registration.navigationPreload?.enable(),
      self.clients.claim(),
    ]),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate" && request.method === "GET") {
    event.respondWith(pageOrOffline(event));
  } else if (KEPT.includes(new URL(request.url).pathname)) {
    event.respondWith(fetch(request).catch(() => caches.match(request)));
  }
});

self.addEventListener("push", (event) => {
  event.waitUntil(show(read(event.data)));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.url));
});

self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil(subscribeAnew());
});

/** Not what this browser may have kept of the version before. */
function fresh(path) {
  return new Request(path, { cache: "reload" });
}

async function forgetEarlier() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
}

async function pageOrOffline(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
}

/** What was sent; a browser shows something in any case, so there is always something to show. */
function read(data) {
  try {
    return data.json();
  } catch {
    return { title: "Intranet", body: "", url: "/", tag: "", lang: "" };
  }
}

async function show({ title, body, url, tag, lang }) {
  const { icon, badge } = self.site;
  await self.registration.showNotification(title, { body, tag, lang, icon, badge, data: { url } });
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const page of pages) page.postMessage({ kind: "pushed", tag });
}

/** Go to the tab that shows it, else to a new one. Other sites' addresses lead to the first page. */
async function open(path) {
  const asked = new URL(path ?? "/", self.location.origin);
  const wanted = asked.origin === self.location.origin ? asked : new URL("/", self.location.origin);
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = pages.find((page) => page.url.split("#")[0] === wanted.href.split("#")[0]);
  return there ? there.focus() : self.clients.openWindow(wanted.href);
}

/** The push service gave this browser another address: fetch the key, subscribe, say so. */
async function subscribeAnew() {
  const answer = await fetch("/me/push", { headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected) return;
  const { public_key: key, csrf_token: token } = await answer.json();
  const subscription = await self.registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: key,
  });
  await fetch("/me/push", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": token },
    body: JSON.stringify(subscription),
  });
}
