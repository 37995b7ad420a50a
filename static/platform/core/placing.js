/**
 * Where a panel goes beside what opened it: below if there is room, else above, and never beyond
 * the window. All sizes in CSS pixels; rectangles as from getBoundingClientRect.
 *
 * @param {{top: number, bottom: number, left: number, right: number}} anchor
 * @param {{width: number, height: number}} panel
 * @param {{width: number, height: number}} view
 * @param {{align?: "start" | "end", gap?: number, margin?: number}} [wishes]
 * @returns {{left: number, top: number, height: number}} `height` is the most it may take.
 */
export function placed(anchor, panel, view, { align = "end", gap = 6, margin = 8 } = {}) {
  const below = view.height - margin - (anchor.bottom + gap);
  const above = anchor.top - gap - margin;
  const goesBelow = panel.height <= below || below >= above;
  const height = Math.min(panel.height, goesBelow ? below : above);
  const top = goesBelow ? anchor.bottom + gap : anchor.top - gap - height;
  const wished = align === "end" ? anchor.right - panel.width : anchor.left;
  const last = view.width - margin - panel.width;
  return { left: Math.max(margin, Math.min(wished, last)), top, height };
}
