/** Pictures large: PhotoSwipe, loaded when the first one is opened. */
import { word } from "../core/reader.js";

const vendor = (name) => new URL(`../vendor/${name}`, import.meta.url).href;
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

async function show(link) {
  const { default: PhotoSwipe } = await load();
  const all = [...link.closest(".message__files").querySelectorAll(".thumbnail")];
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
  viewer.init();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".thumbnail");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(link);
});
