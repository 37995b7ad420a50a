/** How it stands with push in a browser, from what it says of itself. */

/**
 * @param {{canPush: boolean, isApple: boolean, isInstalled: boolean,
 *   permission: "default" | "granted" | "denied", isSubscribed: boolean, isOnServer: boolean}} facts
 * @returns {"install" | "unable" | "denied" | "on" | "off"}
 */
export function stateOf({ canPush, isApple, isInstalled, permission, isSubscribed, isOnServer }) {
  // Apple's mobile browsers can only do it for what stands on the home screen.
  if (!canPush) return isApple && !isInstalled ? "install" : "unable";
  if (permission === "denied") return "denied";
  return permission === "granted" && isSubscribed && isOnServer ? "on" : "off";
}

/** The bytes of a key as servers write it: base64 for addresses. */
export function bytesOf(key) {
  const text = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Whether a subscription was made with this key: with another, this site cannot use it. */
export function isMadeWith(subscription, key) {
  const made = new Uint8Array(subscription.options.applicationServerKey ?? []);
  const wanted = bytesOf(key);
  return made.length === wanted.length && wanted.every((byte, place) => made[place] === byte);
}
