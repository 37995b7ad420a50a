import { drafts } from "../conversations/kept-drafts.js";
import { withoutMarks } from "./mention-text.js";

/**
 * What was begun here: the newer of what this browser kept and what the site had, which stands in
 * the box. `stored` is what the site had; `isGone` says that it was sent or dropped here since.
 */
export function begunDraft({ conversationId, parentId, draftAt }, inBox) {
  const stored = draftAt ? inBox : "";
  const local = drafts.get(conversationId, parentId);
  if (drafts.goneAt(conversationId, parentId) > Number(draftAt ?? Infinity)) {
    return { stored, isGone: true };
  }
  if (inBox && !draftAt) return { stored }; // what was not taken, or is ready to be sent
  if (local && (!draftAt || !(local.at < Number(draftAt)))) return { stored, draft: local };
  const { text, mentions } = withoutMarks(stored);
  return { stored, draft: draftAt && { body: text, mentions, files: local?.files } };
}

/** What lets the site have the draft too; nothing while it cannot be loaded. */
export function draftSync({ conversationId, parentId }, stored) {
  return import("./draft-sync.js").then(
    ({ DraftSync }) => new DraftSync({ conversationId, parentId, stored }),
    () => null,
  );
}
