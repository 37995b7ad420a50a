const loaded = new Map();

/** Load a stylesheet that only some presses need; done once it counts. */
export function loadStyle(address) {
  if (!loaded.has(address)) {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    const done = new Promise((resolve) => {
      link.addEventListener("load", resolve);
      link.addEventListener("error", resolve);
    });
    loaded.set(address, done);
    document.head.append(link);
  }
  return loaded.get(address);
}
