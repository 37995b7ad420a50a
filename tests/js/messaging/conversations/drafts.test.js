import assert from "node:assert/strict";
import { test } from "node:test";
import { Drafts } from "../../../../static/messaging/conversations/drafts.js";
import {
  forgetForGood,
  forgetOthers,
  PersonalStorage,
} from "../../../../static/platform/core/storage.js";
import { memoryStorage } from "../../examples.js";

test("a draft is kept by conversation and thread, and an empty one is none", () => {
  const drafts = new Drafts(new PersonalStorage("ana", memoryStorage()));
  drafts.set("c1", "", { body: "Hola" });
  drafts.set("c1", "m1", { body: "En el hilo" });
  assert.equal(drafts.get("c1").body, "Hola");
  assert.equal(drafts.get("c1", "m1").body, "En el hilo");
  drafts.set("c1", "", { body: "  " });
  assert.equal(drafts.get("c1"), null);
  assert.deepEqual(drafts.conversationIds(), ["c1"]);
});

test("nobody finds what somebody else began on the same browser", () => {
  const area = memoryStorage();
  const ana = new Drafts(new PersonalStorage("ana", area));
  ana.set("c1", "", { body: "Hola" });
  assert.equal(new Drafts(new PersonalStorage("iria", area)).get("c1"), null);
  forgetOthers("iria", area);
  assert.equal(ana.get("c1"), null);
});

test("where the browser keeps nothing, the page still does", () => {
  const full = {
    ...memoryStorage(),
    setItem() {
      throw new Error("full");
    },
  };
  const drafts = new Drafts(new PersonalStorage("ana", full));
  drafts.set("c1", "", { body: "Hola" });
  assert.equal(drafts.get("c1").body, "Hola");
});

test("signing out forgets everything, and what the page would still keep", () => {
  const area = memoryStorage();
  const ana = new Drafts(new PersonalStorage("ana", area));
  ana.set("c1", "", { body: "Hola" });
  forgetForGood(area);
  ana.set("c1", "", { body: "Hola otra vez" });
  assert.equal(ana.get("c1"), null);
  assert.equal(area.length, 0);
});
