"""Writing one PDF out of pages of others, object by object.

What was written is not kept: a file of a thousand pages needs no more memory than its largest
part. (pypdf reads; its own writer would hold the whole file.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from pypdf import PageObject, PdfReader
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
# What leads from a page's content to the rest of its file, or does something by itself.
NOT_COPIED = frozenset({"/Parent", "/StructParent", "/StructParents", "/Metadata", "/AA", "/A"})
Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """One line of the bookmarks: how deep it stands, and on which page (from 0) it begins."""

    level: int
    title: str
    page: int


@dataclass(slots=True)
class _Node:
    reference: IndirectObject
    mark: Mark | None = None
    below: list[_Node] = field(default_factory=list)

    @property
    def all(self) -> int:
        """How many lines stand below, at whatever depth."""
        return sum(1 + node.all for node in self.below)


def table(entries: Mapping[str, PdfObject]) -> DictionaryObject:
    """A PDF dictionary."""
    made = DictionaryObject()
    made.update({NameObject(key): value for key, value in entries.items()})
    return made


def numbers(values: Iterable[float]) -> ArrayObject:
    """A PDF array of numbers."""
    return ArrayObject(FloatObject(round(value, 4)) for value in values)


def stream(data: bytes, entries: Mapping[str, PdfObject] | None = None) -> StreamObject:
    """A compressed PDF stream with its dictionary."""
    made = DecodedStreamObject()
    made.set_data(data)
    made.update(table(entries or {}))
    return made.flate_encode()


class PdfFile:
    """A PDF that is being written; `close` makes it whole."""

    def __init__(self, out: BinaryIO, title: str = "") -> None:
        self._out, self._title = out, title
        self._at = out.write(HEADER)
        self._offsets: dict[int, int] = {}
        self._last = 0
        self._pages: list[IndirectObject] = []
        self._tree = self.reserve()

    @property
    def size(self) -> int:
        """How many pages stand in it so far."""
        return len(self._pages)

    def reserve(self) -> IndirectObject:
        """A number for an object that is written later."""
        self._last += 1
        return IndirectObject(self._last, 0, None)

    def put(self, value: PdfObject, reference: IndirectObject | None = None) -> IndirectObject:
        """Write one object now; what it refers to may follow."""
        reference = reference or self.reserve()
        self._offsets[reference.idnum] = self._at
        self._write(f"{reference.idnum} 0 obj\n".encode())
        value.write_to_stream(_Counted(self))  # type: ignore[arg-type]
        self._write(b"\nendobj\n")
        return reference

    def _write(self, data: bytes) -> int:
        self._at += len(data)
        return self._out.write(data)

    def page(self, box: Box, resources: PdfObject, contents: PdfObject) -> None:
        """Append one page; `contents` is a reference or an array of references."""
        entries = {
            "/Type": NameObject("/Page"),
            "/Parent": self._tree,
            "/MediaBox": numbers(box),
            "/Resources": resources,
            "/Contents": contents,
        }
        self._pages.append(self.put(table(entries)))

    def close(self, marks: Sequence[Mark] = ()) -> None:
        """Write the page tree, the bookmarks and the table of objects."""
        tree = {
            "/Type": NameObject("/Pages"),
            "/Count": NumberObject(len(self._pages)),
            "/Kids": ArrayObject(self._pages),
        }
        self.put(table(tree), self._tree)
        catalogue: dict[str, PdfObject] = {
            "/Type": NameObject("/Catalog"),
            "/Pages": self._tree,
            "/Lang": TextStringObject("zh-CN"),
        }
        if marks:
            catalogue["/Outlines"] = self._outline(marks)
            catalogue["/PageMode"] = NameObject("/UseOutlines")
        root = self.put(table(catalogue))
        self._finish(root, self.put(table({"/Title": TextStringObject(self._title)})))

    def _outline(self, marks: Sequence[Mark]) -> IndirectObject:
        top = _Node(self.reserve())
        open_ones = [top]
        for mark in marks:
            node = _Node(self.reserve(), mark)
            depth = min(mark.level, len(open_ones) - 1)
            open_ones = [*open_ones[: depth + 1], node]
            open_ones[depth].below.append(node)
        self._put_node(top, {"/Type": NameObject("/Outlines")})
        return top.reference

    def _put_node(self, node: _Node, entries: dict[str, PdfObject]) -> None:
        if node.below:
            entries["/First"] = node.below[0].reference
            entries["/Last"] = node.below[-1].reference
            open_ = node.mark is None or node.mark.level == 0
            entries["/Count"] = NumberObject(node.all if open_ else -node.all)
        self.put(table(entries), node.reference)
        for at, below in enumerate(node.below):
            assert below.mark is not None
            more: dict[str, PdfObject] = {
                "/Title": TextStringObject(below.mark.title),
                "/Parent": node.reference,
                "/Dest": ArrayObject([self._pages[below.mark.page], NameObject("/Fit")]),
            }
            if at:
                more["/Prev"] = node.below[at - 1].reference
            if at + 1 < len(node.below):
                more["/Next"] = node.below[at + 1].reference
            self._put_node(below, more)

    def _finish(self, root: IndirectObject, info: IndirectObject) -> None:
        begins = self._at
        lines = [f"xref\n0 {self._last + 1}\n0000000000 65535 f \n"]
        lines += [
            f"{self._offsets[n]:010d} 00000 n \n" if n in self._offsets else "0000000000 65535 f \n"
            for n in range(1, self._last + 1)
        ]
        self._write("".join(lines).encode())
        self._write(b"trailer\n")
        entries = {"/Size": NumberObject(self._last + 1), "/Root": root, "/Info": info}
        table(entries).write_to_stream(_Counted(self))  # type: ignore[arg-type]
        self._write(f"\nstartxref\n{begins}\n%%EOF\n".encode())


class _Counted:
    """What pypdf writes into; the place of every object is counted, not asked for."""

    __slots__ = ("write",)

    def __init__(self, file: PdfFile) -> None:
        self.write = file._write


class Copies:
    """Objects of another PDF on their way into this one; each is written once."""

    def __init__(self, file: PdfFile, reader: PdfReader) -> None:
        self._file, self._reader = file, reader
        self._known: dict[int, IndirectObject] = {}
        self._waiting: list[tuple[int, IndirectObject]] = []

    def of(self, value: Any) -> PdfObject:
        """A value as it stands in this file; what it refers to is written with `flush`."""
        if isinstance(value, IndirectObject):
            return self._reference(value)
        if isinstance(value, DictionaryObject):
            return self._table(value)
        if isinstance(value, list):
            return ArrayObject(self.of(inner) for inner in value)
        return value if isinstance(value, PdfObject) else NullObject()

    def _reference(self, value: IndirectObject) -> IndirectObject:
        found = self._known.get(value.idnum)
        if found is None:
            found = self._known[value.idnum] = self._file.reserve()
            self._waiting.append((value.idnum, found))
        return found

    def _table(self, value: DictionaryObject) -> DictionaryObject:
        fresh: DictionaryObject = DictionaryObject()
        if isinstance(value, StreamObject):
            raw = StreamObject()
            raw.set_data(value._data)  # as it is compressed: pictures are never unpacked
            fresh = raw
        for key, inner in value.items():
            if key not in NOT_COPIED and not (isinstance(value, StreamObject) and key == "/Length"):
                fresh[NameObject(key)] = self.of(inner)
        return fresh

    def flush(self) -> None:
        """Write everything that was referred to so far."""
        while self._waiting:
            number, reference = self._waiting.pop()
            found = self._reader.get_object(number)
            self._file.put(self.of(found) if found is not None else NullObject(), reference)

    def form(self, page: PageObject, box: Box) -> IndirectObject:
        """The content of a page as one picture that can be placed on another page."""
        content = page.get_contents()
        entries: dict[str, PdfObject] = {
            "/Type": NameObject("/XObject"),
            "/Subtype": NameObject("/Form"),
            "/BBox": numbers(box),
            "/Resources": self.of(page.get("/Resources", DictionaryObject())),
        }
        if "/Group" in page:
            entries["/Group"] = self.of(page["/Group"])
        return self._file.put(stream(b"" if content is None else content.get_data(), entries))
