"""What a word processor puts on the clipboard, and how it is pasted."""

PASTE = """(field, { html, text }) => {
  const data = new DataTransfer();
  if (html) data.setData("text/html", html);
  data.setData("text/plain", text ?? "plain");
  field.focus();
  const how = { clipboardData: data, bubbles: true, cancelable: true };
  field.dispatchEvent(new ClipboardEvent("paste", how));
}"""


def _item(place: str, mark: str, words: str) -> str:
    """An item of a list as Word writes it: a paragraph that says where it stands."""
    return (
        f"<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:{place} lfo1'>"
        f"<![if !supportLists]><span style='font-family:Symbol;mso-list:Ignore'>{mark}"
        "<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp; </span></span><![endif]>"
        f"{words}<o:p></o:p></p>\n"
    )


FROM_WORD = (
    '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>'
    "<!--[if gte mso 9]><xml><o:Settings/></xml><![endif]-->"
    "<style><!-- p.MsoNormal {margin:0cm;} --></style></head><body><!--StartFragment-->"
    "<h1 style='mso-list:none'>Obras en el edificio</h1>"
    "<p class=MsoNormal style='margin:0'>Desde el <b style='mso-bidi-font-weight:normal'>"
    "<span lang=ES style='font-size:11.0pt'>martes</span></b> se <i>trabaja</i>\n"
    "en dos plantas<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
    + _item("l0 level1", "·", "La primera")
    + _item("l0 level2", "o", "Dentro")
    + _item("l0 level1", "·", "La segunda")
    + "<p class=MsoNormal>Pasos:</p>"
    + _item("l1 level1", "1.", "Pedir cita")
    + _item("l1 level2", "a.", "Por la web")
    + _item("l1 level1", "2.", "Traer el DNI")
    + "<table class=MsoTableGrid border=1 style='border-collapse:collapse'><tr><td width=283"
    " style='width:212.4pt'><p class=MsoNormal>Día<o:p></o:p></p></td><td align=center"
    " style='padding:0cm'><p class=MsoNormal>Hora</p></td></tr><tr><td><p>Lunes</p>"
    "<p>y martes</p></td><td><p>8:00 | 9:00</p></td></tr></table>"
    '<p><img src="file:///C:/x/image001.png" v:shapes="Imagen_x0020_1"></p>'
    "<script>alert(1)</script><p class=MsoNormal>Más en <a href='https://monteclaro.es/obras'"
    " style='color:blue'>la web</a>. R&amp;D &lt;x&gt;</p><!--EndFragment--></body></html>"
)


def big(paragraphs: int, *, filling: int) -> str:
    """Five megabytes and more of Word: much of it says how it looks."""
    one = (
        f"<p class=MsoNormal style='margin:0cm;font-family:Calibri{'x' * filling}'>"
        "<span lang=ES style='font-size:11pt'>Texto de <b>Word</b></span><o:p></o:p></p>"
    )
    return f"<html><body>{one * paragraphs}</body></html>"
