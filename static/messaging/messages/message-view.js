/** Draws a message from the page's own pattern, the same as the server does (_message.html). */

import { avatar } from "../../platform/core/person.js";
import {
  dayOf,
  nameDay,
  plural,
  reader,
  sayDay,
  sizeOf,
  timeOf,
  word,
} from "../../platform/core/reader.js";
import { isAddressed } from "../conversations/unread-counts.js";
import { reserveCards } from "./link-places.js";
import { reactionsFor } from "./reactions.js";

const PICTURE = { width: 360, height: 280 };
const faces = new Map();
const statuses = new Map();
const saved = new Set();

/** A copy of what a `<template>` of the page holds. */
export function pattern(id) {
  return document.getElementById(`${id}-pattern`).content.firstElementChild.cloneNode(true);
}

/** Remember how people look on this page: photo and availability come with the page only. */
export function rememberFaces(root) {
  for (const face of root.querySelectorAll(".message__avatar[data-person-id] > .avatar")) {
    faces.set(face.parentElement.dataset.personId, face.cloneNode(true));
  }
  for (const status of root.querySelectorAll(".message__header > .status")) {
    const author = status.parentElement.querySelector(".message__author");
    rememberStatus(author.pathname.split("/").at(-1), status);
  }
}

/** Keep what somebody says of now for the next message of theirs; null once it is over. */
export function rememberStatus(personId, status) {
  statuses.set(personId, status);
}

/** Remember which messages of this conversation the reader saved. */
export function rememberSaved(ids) {
  for (const id of ids) saved.add(id);
}

/** Mark a message as saved wherever it is shown, or take the mark away. */
export function markSaved(id, isSaved) {
  saved[isSaved ? "add" : "delete"](id);
  for (const article of document.querySelectorAll(`.message[data-message-id="${id}"]`)) {
    article.querySelector(":scope > [data-saved]")?.remove();
    const mark = isSaved && pattern("message").querySelector("[data-saved]");
    if (mark) article.querySelector(".message__header")?.after(mark);
  }
}

/** Take a message that the server drew back into the shape in which it is pushed. */
export function messageFrom(article) {
  const message = JSON.parse(article.dataset.message);
  const body = article.querySelector(".message__body");
  if (body) message.html = body.innerHTML;
  return message;
}

/** Take back what stands in an article: one message, or those that are folded into a line. */
export function messagesFrom(article) {
  return article.dataset.messages ? JSON.parse(article.dataset.messages) : [messageFrom(article)];
}

/** What a drawing depends on besides the message's own revision. */
export function signatureOf({ message, continued }) {
  const { rev, state, reason, reply_count } = message;
  return [rev, Boolean(continued), state, reason, reply_count, message.reactions?.length].join();
}

/**
 * @param {object} message as pushed, or a post that waits (`state`)
 * @param {{conversationId: string, continued?: boolean, prefix?: "m"|"t"}} how
 */
export function drawMessage(message, { conversationId, continued = false, prefix = "m" }) {
  const article = pattern("message");
  const find = (part) => article.querySelector(`.message__${part}`);
  const anchor = `${prefix}-${message.seq ?? message.client_id}`;
  const address = `/c/${conversationId}/m/${message.seq}`;
  const isReply = Boolean(message.parent_id) && prefix !== "t";
  article.id = anchor;
  article.removeAttribute("data-message");
  article.dataset.messageId = message.id ?? "";
  article.dataset.seq = message.seq ?? "";
  article.className = classesOf(message, { continued, isReply });
  if (message.deleted) return drawDeleted(article, message);

  article.setAttribute("aria-labelledby", `${anchor}-who ${anchor}-when`);
  drawHeader(article, message, { anchor, address, continued });
  if (!message.pinned) find("pin").remove();
  else find("pin").lastChild.textContent = word("pinned");
  if (!saved.has(message.id)) article.querySelector("[data-saved]").remove();
  drawReplyTo(find("reply-to"), message, isReply && `/c/${conversationId}/m/${message.parent_seq}`);
  find("body").innerHTML = message.html ?? "";
  drawCarried(find("body"), message.forwarded, address);
  markOwnName(find("body"));
  drawPollIn(find("body"));
  if (!find("body").querySelector(".markdown-plain")) find("plain").remove();
  if (message.edited_at) find("edited").href = `${address}/versions`;
  else find("edited").remove();
  drawFiles(article, message.files ?? []);
  reserveCards(article);
  drawReactions(article, message, address);
  drawThreadLink(article.querySelector(".thread-link"), message, prefix, address);
  if (!find("under").childElementCount) find("under").remove();
  if (message.state) find("tools").replaceWith(drawState(message));
  else find("tools").querySelector("a").href = address;
  return article;
}

