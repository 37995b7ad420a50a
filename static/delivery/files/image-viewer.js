/**
 * Pictures large: PhotoSwipe, loaded when the first one is opened. Those within one `data-pictures`
 * are gone through together; below each stands what its <figcaption> says.
 */
import { word } from "../../platform/core/reader.js";

const vendor = (name) => new URL(`../../vendor/${name}`, import.meta.url).href;
let loaded = null;

function load() {
  if (loaded) return loaded;
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = vendor("photoswipe.css");
  document.head.append(style);
  loaded = import(vendor("photoswipe.esm.min.js"));
  return loaded;
}

/** What the picture's own caption says; nothing where it has none. */
function say(element, link) {
  element.className = "viewer-caption";
  element.textContent =
    link.closest("figure")?.querySelector("figcaption")?.textContent.trim() ?? "";
  element.hidden = element.textContent === "";
}

/** Open the picture that a link leads to. */
export async function show(link) {
  const { default: PhotoSwipe } = await load();
  const group = link.closest("[data-pictures]") ?? link.parentElement;
  const all = [...group.querySelectorAll(".thumbnail")];
  const viewer = new PhotoSwipe({
    dataSource: all.map((one) => ({
      src: one.href,
      msrc: one.querySelector("img").src,
      width: Number(one.dataset.pswpWidth),
      height: Number(one.dataset.pswpHeight),
      alt: one.querySelector("img").alt,
      element: one,
    })),
    index: all.indexOf(link),
    showHideAnimationType: matchMedia("(prefers-reduced-motion: reduce)").matches ? "none" : "fade",
    returnFocus: true,
    closeTitle: word("viewer-close"),
    zoomTitle: word("viewer-zoom"),
    arrowPrevTitle: word("viewer-previous"),
    arrowNextTitle: word("viewer-next"),
    errorMsg: word("viewer-error"),
  });
  viewer.on("uiRegister", () => {
    viewer.ui.registerElement({
      name: "caption",
      order: 9,
      isButton: false,
      appendTo: "root",
      onInit: (element) => viewer.on("change", () => say(element, viewer.currSlide.data.element)),
    });
  });
  viewer.init();
}
