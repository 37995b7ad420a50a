import { plural, reader, word } from "../../platform/core/reader.js";
import { tell } from "../../platform/core/socket.js";
import { toast } from "../../platform/core/toast.js";
import { changes } from "../conversations/counts.js";
import { drafts } from "../conversations/kept-drafts.js";
import { say } from "./announcer.js";
import { begunDraft, draftSync } from "./begun-draft.js";
import { takeFiles } from "./composer-files.js";
import { formatWith, isFormatKey } from "./composer-format.js";
import { feedOf } from "./feed.js";
import { openLog } from "./known.js";
import { callsEverybody, withMarks, withoutMarks } from "./mention-text.js";
import { act, confirm } from "./message-actions.js";
import { post } from "./posting.js";
import { suggest } from "./suggestions.js";
import { OwnTyping } from "./typing-people.js";
import { Uploads } from "./uploads.js";

const KEEP_AFTER_MS = 250;

/**
 * <message-composer data-conversation-id [data-parent-id]>: the form for a message. What is sent goes
 * to the outbox and is never lost from there on; what is begun is kept as a draft. */
class MessageComposer extends HTMLElement {
  #controller = new AbortController();
  #typing = new OwnTyping();
  #mentions = [];
  #timer = null;
  #isAsking = false;
  #stored = "";
  #sync = null;

  connectedCallback() {
    this.form = this.querySelector("form");
    this.field = this.querySelector("textarea");
    this.error = this.querySelector(".composer__error");
    this.uploads = new Uploads(this.querySelector(".composer__files"));
    for (const button of this.querySelectorAll("[data-action]")) button.hidden = false;
    this.#listen();
    this.#restore();
    this.field.setSelectionRange(...Array(2).fill(this.field.value.length)); // to go on from there
    suggest(this.querySelector("text-expander"), this);
  }

  disconnectedCallback() {
    this.#keep();
    this.#sync?.then((sync) => sync?.flush());
    this.#controller.abort();
  }

  get isEmpty() {
    return !this.field.value.trim() && this.uploads.isEmpty;
  }

  /** Put words where one writes, with those they name. */
  insert(text, mentions = []) {
    this.#mentions.push(...mentions);
    const { selectionStart: at, value } = this.field;
    const before = value.slice(0, at);
    const gap = before && !before.endsWith("\n") && text.startsWith(">") ? "\n" : "";
    this.field.setRangeText(gap + text, at, this.field.selectionEnd, "end");
    this.field.focus();
    this.#written();
  }

  /** Put a post that was not sent back into the box. */
  takeBack({ body, files = [] }) {
    const { text, mentions } = withoutMarks(body);
    this.uploads.restore(files);
    this.insert(text, mentions);
  }

  /** Take out what was begun, to be gone on with elsewhere. */
  takeOut() {
    const begun = {
      body: withMarks(this.field.value, this.#mentions),
      files: this.uploads.files(),
    };
    this.#clear();
    return begun;
  }

  #listen() {
    const { signal } = this.#controller;
    const on = (target, name, fn) => target.addEventListener(name, fn, { signal });
    on(this.form, "submit", (event) => {
      event.preventDefault();
      this.submitTo((body) => this.#send(body));
    });
    on(this.field, "input", () => this.#written());
    on(this, "keydown", (event) => this.#pressed(event));
    on(this, "click", (event) => this.#clicked(event));
    on(this.uploads, "changed", () => this.#keepSoon());
    on(window, "pagehide", () => {
      this.#keep();
      this.#sync?.then((sync) => sync?.flush({ keepalive: true }));
    });
    takeFiles(this, this.uploads, signal);
  }

  #restore() {
    const { stored, isGone, draft } = begunDraft(this.dataset, this.field.value);
    this.#stored = stored;
    if (isGone) this.field.value = "";
    if (isGone) this.#share("");
    if (!draft) return;
    this.field.value = draft.body;
    this.#mentions = draft.mentions ?? [];
    this.uploads.restore(draft.files ?? []);
    this.#fit();
    this.#sayKept();
    this.#share(withMarks(draft.body, this.#mentions));
  }

  /** Let the site have it too; what does that is loaded with the first key. */
  #share(body) {
    if (!this.#sync && body === this.#stored) return;
    this.#sync ??= draftSync(this.dataset, this.#stored);
    this.#sync.then((sync) => {
      if (sync) sync.write(body);
      else this.#sync = null;
    });
  }

  #sayKept() {
    this.querySelector(".composer__draft").hidden = this.isEmpty;
  }

  #written() {
    this.#fit();
    this.#complain("");
    this.#keepSoon();
    if (!this.field.value.trim()) return;
    if (this.#typing.isWorthTelling(Date.now())) {
      tell("typing:start", { conversation_id: this.dataset.conversationId });
    }
  }