/** Mark where a body names the reader. The server's HTML is the same for everybody. */
export function markOwnName(body) {
  for (const mention of body.querySelectorAll("a.mention[data-id]")) {
    const { id, kind } = mention.dataset;
    const isMine = id === reader.id || kind === "channel" || reader.postIds.includes(id);
    mention.classList.toggle("mention--me", isMine);
  }
}

/** A message that holds nothing but a link to a poll is the poll. */
function drawPollIn(body) {
  const link = body.querySelector(":scope > p:only-child > a:only-child");
  const [, id] = link?.getAttribute("href").match(/^\/polls\/([0-9a-f-]{36})$/) ?? [];
  if (id && link.parentElement.textContent === link.textContent) {
    import("./poll-card.js").then(({ drawPoll }) => drawPoll(body, id));
  }
}

function classesOf(message, { continued, isReply }) {
  const states = {
    continued: continued && !message.deleted,
    reply: isReply && !message.deleted,
    deleted: message.deleted,
    mine: message.author?.id === reader.id,
    addressed: isAddressed(message, reader.id, reader.postIds),
    pinned: message.pinned,
    pending: message.state === "waiting" || message.state === "sending",
    failed: message.state === "failed",
  };
  const names = Object.keys(states).filter((name) => states[name]);
  return ["message", ...names.map((name) => `message--${name}`)].join(" ");
}

/** Draw messages in a row that one rule removed as a line (_removed.html); it has the last's place. */
export function drawRemoved(messages) {
  const last = messages.at(-1);
  const article = drawMessage(last, {});
  const days = messages.map(({ expired }) => dayOf(expired.at)).sort();
  const [from, until] = [days[0], days.at(-1)].map((day) => nameDay(day));
  const values = { rule: last.expired.rule, days: from === until ? from : `${from} – ${until}` };
  const words = plural("removed", messages.length, values);
  article.setAttribute("aria-label", words);
  article.querySelector(".message__gone").textContent = words;
  return article;
}

function drawDeleted(article, { hidden, expired }) {
  const gone = pattern(expired ? "expired" : hidden ? "hidden" : "deleted");
  if (expired) {
    const words = { rule: expired.rule, day: nameDay(dayOf(expired.at)) };
    gone.textContent = gone.textContent.replace(/\{(rule|day)\}/g, (_all, name) => words[name]);
  }
  article.setAttribute("aria-label", gone.textContent);
  article.removeAttribute("aria-labelledby");
  article.replaceChildren(gone);
  return article;
}

function drawHeader(article, message, { anchor, address, continued }) {
  const holder = article.querySelector(".message__avatar");
  holder.dataset.personId = message.author.id;
  holder.replaceChildren(faces.get(message.author.id)?.cloneNode(true) ?? avatar(message.author));
  if (continued) holder.remove();
  article.querySelector(".message__header").classList.toggle("visually-hidden", continued);
  const author = article.querySelector(".message__author");
  author.id = `${anchor}-who`;
  author.href = `/people/${message.author.id}`;
  author.textContent = message.author.name;
  article.querySelector(".message__caption").textContent = nearCaption(
    message.author.caption ?? "",
  );
  const status = statuses.get(message.author.id);
  if (Date.parse(status?.dataset.until) > Date.now()) {
    article.querySelector(".message__caption").after(status.cloneNode(true));
  }
  const link = article.querySelector(".message__time");
  link.id = `${anchor}-when`;
  if (message.seq) link.href = address;
  else link.removeAttribute("href");
  const time = link.querySelector("time");
  time.dateTime = message.created_at;
  time.textContent = timeOf(message.created_at);
}

/** Post and unit, no name twice; the agency only if it is not the reader's own, as on the server. */
function nearCaption(caption) {
  const own = ` · ${reader.agency}`;
  const near = reader.agency && caption.endsWith(own) ? caption.slice(0, -own.length) : caption;
  return [...new Set(near.split(" · "))].join(" · ");
}

function drawReplyTo(line, message, parentAddress) {
  if (!parentAddress) {
    line.remove();
    return;
  }
  const link = line.querySelector("a");
  link.href = parentAddress;
  link.dataset.thread = message.parent_seq ?? "";
}

