"""The ENI envelope: metadata of the Spanish interoperability norm, as XML beside each item.

It describes; it does not sign as an administration signs. What the agency adds is said in
docs/law-access.md.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC
from hashlib import sha256

from lxml import etree

from intranet.platform.core import clock
from intranet.records.access_requests.outgoing import Outgoing
from intranet.records.access_requests.schema import PackagedItem

_ENI = "http://administracionelectronica.gob.es/ENI/XSD/v1.0"
DOCUMENT, DOCUMENT_FACTS = f"{_ENI}/documento-e", f"{_ENI}/documento-e/metadatos"
FILE, FILE_FACTS = f"{_ENI}/expediente-e", f"{_ENI}/expediente-e/metadatos"
INDEX, INDEXED = f"{_ENI}/expediente-e/indice-e", f"{_ENI}/expediente-e/indice-e/contenido"
OTHER_STATE, OTHER_TYPE, CLOSED = "EE99", "TD99", "E02"
ID_CHARACTERS = 30


def files_of(outgoing: Outgoing, items: Sequence[PackagedItem]) -> Iterator[tuple[str, bytes]]:
    """Yield the metadata of each included item, then those of the whole, by path."""
    included = [item for item in items if item.decision == "included"]
    for item in included:
        yield f"eni/documento-{item.number:04d}.xml", _document(outgoing, item)
    yield "eni/expediente.xml", _whole(outgoing, included)


def _identifier(outgoing: Outgoing, item: PackagedItem | None = None) -> str:
    request = outgoing.request
    own = f"{request.id.hex[:20]}{item.number:010d}" if item else f"EXP_{request.id.hex}"
    return f"ES_{request.agency.code}_{request.year}_{own[:ID_CHARACTERS]}"


def _document(outgoing: Outgoing, item: PackagedItem) -> bytes:
    root = etree.Element(etree.QName(DOCUMENT, "documento"), nsmap={"d": DOCUMENT})
    facts = etree.SubElement(
        root, etree.QName(DOCUMENT_FACTS, "metadatos"), nsmap={"m": DOCUMENT_FACTS}
    )
    at = item.at or clock.now()
    for name, value in (
        ("VersionNTI", DOCUMENT),
        ("Identificador", _identifier(outgoing, item)),
        ("Organo", outgoing.request.agency.code),
        ("FechaCaptura", at.astimezone(UTC).isoformat(timespec="seconds")),
        ("OrigenCiudadanoAdministracion", "true"),
    ):
        etree.SubElement(facts, etree.QName(DOCUMENT_FACTS, name)).text = value
    state = etree.SubElement(facts, etree.QName(DOCUMENT_FACTS, "EstadoElaboracion"))
    value = etree.SubElement(state, etree.QName(DOCUMENT_FACTS, "ValorEstadoElaboracion"))
    value.text = OTHER_STATE
    etree.SubElement(facts, etree.QName(DOCUMENT_FACTS, "TipoDocumental")).text = OTHER_TYPE
    return _bytes(root)


def _whole(outgoing: Outgoing, items: Sequence[PackagedItem]) -> bytes:
    request = outgoing.request
    root = etree.Element(etree.QName(FILE, "expediente"), nsmap={"e": FILE})
    index = etree.SubElement(root, etree.QName(INDEX, "indice"), nsmap={"i": INDEX})
    content = etree.SubElement(index, etree.QName(INDEX, "IndiceContenido"), nsmap={"c": INDEXED})
    made_at = etree.SubElement(content, etree.QName(INDEXED, "FechaIndiceElectronico"))
    made_at.text = clock.now().astimezone(UTC).isoformat(timespec="seconds")
    for place, item in enumerate(items, start=1):
        row = etree.SubElement(content, etree.QName(INDEXED, "DocumentoIndizado"))
        for name, value in (
            ("IdentificadorDocumento", _identifier(outgoing, item)),
            ("ValorHuella", sha256(item.model_dump_json().encode()).hexdigest()),
            ("FuncionResumen", "http://www.w3.org/2001/04/xmlenc#sha256"),
            ("OrdenDocumentoExpediente", str(place)),
        ):
            etree.SubElement(row, etree.QName(INDEXED, name)).text = value
    facts = etree.SubElement(root, etree.QName(FILE_FACTS, "metadatosExp"), nsmap={"m": FILE_FACTS})
    for name, value in (
        ("VersionNTI", FILE),
        ("Identificador", _identifier(outgoing)),
        ("Organo", request.agency.code),
        (
            "FechaAperturaExpediente",
            request.created_at.astimezone(UTC).isoformat(timespec="seconds"),
        ),
        ("Clasificacion", f"{request.agency.code}_PRO_{request.id.hex[:ID_CHARACTERS]}"),
        ("Estado", CLOSED),
    ):
        etree.SubElement(facts, etree.QName(FILE_FACTS, name)).text = value
    return _bytes(root)


def _bytes(root: "etree._Element") -> bytes:
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return content