  /** Browsers that cannot grow a box with its text are helped. */
  #fit() {
    if (CSS.supports("field-sizing", "content")) return;
    this.field.style.blockSize = "auto";
    this.field.style.blockSize = `${this.field.scrollHeight}px`;
  }

  #keepSoon() {
    this.#timer ??= setTimeout(() => this.#keep(), KEEP_AFTER_MS);
  }

  #keep() {
    clearTimeout(this.#timer);
    this.#timer = null;
    const draft = {
      body: this.field.value,
      mentions: this.#mentions,
      files: this.uploads.files(),
    };
    const { conversationId, parentId } = this.dataset;
    drafts.set(conversationId, parentId, draft, { isStored: Boolean(this.#sync || this.#stored) });
    this.#sayKept();
    this.#share(withMarks(draft.body, this.#mentions));
    changes.dispatchEvent(new CustomEvent("changed"));
  }

  /** Remember whom a name in the box means. */
  mention(mention) {
    this.#mentions.push(mention);
  }

  /** Check the message and resolve its mentions, then deliver it. */
  async submitTo(deliver) {
    if (this.isEmpty) this.#complain(word("write-something"));
    else if (this.uploads.isBusy) this.#complain(word("upload-wait"));
    else if (!this.#mayNeedCare || (await this.#takeCare())) await this.#handOver(deliver);
  }

  async #handOver(deliver) {
    const body = withMarks(this.field.value.trim(), this.#mentions);
    if (callsEverybody(this.field.value, this.#mentions)) this.#askToRing(() => deliver(body));
    else await deliver(body);
  }

  #askToRing(yes) {
    const dialog = document.getElementById("confirm-ring");
    const count = Number(this.dataset.ringCount);
    dialog.querySelector("[data-text]").textContent = plural("ring", count);
    confirm("confirm-ring", yes);
  }

  /** Whether something in it may be a mention that was typed, or the code of an emoji. */
  get #mayNeedCare() {
    const marked = withMarks(this.field.value, this.#mentions);
    return /(^|[^\p{L}\p{N}_.@/])@\p{L}|:[\p{L}\p{N}_+-]+:/u.test(marked);
  }

  /** Resolves to whether it may be sent: not if the writer, asked whom they mean, goes on writing. */
  async #takeCare() {
    if (this.#isAsking) return false;
    this.#isAsking = true;
    try {
      const { prepare } = await import("./before-sending.js");
      const text = this.field.value;
      const marked = withMarks(text, this.#mentions);
      const ready = await prepare(text, marked, this.dataset.conversationId);
      if (!ready) this.field.focus();
      else if (this.field.value === text) {
        this.field.value = ready.text;
        this.#mentions.push(...ready.mentions);
      }
      return Boolean(ready);
    } catch (refusal) {
      if (refusal.status === undefined && navigator.onLine) throw refusal;
      toast(this.dataset.plain); // what cannot be asked holds up no message
      return true;
    } finally {
      this.#isAsking = false;
    }
  }

  /** Do something that a server may refuse; what it says then stands under the box. */
  async orComplain(work) {
    try {
      await work();
    } catch (refusal) {
      if (refusal.status === undefined) throw refusal;
      this.#complain(refusal.message || word("no-answer"));
    }
  }

  /** Do what a button of the box does, or an entry of its menu. */
  act(action, button = this.querySelector(`[data-action="${action}"]`)) {
    if (action === "mention") this.#type("@");
    else if (action === "insert") this.#type("/");
    else if (action === "emoji") this.#pickEmoji(button);
    else if (action === "format") this.#toggleFormat(button);
    else if (action === "later") this.#later(button);
    else if (action === "poll") this.#poll();
  }

  async #later(button) {
    const { openLater } = await import("./send-later.js");
    await this.orComplain(() => openLater(this, button));
  }

  async #poll() {
    const { openPoll } = await import("./poll-dialog.js");
    await this.orComplain(() => openPoll(this));
  }

  async #send(body) {
    const shown = this.field.value.trim();
    const files = this.uploads.files();
    try {
      await this.uploads.describe();
    } catch (refusal) {
      this.#complain(refusal.message || word("no-answer"));
      return;
    }
    post({
      conversation_id: this.dataset.conversationId,
      parent_id: this.dataset.parentId,
      post_id: this.form.elements.post_id?.value,
      body,
      shown: shown || files.map(({ name }) => name).join(", "),
      file_ids: files.map(({ id }) => id),
      files,
    });
    this.#clear();
    if (!this.dataset.parentId) openLog()?.toLatest();
  }

  #clear() {
    this.field.value = "";
    this.#mentions = [];
    this.uploads.clear();
    this.#typing.sent();
    this.#fit();
    this.#keep();
    this.field.focus();
  }

  #pressed(event) {
    if (event.defaultPrevented || event.isComposing || event.target !== this.field) return;
    const hasMod = event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && !event.shiftKey && (hasMod || this.#enterSends())) {
      event.preventDefault();
      this.form.requestSubmit();
    } else if (event.key === "ArrowUp" && !this.field.value) {
      this.#editLast(event);
    } else if (isFormatKey(event)) {
      formatWith(isFormatKey(event), this.field);
      event.preventDefault();
    }
  }

  /** On a touch screen Enter is a new line: there is no Shift to make one with. */
  #enterSends() {
    return reader.entersSend && !matchMedia("(pointer: coarse) and (hover: none)").matches;
  }

  #editLast(event) {
    const thread = this.closest("message-thread");
    const feed = feedOf(this.dataset.conversationId);
    const last = thread ? thread.lastOwn() : feed?.store.lastOf(reader.id);
    const root = thread ?? openLog();
    const article = last && root.querySelector(`[data-message-id="${CSS.escape(last.id)}"]`);
    if (!article) return;
    event.preventDefault();
    act("edit", article);
  }

  #clicked(event) {
    const button = event.target.closest("[data-action], [data-format]");
    if (!button) return;
    const { action, format } = button.dataset;
    if (format) formatWith(format, this.field);
    else {
      if (action === "later") event.preventDefault(); // without script it leads to a page
      this.act(action, button);
    }
  }

  async #pickEmoji(button) {
    const { pickEmoji } = await import("./emoji-picker.js");
    pickEmoji(button, (emoji) => this.#type(emoji), { named: false });
  }

  #type(text) {
    const { selectionStart: at, value } = this.field;
    const gap = (text === "@" || text === "/") && /\S$/.test(value.slice(0, at)) ? " " : "";
    this.field.focus();
    this.field.setRangeText(gap + text, at, this.field.selectionEnd, "end");
    this.field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }

  #toggleFormat(button) {
    const bar = this.querySelector(".composer__format");
    bar.hidden = !bar.hidden;
    button.setAttribute("aria-expanded", String(!bar.hidden));
    this.field.focus();
  }

  #complain(text) {
    this.error.textContent = text;
    this.error.hidden = !text;
    if (text) say(text);
  }
}

customElements.define("message-composer", MessageComposer);
