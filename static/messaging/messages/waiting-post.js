/** A post that waits in the outbox, in the shape of a message, so that one sees it in its place. */
import { reader } from "../../platform/core/reader.js";

export function asMessage(post, caption = "") {
  const paragraph = document.createElement("p");
  paragraph.textContent = post.shown ?? post.body;
  return {
    ...post,
    id: undefined,
    rev: 0,
    author: { id: reader.id, name: reader.name, caption },
    created_at: new Date(post.written_at).toISOString(),
    html: paragraph.outerHTML.replaceAll("\n", "<br>"),
    files: [],
  };
}
