// Browsers that lay the on-screen keyboard over the page (Safari): the page ends where it begins.
const view = window.visualViewport;

function fit() {
  const covered = window.innerHeight - view.height;
  const style = document.documentElement.style;
  if (covered > 80 && view.scale === 1) {
    style.setProperty("--viewport-height", `${view.height}px`);
    window.scrollTo(0, 0);
  } else {
    style.removeProperty("--viewport-height");
  }
}

view?.addEventListener("resize", fit);
