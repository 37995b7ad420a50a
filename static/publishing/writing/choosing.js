/** What appears while one writes: under `/` what can be put there, under `@` people and posts. */
import { fragment } from "../../platform/core/http.js";
import { Extension, PluginKey, Suggestion } from "../../vendor/editor.js";
import { run } from "./commands.js";
import { Listbox } from "./listbox.js";

const LONGEST = 40;

/**
 * @param {object} host the <text-editor>: `part`, `said`, `act`, and whether it has mentions
 */
export function choosing(host) {
  return Extension.create({
    name: "choosing",
    addProseMirrorPlugins() {
      const { editor } = this;
      const list = () => {
        host.choices ??= new Listbox(host, editor.view.dom, host.status);
        return host.choices;
      };
      const plugins = [Suggestion(slash(host, editor, list))];
      if (host.dataset.mentions) plugins.push(Suggestion(at(host, editor, list)));
      return plugins;
    },
  });
}

function slash(host, editor, list) {
  return {
    editor,
    pluginKey: new PluginKey("slash"),
    char: "/",
    items: ({ query }) => linesFor(host, query),
    allow: isText,
    command: ({ range, props: option }) => {
      editor.chain().focus().deleteRange(range).run();
      if (!run(option.dataset.do, editor)) host.act(option.dataset.do);
    },
    render: () => shown(list, host.label("insert"), host),
  };
}

function at(host, editor, list) {
  let latest = 0;
  return {
    editor,
    pluginKey: new PluginKey("mentions"),
    char: "@",
    allowSpaces: true,
    items: async ({ query }) => {
      latest += 1;
      const mine = latest;
      const found = await peopleFor(host.dataset.mentions, query);
      // Answers may overtake each other: an old one counts no more.
      return mine === latest ? found : [];
    },
    allow: isText,
    command: ({ range, props: option }) => {
      const { kind, id, value: text } = option.dataset;
      const mention = { type: "mention", attrs: { kind, id, text } };
      editor
        .chain()
        .focus()
        .insertContentAt(range, [mention, { type: "text", text: " " }])
        .run();
    },
    render: () => shown(list, host.label("people"), host),
  };
}

function isText({ state, range }) {
  const { parent } = state.doc.resolve(range.from);
  return parent.type.name !== "codeBlock" && range.to - range.from < LONGEST;
}

/**
 * What fits the letters, in the words of the page and without regard to accents: names that begin
 * so, else whatever says so.
 */
function linesFor(host, query) {
  const wanted = plain(query.trim());
  const lines = [...host.part("slash").children].filter((line) => host.offers(line.dataset.do));
  const named = lines.filter((line) => ` ${nameOf(line)}`.includes(` ${wanted}`));
  const said = lines.filter((line) => plain(line.textContent).includes(wanted));
  return (named.length ? named : said).map((line) => line.cloneNode(true));
}

function nameOf(line) {
  return plain(line.querySelector(".option__name").textContent);
}

function plain(text) {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
}

async function peopleFor(address, query) {
  if (query.length > LONGEST) return [];
  try {
    const html = await fragment(`${address}?q=${encodeURIComponent(query.trim())}`);
    const page = new DOMParser().parseFromString(html, "text/html");
    return [...page.querySelectorAll("[role=option]")].map((one) => document.adoptNode(one));
  } catch {
    return [];
  }
}

function shown(list, label, host) {
  const draw = ({ items, clientRect, command }) => {
    const rect = clientRect?.();
    if (!rect) return;
    const said = host.label("choices", { count: items.length });
    list().show(items, { rect, label, said, choose: command });
  };
  return {
    onStart: draw,
    onUpdate: draw,
    onExit: () => list().hide(),
    onKeyDown: ({ event }) => list().pressed(event),
  };
}
