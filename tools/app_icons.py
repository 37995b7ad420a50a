"""Draw the icons of the installed application from `static/platform/core/icon.svg`, as PNG.

`.venv/bin/python tools/app_icons.py` uses the browser of the tests, which can render SVG.
"""

from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tools.programs import chromium

CORE = Path(__file__).resolve().parent.parent / "static" / "platform" / "core"
ACCENT = "#0b5d66"
# Name, size in pixels, the part of the picture that the sign fills, what is behind it.
ICONS = (
    ("icon-192", 192, 1.0, "transparent"),
    ("icon-512", 512, 1.0, "transparent"),
    ("maskable-192", 192, 0.72, ACCENT),  # a device may cut off a tenth on each side
    ("maskable-512", 512, 0.72, ACCENT),
    ("touch-180", 180, 0.78, ACCENT),
)


def main() -> None:
    """Draw every icon, and the one-colour badge that phones show beside the clock."""
    svg = (CORE / "icon.svg").read_text(encoding="utf-8")
    shape, house = svg.split("/>", 1)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page()
        for name, size, share, ground in ICONS:
            draw(page, svg, name, size=size, share=share, ground=ground)
        one_colour = shape[: shape.index("<path")] + house.replace('viewBox="0 0 32 32"', "")
        sign = one_colour.replace("0 0 32 32", "8 8 16 16")
        draw(page, sign, "badge-96", size=96, share=1.0, ground="transparent")
        browser.close()


def draw(page: Page, svg: str, name: str, *, size: int, share: float, ground: str) -> None:
    """Draw an icon and save it as a PNG file."""
    side, edge = size * share, size * (1 - share) / 2
    sized = svg.replace("<svg ", f'<svg width="{side}" height="{side}" ', 1)
    page.set_viewport_size({"width": size, "height": size})
    page.set_content(
        f"<style>body{{margin:0;background:{ground}}}"
        f"svg{{position:absolute;left:{edge}px;top:{edge}px}}</style>{sized}"
    )
    page.screenshot(path=CORE / f"{name}.png", omit_background=True)


if __name__ == "__main__":
    main()