/** The words of another message; whether the way there is the reader's is asked apart. */
function drawCarried(body, forwarded, address) {
  if (!forwarded) return;
  const carried = pattern("carried");
  carried.querySelector("b").textContent = forwarded.author.name;
  const place = carried.querySelector("span > span");
  place.textContent = forwarded.place || forwarded.author.caption;
  const time = carried.querySelector("a");
  time.textContent = `${sayDay(dayOf(forwarded.said_at))}, ${timeOf(forwarded.said_at)}`;
  const words = carried.querySelector("blockquote");
  words.innerHTML = forwarded.html;
  if (forwarded.withdrawn) words.textContent = word("withdrawn");
  body.after(carried);
  drawFiles(carried, forwarded.files, carried.lastElementChild);
  import("./link-cards.js").then((cards) => cards.openWay(time, `${address}/origin`));
}

function drawFiles(article, files, last = null) {
  if (!files.length) return;
  const holder = document.createElement("div");
  holder.className = "message__files";
  holder.dataset.pictures = "";
  const pictures = files.filter((file) => file.thumbnail_url).map(drawPicture);
  if (pictures.length > 1) {
    const group = document.createElement("div");
    group.className = "thumbnails";
    group.append(...pictures);
    holder.append(group);
  } else {
    holder.append(...pictures);
  }
  holder.append(...files.filter((file) => !file.thumbnail_url).map(drawCard));
  const above = [".message__edited", ".message__plain", ".message__carried", ".message__body"];
  (last ?? above.map((part) => article.querySelector(part)).find(Boolean)).after(holder);
}

function drawPicture(file) {
  const link = pattern("picture");
  const scale = Math.min(1, PICTURE.width / file.width, PICTURE.height / file.height);
  link.href = file.url;
  link.dataset.pswpWidth = file.width;
  link.dataset.pswpHeight = file.height;
  const image = link.querySelector("img");
  image.width = Math.round(file.width * scale);
  image.height = Math.round(file.height * scale);
  image.alt = file.alternative || file.name;
  image.src = file.thumbnail_url;
  return link;
}

function drawCard(file) {
  const link = pattern("card");
  link.href = file.url;
  link.querySelector(".file-card__name").textContent = file.name;
  link.querySelector(".file-card__meta").textContent = sizeOf(file.size);
  return link;
}

function drawReactions(article, message, address) {
  const list = article.querySelector(".message__reactions");
  const shown = reactionsFor(message, reader.id);
  const sample = list.firstElementChild;
  sample.remove();
  if (!shown.length) {
    list.remove();
    return;
  }
  list.querySelector(".reaction--add").href = address;
  list.prepend(...shown.map((reaction) => drawReaction(reaction, sample, address)));
}

function drawReaction({ emoji, count, mine }, sample, address) {
  const item = sample.cloneNode(true);
  const button = item.querySelector("button");
  const named = word(emoji);
  button.setAttribute("formaction", `${address}/reactions`);
  button.value = emoji;
  button.dataset.emoji = emoji;
  button.setAttribute("aria-pressed", String(mine));
  const label = { word: named || emoji, count };
  button.setAttribute("aria-label", word(mine ? "reaction-mine" : "reaction", label));
  button.querySelector("[aria-hidden]").textContent = emoji;
  if (named) button.querySelector("[data-part=word]").textContent = named;
  else button.querySelector("[data-part=word]").remove();
  button.querySelector(".reaction__count").textContent = count;
  return item;
}

function drawThreadLink(link, message, prefix, address) {
  if (!message.reply_count || prefix === "t") {
    link.remove();
    return;
  }
  link.href = address;
  link.dataset.thread = message.seq;
  link.querySelector(".thread-link__avatars")?.remove();
  link.querySelector("b").textContent = plural("replies", message.reply_count);
  const last = link.querySelector(".thread-link__time");
  if (message.last_reply_at)
    last.textContent = word("last-at", { time: timeOf(message.last_reply_at) });
  else last?.remove();
}

function drawPending(reason) {
  const pending = pattern("pending");
  if (!reason) return pending;
  pending.classList.add("message__state--delayed");
  pending.append(` ${reason}`);
  return pending;
}

function drawState(message) {
  if (message.state !== "failed") return drawPending(message.reason);
  const failed = pattern("failed");
  if (message.reason) failed.querySelector("span").textContent += `: ${message.reason}`;
  failed.dataset.clientId = message.client_id;
  return failed;
}
