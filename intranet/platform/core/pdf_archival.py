"""Make a PDF document one that can be archived: PDF/A-2b (ISO 19005-2).

The fonts are embedded already, and nothing is transparent. Added are the metadata that the standard
asks for and the colour space that our colours are in; and all is written anew, because reportlab
ends its streams in a way that the standard forbids.
"""

from io import BytesIO
from typing import BinaryIO
from xml.sax.saxutils import escape

from PIL import ImageCms
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from intranet.platform.core import clock

HEADER = "%PDF-1.7"
PRODUCER = "Intranet"
COLOURS = "sRGB IEC61966-2.1"
PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:description>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{producer}</xmp:CreatorTool>
<xmp:CreateDate>{at}</xmp:CreateDate>
<xmp:ModifyDate>{at}</xmp:ModifyDate>
<xmp:MetadataDate>{at}</xmp:MetadataDate>
<pdf:Producer>{producer}</pdf:Producer>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def write_archival(
    out: BinaryIO, written: BytesIO, *, title: str, author: str, language: str
) -> None:
    """Write a document with the metadata and the colour space that archives ask for."""
    at = clock.now().replace(microsecond=0)
    document = PdfWriter(clone_from=written)
    document.pdf_header = HEADER
    document.metadata = {  # the same as in the packet
        "/Title": title,
        "/Author": author,
        "/Subject": title,
        "/Creator": PRODUCER,
        "/Producer": PRODUCER,
        "/CreationDate": f"D:{at:%Y%m%d%H%M%S}+00'00'",
        "/ModDate": f"D:{at:%Y%m%d%H%M%S}+00'00'",
    }
    packet = PACKET.format(
        title=escape(title),
        author=escape(author),
        language=escape(language),
        producer=PRODUCER,
        at=at.isoformat(),
    )
    root = document.root_object
    root[NameObject("/Metadata")] = document._add_object(  # noqa: SLF001 - pypdf names it so
        _stream(packet.encode(), {"/Type": NameObject("/Metadata"), "/Subtype": NameObject("/XML")})
    )
    root[NameObject("/OutputIntents")] = ArrayObject([_output_intent(document)])
    document.generate_file_identifiers()
    document.write(out)


def _output_intent(document: PdfWriter) -> DictionaryObject:
    """Return the colour space of the document: sRGB, as every screen has it."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    stream = document._add_object(_stream(profile, {"/N": NumberObject(3)}))  # noqa: SLF001 - as above
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/OutputIntent"),
            NameObject("/S"): NameObject("/GTS_PDFA1"),
            NameObject("/OutputConditionIdentifier"): TextStringObject(COLOURS),
            NameObject("/Info"): TextStringObject(COLOURS),
            NameObject("/DestOutputProfile"): stream,
        }
    )


def _stream(content: bytes, entries: dict[str, NameObject | NumberObject]) -> StreamObject:
    stream = StreamObject()
    stream.set_data(content)
    stream.update({NameObject(name): value for name, value in entries.items()})
    return stream
