"""Hardened first parse of uploaded BPMN and DMN: no DOCTYPE, no entities, caps on size, elements, depth, attributes.

Text never reaches the library as bytes: it gets the parsed root. The uploaded bytes stay the stored source.
"""

import codecs
import re
from typing import Any, TypeAlias

from lxml import etree

from engine.errors import EngineError

MAX_BYTES, MAX_ELEMENTS, MAX_DEPTH, MAX_ATTRIBUTES, PIECE = 5_000_000, 50_000, 64, 256, 65_536
ENCODINGS = {"utf-8", "utf8", "us-ascii", "ascii", "utf-16"}
_DECLARED = re.compile(r"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_PROLOG = re.compile(
    r"(?:\s++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL
)  # possessive: no way back is kept for a million comments
for _name in ("utf-8-sig", "utf-16"):
    codecs.lookup(_name)  # now: Python imports a codec from its file when one is first asked for
Root: TypeAlias = Any  # an lxml element: the library ships no types


class XmlRejected(EngineError):
    """Expected XML within the limits."""

    code = "xml-rejected"

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(f"Expected XML within the limits, but it is {reason}")
        self.reason, self.line = reason, line


def local_name(element: Root) -> str:
    """The name of an element without its namespace; empty for comments and processing instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def parse_xml(data: bytes) -> Root:
    """The root element. Raises XmlRejected with a reason of ours and a line, never with the upload's text."""
    if len(data) > MAX_BYTES:
        raise XmlRejected(f"larger than {MAX_BYTES // 1_000_000} MB")
    _check_prolog(data)
    parser = etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        collect_ids=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = _feed(parser, data)
    except etree.XMLSyntaxError as error:
        raise XmlRejected("not well-formed", error.lineno) from None  # its message may quote the upload
    if root.getroottree().docinfo.internalDTD is not None:
        raise XmlRejected("with a document type declaration")
    return root


def _feed(parser: etree.XMLPullParser, data: bytes) -> Root:
    elements = depth = 0
    for start in range(0, len(data), PIECE):
        parser.feed(data[start : start + PIECE])
        for event, element in parser.read_events():
            if event == "end":
                depth -= 1
                continue
            elements, depth = elements + 1, depth + 1
            _check_element(element, elements, depth)
    root = parser.close()
    if root is None:
        raise XmlRejected("empty")
    return root


def _check_element(element: Root, elements: int, depth: int) -> None:
    if elements == 1 and element.getroottree().docinfo.internalDTD is not None:
        raise XmlRejected("with a document type declaration", element.sourceline)
    if elements > MAX_ELEMENTS:
        raise XmlRejected(f"of more than {MAX_ELEMENTS} elements", element.sourceline)
    if depth > MAX_DEPTH:
        raise XmlRejected(f"nested deeper than {MAX_DEPTH}", element.sourceline)
    if len(element.attrib) > MAX_ATTRIBUTES or len(element.nsmap) > MAX_ATTRIBUTES:
        raise XmlRejected(f"of an element with more than {MAX_ATTRIBUTES} attributes", element.sourceline)


def _check_prolog(data: bytes) -> None:
    """Before the parser sees a byte: a known encoding, and no document type declaration ahead of the root element."""
    wide = data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise XmlRejected("neither UTF-8 nor UTF-16") from None
    declared = _DECLARED.match(text)
    if declared and (declared[1].lower() not in ENCODINGS or (declared[1].lower() == "utf-16") is not wide):
        raise XmlRejected("in an encoding other than the declared one", 1)
    prolog = _PROLOG.match(text)
    end = prolog.end() if prolog else 0
    if text.startswith("<!", end):
        raise XmlRejected("with a document type declaration", text.count("\n", 0, end) + 1)
