/** "Iria is typing…" under the composer of the open conversation. */
import { reader, word } from "../core/reader.js";
import { listen } from "../core/socket.js";
import { feedOf } from "./feed.js";
import { openConversation } from "./known.js";
import { TypingPeople } from "./typing-people.js";

const people = new TypingPeople();
const line = document.querySelector(".conversation__foot .composer__typing");

function draw() {
  if (!line) return;
  const names = people.now(Date.now()).map(nameOf);
  const text = says(names);
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
  const listed = document.querySelector(`.conversation-link [data-person-id="${CSS.escape(id)}"]`);
  const name = listed?.parentElement.querySelector(".conversation-link__name")?.textContent;
  return known?.author.name ?? name ?? word("somebody");
}

listen("typing", ({ conversation_id, person_id }) => {
  if (conversation_id !== openConversation() || person_id === reader.id) return;
  people.heard(person_id, Date.now());
  draw();
});

listen("message:posted", ({ message }) => {
  people.stopped(message.author?.id);
  draw();
});

setInterval(draw, 1_000);
