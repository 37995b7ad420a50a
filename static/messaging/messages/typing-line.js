/** "Iria is typing…" under the composer of the open conversation. */
import { request } from "../../platform/core/http.js";
import { reader, word } from "../../platform/core/reader.js";
import { listen } from "../../platform/core/socket.js";
import { feedOf } from "./feed.js";
import { openConversation } from "./known.js";
import { TypingPeople } from "./typing-people.js";

const people = new TypingPeople();
const names = new Map();
const line = document.querySelector(".conversation__foot .composer__typing");

function draw() {
  if (!line) return;
  const text = says(people.now(Date.now()).map(nameOf));
  if (line.textContent !== text) line.textContent = text;
}

function says([name, other, ...more]) {
  if (!name) return "";
  if (!other) return word("typing-one", { name });
  return more.length ? word("typing-many") : word("typing-two", { name, other });
}

function nameOf(id) {
  const known = feedOf(openConversation())
    ?.store.shown()
    .find(({ author }) => author?.id === id);
  return known?.author.name ?? names.get(id) ?? word("somebody");
}

/** Who has not said anything here yet is asked for by name, once. */
async function learnName(id) {
  if (names.has(id)) return;
  names.set(id, undefined);
  try {
    names.set(id, (await request("GET", `/people/${id}`)).name);
    draw();
  } catch {
    names.delete(id);
  }
}

listen("typing", ({ conversation_id, person_id }) => {
  if (conversation_id !== openConversation() || person_id === reader.id) return;
  people.heard(person_id, Date.now());
  learnName(person_id);
  draw();
});

listen("message:posted", ({ message }) => {
  people.stopped(message.author?.id);
  draw();
});

setInterval(draw, 1_000);
