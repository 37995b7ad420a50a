/**
 * One live connection for a page. Everything that listens or asks shares it; its state is one of
 * connecting, online, reconnecting, offline, signed-out.
 */
import { io } from "../../vendor/socket.io.esm.min.js";
import { Refusal, refusalOf } from "./http.js";

const CONNECT_WITHIN_MS = 8_000;
const ANSWER_WITHIN_MS = 10_000;
const PROBE_WITHIN_MS = 1_500;
const LOOK_EVERY_MS = 5_000;
const ASLEEP_AFTER_MS = 15_000;
const TRANSPORT = "transport";

const listeners = new Map();
const watchers = new Set();
let socket = null;
let state = "connecting";
let since = Date.now();
let seenAt = Date.now();

/** Call `fn` with each payload of an event of the server. Returns how to stop. */
export function listen(event, fn) {
  if (!listeners.has(event)) listeners.set(event, new Set());
  listeners.get(event).add(fn);
  return () => listeners.get(event).delete(fn);
}

/** Call `fn` with the state now and whenever it changes. Returns how to stop. */
export function watchState(fn) {
  watchers.add(fn);
  fn(state, since);
  return () => watchers.delete(fn);
}

export function isOnline() {
  return state === "online";
}

/**
 * Ask the server.
 *
 * @returns the acknowledgement; rejects with a `Refusal`, whose `status` is 0 without an answer
 */
export async function ask(event, payload, { within = ANSWER_WITHIN_MS } = {}) {
  if (!socket?.connected) throw new Refusal("");
  let answer;
  try {
    answer = await socket.timeout(within).emitWithAck(event, payload);
  } catch {
    throw new Refusal("");
  }
  if (answer?.ok) return answer;
  const refusal = refusalOf(answer?.error?.status ?? 500, answer?.error);
  if (refusal.status === 401) become("signed-out");
  throw refusal;
}

/** Say something that needs no answer. */
export function tell(event, payload) {
  if (socket?.connected) socket.volatile.emit(event, payload);
}

/** A page or request reported that the sign-in has ended. */
export function signedOut() {
  become("signed-out");
  socket?.disconnect();
}

export function connect() {
  socket ??= open();
}

function open() {
  const made = io({
    transports: ways(),
    timeout: CONNECT_WITHIN_MS,
    reconnectionDelay: 300,
    reconnectionDelayMax: 5_000,
    randomizationFactor: 0.5,
  });
  made.on("disconnect", (reason) => {
    if (state === "signed-out") return;
    become(navigator.onLine ? "reconnecting" : "offline");
    if (reason === "io server disconnect") again(made);
  });
  made.on("connect_error", (error) => {
    made.io.opts.transports.reverse(); // what failed is tried last
    if (made.active) become(navigator.onLine ? "reconnecting" : "offline");
    else if (error.message === "unauthorized") become("signed-out");
    else again(made);
  });
  made.onAny((event, payload) => {
    if (event === "hello") remember(made);
    hear(event, payload);
  });
  addEventListener("offline", () => state !== "signed-out" && become("offline"));
  addEventListener("online", () => wake(made));
  addEventListener("pageshow", (event) => event.persisted && wake(made));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") probe(made);
  });
  setInterval(() => look(made), LOOK_EVERY_MS);
  return made;
}

/**
 * A WebSocket at once costs one request where beginning by polls costs four, on each page. Where a
 * network lets none pass, polls are tried next, and first on the pages after this one.
 */
function ways() {
  const both = ["websocket", "polling"];
  return sessionStorage.getItem(TRANSPORT) === "polling" ? both.reverse() : both;
}

/** Keep for the pages that follow how this one came through. */
function remember({ io: { engine } }) {
  sessionStorage.setItem(TRANSPORT, engine.transport.name);
  engine.once("upgrade", ({ name }) => sessionStorage.setItem(TRANSPORT, name));
}

function hear(event, payload) {
  seenAt = Date.now();
  if (event === "hello") become("online");
  if (event === "session:ended") become("signed-out");
  for (const fn of listeners.get(event) ?? []) fn(payload);
}

/** The server closed the connection: come back on one's own, not all at once. */
function again(made) {
  setTimeout(() => state !== "signed-out" && made.connect(), 300 + Math.random() * 1_500);
}

/** Begin a new connection at once, without waiting for the next try. */
function wake(made) {
  if (state === "signed-out") return;
  become("reconnecting");
  made.disconnect();
  made.connect();
}

/** A machine that slept, or a page that was away: its connection may be dead and not know it. */
function look(made) {
  const slept = Date.now() - seenAt > ASLEEP_AFTER_MS + LOOK_EVERY_MS;
  seenAt = Date.now();
  if (slept && state === "online") probe(made);
}

async function probe(made) {
  if (state === "signed-out") return;
  if (!made.connected) {
    wake(made);
    return;
  }
  try {
    await ask("conversation:sync", { conversations: [] }, { within: PROBE_WITHIN_MS });
  } catch (refusal) {
    if (!refusal.status) wake(made);
  }
}

function become(next) {
  if (next === state) return;
  state = next;
  since = Date.now();
  for (const fn of watchers) fn(state, since);
}
