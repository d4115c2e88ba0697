"""Files of every format, good and bad, made on the spot: no binary is committed."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence

_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def pdf(pages: Sequence[str | None], *, password: str | None = None, map_to_unicode: bool = True) -> bytes:
    """A PDF with one page per text, its lines set one below the other; ``None`` is a page that is one image, and a text
    beginning with ``IMAGE`` stands on one.

    ``password`` encrypts it (40-bit RC4); with ``""`` it opens without one, as many files of offices do.
    """
    characters = sorted({char for page in pages if page for char in page if char != "\n"})
    code = {char: number for number, char in enumerate(characters, 1)}
    kids = " ".join(f"{6 + 2 * index} 0 R" for index in range(len(pages)))
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Body /Encoding /Identity-H /DescendantFonts [4 0 R]"
        + (b" /ToUnicode 5 0 R" if map_to_unicode else b"")
        + b" >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Body /DW 1000"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
        b" /FontDescriptor << /Type /FontDescriptor /FontName /Body /Flags 4 /FontBBox [0 -200 1000 800] /ItalicAngle 0"
        b" /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >> >>",
    ]
    mapping = "\n".join(f"<{number:04X}> <{char.encode('utf-16-be').hex()}>" for char, number in code.items())
    cmap = (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Body def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{len(code)} beginbfchar\n{mapping}\nendbfchar\nendcmap\nend\nend"
    )
    streams: dict[int, tuple[str, bytes]] = {5: ("", cmap.encode())}
    objects.append(b"")
    for index, page in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {7 + 2 * index} 0 R"
            " /Resources << /Font << /F 3 0 R >> >> >>".encode()
        )
        content = ""
        if page is None or page.startswith("IMAGE"):
            content = "q 500 0 0 700 40 40 cm BI /W 2 /H 2 /CS /G /BPC 8 /F /AHx ID 00ff00ff> EI Q "
        if page is not None:
            lines = page.removeprefix("IMAGE").split("\n")
            shown = [f"<{''.join(f'{code[char]:04X}' for char in line)}> Tj 0 -20 Td" for line in lines]
            content += "BT /F 12 Tf 40 780 Td " + "\n".join(shown) + " ET"
        streams[7 + 2 * index] = ("", content.encode())
        objects.append(b"")
    identity = b"0123456789abcdef"
    trailer = f"/Root 1 0 R /Size {len(objects) + 1}".encode()
    if password is not None:
        owner = _rc4(hashlib.md5(_padded("owner")).digest()[:5], _padded(password))
        key = hashlib.md5(_padded(password) + owner + (-4).to_bytes(4, "little", signed=True) + identity).digest()[:5]
        user = _rc4(key, _PAD)
        streams = {
            number: (extra, _rc4(hashlib.md5(key + number.to_bytes(3, "little") + b"\0\0").digest()[:10], body))
            for number, (extra, body) in streams.items()
        }
        trailer += b" /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >> /ID [<%s> <%s>]" % (
            owner.hex().encode(), user.hex().encode(), identity.hex().encode(), identity.hex().encode(),
        )  # fmt: skip
    for number, (extra, body) in streams.items():
        objects[number - 1] = f"<< /Length {len(body)} {extra}>>\nstream\n".encode() + body + b"\nendstream"
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n".encode() + body + b"\nendobj\n")
    table = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.write(b"".join(f"{place:010} 00000 n \n".encode() for place in places))
    out.write(b"trailer\n<< " + trailer + f" >>\nstartxref\n{table}\n%%EOF\n".encode())
    return out.getvalue()


def _padded(password: str) -> bytes:
    return (password.encode() + _PAD)[:32]


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    out = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def repacked(archive: bytes, **changes: bytes) -> bytes:
    """A ZIP archive with parts replaced or added; ``word__document`` stands for ``word/document.xml``."""
    renamed = {name.replace("__", "/") + ".xml": body for name, body in changes.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename not in renamed:
                new.writestr(entry.filename, old.read(entry))
        for name, body in renamed.items():
            new.writestr(name, body)
    return out.getvalue()
