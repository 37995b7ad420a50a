"""The ENI envelope: names, namespaces and order as the published schemas have them.

The schemas are in the annexes of the two norms (BOE-A-2011-13169 and 13170). They cannot be fetched
in a test, so what they ask for is written here, without the content and the signatures.
"""

import re

import pytest
from lxml import etree

from intranet.records.access_requests.operations.finding import search
from tests.messaging.messages.helpers import channel_of, say
from tests.records.access_requests.conftest import work_off
from tests.records.access_requests.test_acceptance import exported, include_all

pytestmark = pytest.mark.both
ENI = "http://administracionelectronica.gob.es/ENI/XSD/v1.0"
DOCUMENT = (
    *("VersionNTI", "Identificador", "Organo", "FechaCaptura", "OrigenCiudadanoAdministracion"),
    *("EstadoElaboracion", "TipoDocumental"),
)
FILE = (
    *("VersionNTI", "Identificador", "Organo", "FechaAperturaExpediente", "Clasificacion"),
    "Estado",
)
INDEXED = ("IdentificadorDocumento", "ValorHuella", "FuncionResumen", "OrdenDocumentoExpediente")


def names(of, element):
    """The full names of the children of an element."""
    return [f"{{{ENI}/{of}}}{name}" for name in element]


def tags(element):
    return [child.tag for child in element]


def test_the_envelope_has_the_structure_of_the_norms(asked, officer, cast):
    say(cast.ana, channel_of(cast.licences), "La caléndula de hoy.")
    work_off()
    search(officer, asked, "caléndula")
    include_all(officer, asked)
    with exported(officer, asked, with_envelope=True) as package:
        document = etree.fromstring(package.read("eni/documento-0001.xml"))
        file = etree.fromstring(package.read("eni/expediente.xml"))
    assert document.tag == f"{{{ENI}/documento-e}}documento"
    [facts] = document
    assert tags(facts) == names("documento-e/metadatos", DOCUMENT)
    assert tags(facts[5]) == names("documento-e/metadatos", ["ValorEstadoElaboracion"])
    assert re.fullmatch(r"ES_L01990012_[0-9]{4}_[0-9a-f]{30}", facts[1].text)

    assert file.tag == f"{{{ENI}/expediente-e}}expediente"
    index, facts = file
    assert index.tag == f"{{{ENI}/expediente-e/indice-e}}indice"
    [content] = index
    assert content.tag == f"{{{ENI}/expediente-e/indice-e}}IndiceContenido"
    inside = ["FechaIndiceElectronico", "DocumentoIndizado"]
    assert tags(content) == names("expediente-e/indice-e/contenido", inside)
    assert tags(content[1]) == names("expediente-e/indice-e/contenido", INDEXED)
    assert facts.tag == f"{{{ENI}/expediente-e/metadatos}}metadatosExp"
    assert tags(facts) == names("expediente-e/metadatos", FILE)
    assert re.fullmatch(r"ES_L01990012_[0-9]{4}_EXP_[0-9a-f]{26}", facts[1].text)
