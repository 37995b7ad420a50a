// The peer in JavaScript: Socket.IO for Node.js with better-sqlite3. See README.md.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    database: { type: "string" },
    modules: { type: "string" },
    port: { type: "string" },
    synchronous: { type: "string" },
  },
});
const require = createRequire(`${values.modules}/`);
const Database = require("better-sqlite3");
const { Server } = require("socket.io");

const database = new Database(values.database);
database.pragma("journal_mode = WAL");
database.pragma(`synchronous = ${values.synchronous}`);
database.exec(
  "CREATE TABLE messages (seq INTEGER PRIMARY KEY, client_id TEXT UNIQUE, body TEXT, html TEXT, created_at TEXT)",
);
const insert = database.prepare(
  "INSERT INTO messages (client_id, body, html, created_at) VALUES (?, ?, ?, ?)",
);

const CONVERSATION = "00000000-0000-4000-8000-000000000000";
const AUTHOR = { id: CONVERSATION, name: "Person 0", caption: "Officer · Everybody · Bench Council" };
const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
let rev = 0;

/** Store what was sent and give it as everybody gets it. */
function post({ client_id, body }) {
  const html = `<p>${body.replace(/[&<>]/g, (sign) => ESCAPED[sign])}</p>\n`;
  const created_at = new Date().toISOString();
  rev = Number(insert.run(client_id, body, html, created_at).lastInsertRowid);
  return {
    id: client_id,
    conversation_id: CONVERSATION,
    seq: rev,
    rev,
    body_rev: rev,
    client_id,
    author: AUTHOR,
    body,
    html,
    parent_id: null,
    parent_seq: null,
    reply_count: 0,
    created_at,
    edited_at: null,
    deleted: false,
    files: [],
    mentions: [],
    reactions: [],
    pinned: false,
  };
}

const http = createServer();
const io = new Server(http, { transports: ["websocket"], allowUpgrades: false });

io.on("connection", (socket) => {
  socket.join("channel");
  socket.emit("hello", { conversations: [{ id: CONVERSATION, rev }] });
  socket.on("message:post", (data, acknowledge) => {
    const message = post(data);
    acknowledge({ ok: true, message });
    io.to("channel").emit("message:posted", {
      conversation_id: CONVERSATION,
      rev: message.rev,
      message,
    });
  });
});

http.listen({ port: Number(values.port), host: "127.0.0.1", backlog: 512 }, () => {
  console.log(`Serving on http://127.0.0.1:${values.port}`);
});
