"""What a certificate's file needs beyond its pages: PDF/A-3a and PDF/UA-1 in one file, the credential
as an attachment, and a place for the signature.

All of it is written into the one revision that the renderer is about to write, so that nothing has
to be added later: no second revision, no second metadata, no random identifier. Standards: ISO
19005-3 (PDF/A-3), ISO 14289-1 (PDF/UA-1), ISO 32000-1 section 12.8 (signatures), ETSI EN 319 142-1.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

import pydyf

from certificates.facts import CertificateFacts

ATTACHMENT = "credential.json"
BYTE_RANGE_WIDTH = 40
"""Room for the numbers of /ByteRange, which are known only when the file is written."""
PRINTED = 4
"""Flag of an annotation that is printed, as PDF/A asks of all of them."""
LOCKED = 128

XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="3" pdfaid:conformance="A"/>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:format>application/pdf</dc:format><dc:identifier>{code}</dc:identifier><dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title><dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator><dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language></rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="Amparo" xmp:CreateDate="{day}" xmp:ModifyDate="{day}"/>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" pdf:Producer="{producer}"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""
"""One packet names both standards; the schema of the second must be described, says the first."""


class NoPlaceForSignatureError(ValueError):
    """The file has not exactly one empty place for a signature."""


class PlainDictionary(pydyf.Dictionary):
    """A dictionary that is written as it is, outside the compressed object streams."""

    compressible = False


def dress(
    pdf: Any, *, facts: CertificateFacts, code: str, language: str, colour_profile: bytes
) -> None:
    """Make the file PDF/A-3a and PDF/UA-1, before it is written."""
    pdf.write_line = partial(_write_line, pdf.write_line)
    _write_colour_profile(pdf, colour_profile)
    _write_metadata(pdf, facts=facts, code=code, language=language)
    for entry in pdf.objects:
        if isinstance(entry, dict) and entry.get("Type") == "/Annot":
            entry["F"] = PRINTED
        if isinstance(entry, pydyf.Stream) and "Interpolate" in entry.extra:
            entry.extra["Interpolate"] = "false"  # PDF/A allows no smoothing by the reader


END = b"\nendstream\nendobj"


def _write_line(write: Callable[[bytes, Any], None], content: bytes, output: Any) -> None:
    """Write an object; a stream ends with both marks of a line's end.

    With one mark alone a stream whose last byte is a carriage return would look, to a reader that
    counts from the end, one byte shorter than it says. One file in twenty has such a stream.
    """
    if content.endswith(END):
        content = content[: -len(END)] + b"\r" + END
    write(content, output)


def _write_colour_profile(pdf: Any, profile: bytes) -> None:
    """Say what the colours of the file mean: sRGB."""
    stream = pydyf.Stream([profile], {"N": 3}, compress=True)
    pdf.add_object(stream)
    intent = pydyf.Dictionary(
        {
            "Type": "/OutputIntent",
            "S": "/GTS_PDFA1",
            "OutputConditionIdentifier": pydyf.String("sRGB"),
            "Info": pydyf.String("sRGB IEC61966-2.1"),
            "DestOutputProfile": stream.reference,
        }
    )
    pdf.catalog["OutputIntents"] = pydyf.Array([intent])


def _write_metadata(pdf: Any, *, facts: CertificateFacts, code: str, language: str) -> None:
    texts = {
        "code": code,
        "title": pdf.info["Title"].string,
        "author": facts.issuer_name,
        "language": language,
        "day": facts.issue_date.isoformat(),
        "producer": pdf.info["Producer"].string,
    }
    quoted = {name: escape(text, {'"': "&quot;"}) for name, text in texts.items()}
    packet = pydyf.Stream([XMP.format(**quoted).encode()], {"Type": "/Metadata", "Subtype": "/XML"})
    pdf.add_object(packet)
    pdf.catalog["Metadata"] = packet.reference


def attach(pdf: Any, credential: str, *, at: datetime) -> None:
    """Put the credential into the file, as data that belongs to it."""
    content = credential.encode()
    day = pydyf.String(pdf_time(at))
    stream = pydyf.Stream(
        [content],
        {
            "Type": "/EmbeddedFile",
            "Subtype": "/application#2Fld+json",
            "Params": pydyf.Dictionary(
                {
                    "Size": len(content),
                    "CheckSum": f"<{hashlib.md5(content, usedforsecurity=False).hexdigest()}>",
                    "CreationDate": day,
                    "ModDate": day,
                }
            ),
        },
        compress=True,
    )
    pdf.add_object(stream)
    name = pydyf.String(ATTACHMENT)
    described = pydyf.Dictionary(
        {
            "Type": "/Filespec",
            "F": name,
            "UF": name,
            "AFRelationship": "/Data",
            "Desc": pydyf.String("Open Badges 3.0, W3C Verifiable Credential"),
            "EF": pydyf.Dictionary({"F": stream.reference, "UF": stream.reference}),
        }
    )
    pdf.add_object(described)
    names = pydyf.Dictionary({"Names": pydyf.Array([name, described.reference])})
    pdf.add_object(names)
    pdf.catalog.setdefault("Names", pydyf.Dictionary())["EmbeddedFiles"] = names.reference
    pdf.catalog["AF"] = pydyf.Array([described.reference])


def reserve_signature(pdf: Any, *, name: str, tooltip: str, at: datetime, size: int) -> None:
    """Leave a place for one signature that allows no later change.

    Args:
        name: who signs, as a reader shows it.
        tooltip: what the field is, read aloud.
        at: when it is signed.
        size: bytes of the signature.
    """
    signature = PlainDictionary(
        {
            "Type": "/Sig",
            "Filter": "/Adobe.PPKLite",
            "SubFilter": "/ETSI.CAdES.detached",
            "ByteRange": byte_range(0, 0, 0),
            "Contents": b"<" + b"0" * (2 * size) + b">",
            "M": pydyf.String(pdf_time(at)),
            "Name": pydyf.String(name),
            "Reference": pydyf.Array([_no_changes_allowed()]),
        }
    )
    pdf.add_object(signature)
    field = pydyf.Dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String("signature"),
            "TU": pydyf.String(tooltip),
            "Rect": pydyf.Array([0, 0, 0, 0]),
            "F": PRINTED + LOCKED,
            "P": pdf.page_references[0],
            "V": signature.reference,
        }
    )
    pdf.add_object(field)
    first_page = _object(pdf, pdf.page_references[0])
    first_page.setdefault("Annots", pydyf.Array()).append(field.reference)
    form = pydyf.Dictionary({"Fields": pydyf.Array([field.reference]), "SigFlags": 3})
    pdf.add_object(form)
    pdf.catalog["AcroForm"] = form.reference
    pdf.catalog["Perms"] = pydyf.Dictionary({"DocMDP": signature.reference})
    _tag(pdf, field)


def _no_changes_allowed() -> Any:
    parameters = pydyf.Dictionary({"Type": "/TransformParams", "P": 1, "V": "/1.2"})
    return pydyf.Dictionary(
        {"Type": "/SigRef", "TransformMethod": "/DocMDP", "TransformParams": parameters}
    )


def _tag(pdf: Any, field: Any) -> None:
    """Hang the field into the tree of tags, as PDF/UA asks of every field."""
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    document = _object(pdf, root["K"][0])
    numbers = _object(pdf, root["ParentTree"])["Nums"]
    key = max(numbers[::2], default=-1) + 1
    kid = pydyf.Dictionary({"Type": "/OBJR", "Obj": field.reference, "Pg": pdf.page_references[0]})
    element = pydyf.Dictionary(
        {
            "Type": "/StructElem",
            "S": "/Form",
            "P": document.reference,
            "Pg": pdf.page_references[0],
            "K": pydyf.Array([kid]),
        }
    )
    pdf.add_object(element)
    document["K"].append(element.reference)
    numbers.extend([key, element.reference])
    field["StructParent"] = key


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def byte_range(gap_start: int, gap_end: int, total: int) -> bytes:
    """Return the numbers of /ByteRange in a fixed width: all but the gap is signed."""
    return f"[0 {gap_start} {gap_end} {total - gap_end}]".ljust(BYTE_RANGE_WIDTH).encode()


PLACE = re.compile(rb"/ByteRange (\[0 0 0 0\] +)/Contents (<0+>)")


def signable(content: bytes) -> tuple[bytes, bytes]:
    """Return the two parts of a file that a signature covers, with its /ByteRange filled in.

    Raises:
        NoPlaceForSignatureError: there is no empty place, or more than one.
    """
    found = list(PLACE.finditer(content))
    if len(found) != 1:
        raise NoPlaceForSignatureError("not exactly one empty place for a signature")
    (start, end), (gap_start, gap_end) = found[0].span(1), found[0].span(2)
    numbers = byte_range(gap_start, gap_end, len(content))
    return content[:start] + numbers + content[end:gap_start], content[gap_end:]


def pdf_time(at: datetime) -> str:
    """Return a moment as PDF writes it."""
    return at.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")
