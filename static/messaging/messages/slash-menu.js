/** What `/` offers: the forms of words of one's unit, a poll, sending later. */
import { fragment } from "../../platform/core/http.js";
import { elementOf, loadWritingStyles } from "./composing-styles.js";
import { fold } from "./emoji-search.js";

const lists = new Map();

/** What fits the letters after the slash, as a list for <text-expander>. */
export async function offer(text, composer) {
  loadWritingStyles();
  const list = (await listFor(composer)).cloneNode(true);
  const words = fold(text).split(/\s+/).filter(Boolean);
  for (const option of list.querySelectorAll("[role=option]")) {
    const name = fold(option.textContent);
    if (!words.every((word) => name.includes(word))) option.remove();
  }
  if (text) for (const note of list.querySelectorAll(".suggestions__note")) note.remove();
  return { matched: Boolean(list.querySelector("[role=option]")), fragment: list };
}

/** Put in what was chosen, in the place of the slash and what was typed after it. */
export async function choose(item, composer) {
  const { field } = composer;
  const end = field.selectionStart;
  const start = field.value.lastIndexOf("/", end - 1);
  field.focus();
  field.setRangeText("", start, end, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  const { model, does, href } = item.dataset;
  if (href) location.assign(href);
  else if (does) composer.act(does);
  else
    await composer.orComplain(async () =>
      composer.insert(await fragment(`/models/${model}/words`)),
    );
}

function listFor(composer) {
  const { conversationId, mayPoll, parentId } = composer.dataset;
  const address = `/c/${conversationId}/put-in${mayPoll && !parentId ? "?poll=1" : ""}`;
  if (!lists.has(address)) {
    const list = fragment(address).then(elementOf);
    list.catch(() => lists.delete(address));
    lists.set(address, list);
  }
  return lists.get(address);
}
