// A refusal to htmx is shown among the banners, not where the answer would have gone: only 422,
// which is the form again, is swapped (meta htmx-config).
const INVALID = 422;
const BUSY = 503;

document.addEventListener("htmx:response:error", ({ detail }) => {
  const { text, response } = detail.ctx;
  if (response.status === INVALID) return;
  const piece = document.createElement("template");
  piece.innerHTML = text;
  show(piece.content.querySelector(".banner") ?? fault(response.headers.get("X-Request-ID")));
  if (response.status === BUSY) again(detail.ctx.sourceElement, response.headers);
});

// What was searched is there after all. The event comes after a refusal too, which changes nothing.
document.addEventListener("htmx:after:swap", ({ detail }) => {
  if (detail.ctx?.response?.status === BUSY) return;
  document.querySelector("#banners [data-busy]")?.remove();
});

/** Where there is too much to do to search now, it is asked again by itself. */
function again(form, headers) {
  const seconds = Number(headers.get("Retry-After"));
  if (!seconds || !form?.matches?.("form[role=search]")) return;
  document.querySelector("#banners .banner")?.setAttribute("data-busy", "");
  const asked = new URLSearchParams(new FormData(form)).toString();
  setTimeout(
    () => {
      const now = new URLSearchParams(new FormData(form)).toString();
      if (form.isConnected && now === asked) form.requestSubmit();
    },
    seconds * 1000 * (1 + Math.random()),
  );
}

/** An answer without words, perhaps of a proxy: ours has an id under which the log has it. */
function fault(id) {
  const banner = fromTemplate("fault-piece");
  const report = banner.querySelector("[data-report]");
  report.hidden = !id;
  report.querySelector("b").textContent = id;
  return banner;
}

// The request never got there. Errors of scripts come by the same event, without a request.
document.addEventListener("htmx:error", ({ detail }) => {
  if (detail.ctx && !detail.ctx.response) show(fromTemplate("offline-piece"));
});

window.addEventListener("offline", () => show(fromTemplate("offline-piece")));
window.addEventListener("online", () =>
  document.querySelector("#banners [data-offline]")?.remove(),
);

function fromTemplate(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

function show(banner) {
  const banners = document.getElementById("banners");
  banners.classList.add("banners--live");
  banners.replaceChildren(banner);
}
