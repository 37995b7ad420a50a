/** What comes into a text from outside: pasted and dropped, words and files. */
import { linkPasted } from "./keys.js";
import { cleaned, lengthOf, picturesIn } from "./pasting.js";
import { isSafeAddress } from "./rules.js";

const LOOKS = /\sstyle=(?:"[^"]*"|'[^']*')/gi;

/** @param {object} host the <text-editor> */
export function incoming(host) {
  return {
    transformPastedHTML: (html) => cleanedFor(host, html),
    clipboardTextParser: (text, _place, isPlain) =>
      isPlain ? null : host.markdown.parse(text.replaceAll("\r\n", "\n")).slice(0),
    // Before anything is parsed: what is refused costs nothing.
    handleDOMEvents: {
      paste: (view, event) => {
        const isDone = pasted(host, view, event);
        if (isDone) event.preventDefault();
        return isDone;
      },
    },
    handleDrop: (view, event, _slice, isMoved) => !isMoved && dropped(host, view, event),
  };
}

/** Into the field with the Markdown goes Markdown. */
export function pastedAsMarkdown(host, event) {
  const html = event.clipboardData?.getData("text/html");
  if (!html) return;
  event.preventDefault();
  if (isTooMuch(host, lengthOf(html))) return;
  const editor = host.made();
  editor.commands.setContent(cleaned(html), { emitUpdate: false });
  const text = host.markdown.serialize(editor.state.doc);
  editor.destroy();
  document.execCommand("insertText", false, text);
}

function cleanedFor(host, html) {
  if (html.includes("data-pm-slice")) return html.replaceAll(LOOKS, "");
  const pictures = picturesIn(html);
  if (pictures) host.say(host.label("no-pictures", { count: pictures }));
  return cleaned(html);
}

function pasted(host, view, event) {
  const data = event.clipboardData;
  const html = data?.getData("text/html") ?? "";
  const text = data?.getData("text/plain") ?? "";
  const files = [...(data?.files ?? [])];
  if (files.length && !html && host.files) return sendAll(host, files);
  if (linkPasted(view, text, isSafeAddress)) return true;
  return isTooMuch(host, html ? lengthOf(html) : text.length);
}

function dropped(host, view, event) {
  const files = [...(event.dataTransfer?.files ?? [])];
  if (!files.length || !host.files) return false;
  event.preventDefault();
  event.stopPropagation();
  const at = view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos;
  return sendAll(host, files, at);
}

function sendAll(host, files, at) {
  (async () => {
    for (const file of files) await host.insert(file, at);
  })();
  return true;
}

/** What does not fit is refused whole: half a text is worse than a sentence. */
function isTooMuch(host, count) {
  const most = host.source.maxLength;
  if (most <= 0 || count <= most) return false;
  host.say(host.label("too-much", { count, limit: most }));
  return true;
}
