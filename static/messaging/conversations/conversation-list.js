import { word } from "../../platform/core/reader.js";
import { changes, counts, drawCount, learnFrom } from "./counts.js";
import { drafts } from "./kept-drafts.js";

/** <conversation-list>: keeps the numbers of the list true, and takes in a list drawn anew. */
class ConversationList extends HTMLElement {
  #draw = () => this.#drawAll();
  #replace = ({ detail }) => this.#take(detail);

  connectedCallback() {
    changes.addEventListener("changed", this.#draw);
    changes.addEventListener("list", this.#replace);
    for (const name of ["contextmenu", "pointerdown", "dragstart"]) {
      this.addEventListener(name, rowOf);
    }
    learnFrom(this);
  }

  disconnectedCallback() {
    changes.removeEventListener("changed", this.#draw);
    changes.removeEventListener("list", this.#replace);
  }

  /** Take the groups of a fresh list; what was folded out and what has the focus stays so. */
  #take(page) {
    const fresh = page.querySelector("conversation-list > nav");
    if (!fresh) return;
    const current = this.querySelector("[aria-current]")?.dataset.conversationId;
    const focused = document.activeElement?.dataset?.conversationId;
    const isOpen = this.querySelector("details")?.open;
    const nav = this.querySelector("nav");
    const header = nav.querySelector(".conversation-list__header");
    const groups = [...fresh.children].filter((child) => !child.matches("header"));
    nav.replaceChildren(header, ...groups.map((group) => document.adoptNode(group)));
    if (current) this.#link(current)?.setAttribute("aria-current", "page");
    const here = `a[href="${CSS.escape(location.pathname)}"]`;
    nav.querySelector(`.conversation-link:is(${here})`)?.setAttribute("aria-current", "page");
    const folded = this.querySelector("details");
    if (folded && isOpen) folded.open = true;
    if (current) this.#drawStar(current);
    if (focused) this.#link(focused)?.focus();
    this.#drawAll();
  }

  /** The star in the head of the open conversation says what the list says. */
  #drawStar(id) {
    const star = document.querySelector(`.star[action="/c/${CSS.escape(id)}/favourite"]`);
    const isOn = this.#link(id)?.closest("[data-favourites]") !== null;
    star?.querySelector("button").setAttribute("aria-pressed", isOn);
    star?.elements.on.setAttribute("value", isOn ? 0 : 1);
  }

  #link(id) {
    return this.querySelector(`[data-conversation-id="${CSS.escape(id)}"]`);
  }

  #drawAll() {
    const begun = new Set(drafts.conversationIds());
    for (const link of this.querySelectorAll("[data-conversation-id]")) {
      const id = link.dataset.conversationId;
      const isMuted = counts.get(id)?.muted ?? link.dataset.muted === "true";
      const unread = counts.of(id);
      const mentions = counts.mentionsOf(id);
      const badge = link.querySelector(".count");
      const callsReader = mentions > 0 || link.dataset.kind !== "channel";
      badge.classList.toggle("count--attn", callsReader);
      badge.classList.toggle("count--accent", !callsReader);
      if (isMuted) drawCount(badge, mentions, word("addressed"));
      else if (mentions) drawCount(badge, unread, word("unread-addressed", { count: mentions }));
      else drawCount(badge, unread, word("unread"));
      link.classList.toggle("conversation-link--unread", unread > 0 && !isMuted);
      const isOpen = link.getAttribute("aria-current") === "page";
      const mark = link.querySelector(".conversation-link__draft");
      mark.hidden = isOpen || !(begun.has(id) || mark.dataset.kept === "true");
    }
  }
}

/** What is done with a row, by its menu or by dragging it, is loaded with the first of it. */
async function rowOf(event) {
  const link = event.target.closest("a[data-conversation-id]");
  if (!link || (event.type === "pointerdown" && event.pointerType !== "touch")) return;
  if (event.type === "contextmenu") event.preventDefault();
  (await import("./list-rows.js")).row(link, event);
}

customElements.define("conversation-list", ConversationList);
