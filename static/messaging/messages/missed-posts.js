/** A post was named that cannot read the room: the writer may send it the message, in one click. */
import { word } from "../../platform/core/reader.js";
import { say } from "./announcer.js";
import { pattern } from "./message-view.js";

/**
 * @param {{conversation_id: string, seq: number}} message as it is stored
 * @param {{id: string, text: string}[]} posts that it named in vain
 */
export function offerPosts(message, posts) {
  const thread = message?.parent_id && document.querySelector("message-thread .thread__foot");
  const foot = thread || document.querySelector(".conversation__foot");
  if (!foot || !posts.length) return;
  for (const old of foot.querySelectorAll(".missed-post")) old.remove();
  for (const { id, text } of posts) {
    const banner = pattern("missed");
    const form = banner.querySelector("form");
    const words = banner.querySelector(".banner__text");
    words.textContent = word("missed-post", { post: `@${text}` });
    form.action = `/c/${message.conversation_id}/m/${message.seq}/to-post`;
    form.elements.post_id.value = id;
    foot.prepend(banner);
    say(words.textContent);
  }
}

document.addEventListener("click", (event) => {
  const close = event.target.closest('[data-action="forget-missed"]');
  if (!close) return;
  event.preventDefault();
  close.closest(".missed-post").remove();
});
