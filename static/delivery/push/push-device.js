import { csrfToken, fragment } from "../../platform/core/http.js";
import { bytesOf, isMadeWith, stateOf } from "./state.js";

const DEVICES = "/me/notifications/devices";
const LOOK_EVERY_MS = 2_000;
const LOOKS = 10;
// Without its messaging service a browser goes on trying and never says so.
const PATIENCE_MS = 20_000;

/**
 * <push-device data-key="…" data-on-server>: says whether this device is told, and turns it on.
 * The forms of the list below it are sent without loading the page, where they ask for a test.
 */
class PushDevice extends HTMLElement {
  #looking;
  #awaited;

  connectedCallback() {
    this.querySelector("[data-turn-on]").addEventListener("click", this.#turnOn);
    document.addEventListener("submit", this.#test);
    navigator.serviceWorker?.addEventListener("message", this.#hear);
    this.#show();
  }

  disconnectedCallback() {
    document.removeEventListener("submit", this.#test);
    navigator.serviceWorker?.removeEventListener("message", this.#hear);
    clearInterval(this.#looking);
  }

  get #canPush() {
    return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  }

  async #subscription() {
    const registration = await navigator.serviceWorker?.getRegistration();
    const subscription = await registration?.pushManager?.getSubscription();
    return subscription && isMadeWith(subscription, this.dataset.key) ? subscription : null;
  }

  async #show() {
    const subscription = this.#canPush ? await this.#subscription() : null;
    const isOnServer = "onServer" in this.dataset;
    const state = stateOf({
      canPush: this.#canPush,
      isApple:
        /iPhone|iPad|iPod/.test(navigator.userAgent) ||
        (navigator.maxTouchPoints > 1 && /Mac/.test(navigator.userAgent)),
      isInstalled: matchMedia("(display-mode: standalone)").matches,
      permission: globalThis.Notification?.permission ?? "default",
      isSubscribed: Boolean(subscription),
      isOnServer,
    });
    for (const part of this.querySelectorAll("[data-state]")) {
      part.hidden = part.dataset.state !== state;
    }
    // The browser may have another address by now: said again, it is known.
    if (state === "on") await tellServer(subscription).catch(() => {});
  }

  #turnOn = async (event) => {
    const button = event.currentTarget;
    button.setAttribute("aria-busy", "true");
    this.#say("");
    try {
      // First of all: some browsers ask only right after the press.
      const permission = await Notification.requestPermission();
      if (permission === "granted") {
        await tellServer(await subscribe(this.dataset.key));
        this.dataset.onServer = "";
        await this.#redraw();
      }
      await this.#show();
      this.querySelector("[data-state='on']:not([hidden])")?.focus();
    } catch {
      this.#say(this.dataset.saidFailed);
    }
    button.removeAttribute("aria-busy");
  };

  #test = async (event) => {
    const form = event.target;
    if (!form.dataset.test) return;
    event.preventDefault();
    this.#awaited = form.dataset.test;
    this.#say(this.dataset.saidWaiting);
    try {
      const headers = { "HX-Request": "true", "X-CSRF-Token": csrfToken() };
      const response = await fetch(form.action, { method: "POST", headers });
      if (!response.ok) throw new Error(String(response.status));
      this.#look();
    } catch {
      this.#say(this.dataset.saidFailed);
    }
  };

  /** Look what becomes of it, for as long as a test usually takes. */
  #look() {
    clearInterval(this.#looking);
    let looks = 0;
    this.#looking = setInterval(() => {
      looks += 1;
      if (looks >= LOOKS) clearInterval(this.#looking);
      this.#redraw().catch(() => {});
    }, LOOK_EVERY_MS);
  }

  #hear = ({ data }) => {
    if (data?.kind !== "pushed" || data.tag !== this.#awaited) return;
    const time = new Date().toLocaleTimeString(document.documentElement.lang);
    this.#say(this.dataset.saidArrived.replace("{time}", time));
    this.#redraw().catch(() => {});
  };

  async #redraw() {
    const list = document.getElementById("push-devices");
    if (list.contains(document.activeElement) && list.querySelector("form:focus-within")) {
      const place = [...list.querySelectorAll("button")].indexOf(document.activeElement);
      list.outerHTML = await fragment(DEVICES);
      document.querySelectorAll("#push-devices button")[place]?.focus();
      return;
    }
    list.outerHTML = await fragment(DEVICES);
  }

  #say(text) {
    this.querySelector("[data-said]").textContent = text;
  }
}

/** Subscribe this browser; one that it has already is kept, unless it is for another key. */
async function subscribe(key) {
  await navigator.serviceWorker.register("/sw.js");
  const { pushManager } = await navigator.serviceWorker.ready;
  const there = await pushManager.getSubscription();
  if (there && isMadeWith(there, key)) return there;
  await there?.unsubscribe();
  const options = { userVisibleOnly: true, applicationServerKey: bytesOf(key) };
  return Promise.race([pushManager.subscribe(options), impatient()]);
}

function impatient() {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error("no answer")), PATIENCE_MS);
  });
}

async function tellServer(subscription) {
  const response = await fetch("/me/push", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrfToken() },
    body: JSON.stringify(subscription),
  });
  if (!response.ok) throw new Error(String(response.status));
}

customElements.define("push-device", PushDevice);
