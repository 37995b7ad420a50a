import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, isMadeWith, stateOf } from "../../../../static/delivery/push/state.js";

const told = {
  canPush: true,
  isApple: false,
  isInstalled: false,
  permission: "granted",
  isSubscribed: true,
  isOnServer: true,
};

test("a device is told when browser, its user and the server agree", () => {
  assert.equal(stateOf(told), "on");
  assert.equal(stateOf({ ...told, isOnServer: false }), "off");
  assert.equal(stateOf({ ...told, isSubscribed: false }), "off");
  assert.equal(stateOf({ ...told, permission: "default" }), "off");
  assert.equal(stateOf({ ...told, permission: "denied" }), "denied");
});

test("an iPhone is told how to begin, any other browser that it cannot", () => {
  const cannot = { ...told, canPush: false };
  assert.equal(stateOf({ ...cannot, isApple: true }), "install");
  assert.equal(stateOf({ ...cannot, isApple: true, isInstalled: true }), "unable");
  assert.equal(stateOf(cannot), "unable");
});

test("a subscription for another key is none of this site's", () => {
  const made = (bytes) => ({ options: { applicationServerKey: Uint8Array.from(bytes).buffer } });
  assert.deepEqual([...bytesOf("-_8A")], [251, 255, 0]);
  assert.ok(isMadeWith(made([251, 255, 0]), "-_8A"));
  assert.ok(!isMadeWith(made([251, 255, 1]), "-_8A"));
  assert.ok(!isMadeWith(made([251, 255]), "-_8A"));
  assert.ok(!isMadeWith({ options: {} }, "-_8A"));
});
