# SPDX-License-Identifier: Apache-2.0
"""Photos as cameras and programs write them, put together byte by byte, and a reader of their
containers that shares nothing with base/photo*.c."""
import struct
import zlib

WHERE = b"MARKER-13.7563N-100.5018E"  # what must not come through, wherever it stands
WHEN = b"2026:03:04 05:06:07"


def tiff(orientation=None, order=">"):
    """An EXIF body: orientation, maker, a GPS directory that holds the marker."""
    entries = [(0x10f, 2, WHERE), (0x132, 2, WHEN), (0x8825, 4, None)]
    if orientation:
        entries.append((0x112, 3, orientation))
    entries.sort()
    at = 8 + 2 + 12 * len(entries) + 4
    directory, more = b"", b""
    for tag, kind, value in entries:
        if kind == 2:
            value += b"\0"
            directory += struct.pack(order + "HHII", tag, 2, len(value), at + len(more))
            more += value
        elif kind == 3:
            directory += struct.pack(order + "HHIHH", tag, 3, 1, value, 0)
        else:
            directory += struct.pack(order + "HHII", tag, 4, 1, 0)
    gps = at + len(more)
    directory = directory.replace(struct.pack(order + "HHII", 0x8825, 4, 1, 0),
                                  struct.pack(order + "HHII", 0x8825, 4, 1, gps))
    more += struct.pack(order + "HHHI", 1, 0x1d, 2, len(WHEN)) + struct.pack(order + "II", gps + 20,
                                                                             0) + WHEN + WHERE
    start = b"MM\0*" if order == ">" else b"II*\0"
    return (start + struct.pack(order + "IH", 8, len(entries)) + directory + bytes(4) + more)


# ---- JPEG ----

def segment(marker, body):
    return struct.pack(">BBH", 0xff, marker, len(body) + 2) + body


JFIF = segment(0xe0, b"JFIF\0\1\1\0\0H\0H\0\0")
ICC = segment(0xe2, b"ICC_PROFILE\0\1\1" + bytes(range(128)))
ADOBE = segment(0xee, b"Adobe\0\x64\0\0\0\0\1")
TABLES = segment(0xdb, b"\0" + b"\1" * 64)
FRAME = segment(0xc0, struct.pack(">BHHBBBB", 8, 8, 8, 1, 1, 0x11, 0))
HUFFMAN = segment(0xc4, b"\0" + b"\1" + bytes(15) + b"\0") + segment(0xc4, b"\x10" + b"\1" +
                                                                     bytes(15) + b"\0")
SCAN = segment(0xda, b"\1\1\0\0\x3f\0")
GREY = b"\x3f"  # one block: no change, end of block, ones to the end of the byte


def jpeg(before=b"", between=b"", behind=b"", data=GREY):
    """Eight by eight grey points; what a camera adds stands before the tables, between scans, or
    behind the end."""
    return (b"\xff\xd8" + before + TABLES + FRAME + HUFFMAN + SCAN + data + between + b"\xff\xd9" +
            behind)


def xmp(body=WHERE):
    return segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + body + b"</x:xmpmeta>")


def camera_jpeg(orientation=6, order=">"):
    """With everything a telephone writes: all of it carries the marker."""
    thumbnail = segment(0xe0, b"JFXX\0\x10" + jpeg(segment(0xfe, WHERE)))
    iptc = segment(0xed, b"Photoshop 3.0\0" + b"8BIM\4\4\0\0" + struct.pack(">I", len(WHERE)) +
                   WHERE)
    mpf = segment(0xe2, b"MPF\0" + tiff(order=order))
    extended = segment(0xe1, b"http://ns.adobe.com/xmp/extension/\0" + WHERE)
    others = b"".join(segment(m, WHERE) for m in (0xe3, 0xe4, 0xe5, 0xeb, 0xec, 0xef, 0xf0, 0xfd))
    jfif = segment(0xe0, b"JFIF\0\1\1\0\0H\0H\3\3" + WHERE + b"..")
    return jpeg(jfif + segment(0xe1, b"Exif\0\0" + tiff(orientation, order)) + xmp() + extended +
                iptc + mpf + ICC + thumbnail + others + segment(0xfe, WHERE) +
                segment(0xee, b"Adobe\0\x64\0\0\0\0\1" + WHERE) + b"\xff\xff",
                between=segment(0xfe, WHERE) + HUFFMAN + SCAN + b"\xff\x00\xff\xd0" + GREY,
                behind=jpeg(segment(0xe1, b"Exif\0\0" + tiff())) + b"\0\0\0\x1cftypmp42" + WHERE)


def jpeg_parts(data):
    """(marker, body) of every segment and, as marker None, the scans."""
    assert data[:2] == b"\xff\xd8"
    at, parts = 2, []
    while True:
        assert data[at] == 0xff, at
        while data[at + 1] == 0xff:
            at += 1
        marker = data[at + 1]
        at += 2
        if marker == 0xd9:
            return parts, data[at:]
        length, = struct.unpack_from(">H", data, at)
        parts.append((marker, data[at + 2:at + length]))
        at += length
        if marker == 0xda:
            start = at
            while not (data[at] == 0xff and data[at + 1] != 0 and not 0xd0 <= data[at + 1] <= 0xd7
                       and data[at + 1] != 0xff):
                at += 1
            parts.append((None, data[start:at]))


def jpeg_picture(data):
    """What makes the picture, and nothing else: tables, frames, scans, colours."""
    parts, _ = jpeg_parts(data)
    return [(m, b[:12] if m == 0xee else b) for m, b in parts
            if m is None or 0xc0 <= m <= 0xcf or 0xda <= m <= 0xdf or
            (m == 0xe2 and b.startswith(b"ICC_PROFILE\0")) or (m == 0xee and b[:5] == b"Adobe")]


def jpeg_orientation(data):
    parts, _ = jpeg_parts(data)
    found = [b for m, b in parts if m == 0xe1]
    if not found:
        return None
    body, = found
    assert len(body) == 32 and body[:14] == b"Exif\0\0MM\0*\0\0\0\x08", body
    assert body[14:24] == struct.pack(">HHHI", 1, 0x112, 3, 1) and body[26:] == bytes(6), body
    return struct.unpack_from(">H", body, 24)[0]


# ---- PNG ----

def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


PNG_START = b"\x89PNG\r\n\x1a\n"
PIXELS = zlib.compress(b"".join(b"\0" + bytes([x * y % 256 for x in range(8)]) for y in range(8)))


def png(*before, behind=b"", middle=b""):
    return (PNG_START + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)) +
            b"".join(before) + chunk(b"IDAT", PIXELS[:9]) + middle + chunk(b"IDAT", PIXELS[9:]) +
            chunk(b"IEND", b"") + behind)


def camera_png():
    return png(chunk(b"gAMA", struct.pack(">I", 45455)), chunk(b"pHYs", bytes(9)),
               chunk(b"tEXt", b"Comment\0" + WHERE), chunk(b"zTXt", b"x\0\0" + WHERE),
               chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + WHERE), chunk(b"eXIf", tiff(3)),
               chunk(b"tIME", struct.pack(">HBBBBB", 2026, 3, 4, 5, 6, 7)),
               chunk(b"caBX", WHERE), chunk(b"meTa", WHERE), behind=WHERE)


def png_chunks(data):
    assert data.startswith(PNG_START)
    at, found = 8, []
    while at < len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8:at + 8 + length]
        crc, = struct.unpack_from(">I", data, at + 8 + length)
        assert crc == zlib.crc32(name + body), name
        found.append((name, body))
        at += 12 + length
    assert found[-1][0] == b"IEND"
    return found


def png_pixels(data):
    return zlib.decompress(b"".join(b for n, b in png_chunks(data) if n == b"IDAT"))


# ---- WebP ----

LOSSLESS = bytes.fromhex("2f000000100710111188 88fe0700".replace(" ", ""))


def piece(name, body):
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def webp(*pieces, behind=b""):
    body = b"WEBP" + b"".join(pieces)
    return b"RIFF" + struct.pack("<I", len(body)) + body + behind


def camera_webp():
    return webp(piece(b"VP8X", b"\x2c\0\0\0" + bytes(6)), piece(b"ICCP", bytes(range(33))),
                piece(b"VP8L", LOSSLESS), piece(b"EXIF", tiff(8)), piece(b"XMP ", WHERE),
                piece(b"odd?", WHERE), behind=WHERE)


def moving_webp(inside=b""):
    frame = bytes(16) + piece(b"VP8L", LOSSLESS) + inside
    return webp(piece(b"VP8X", b"\x0e\0\0\0" + bytes(6)), piece(b"ANIM", bytes(6)),
                piece(b"ANMF", frame), piece(b"ANMF", frame), piece(b"XMP ", WHERE))


def webp_pieces(data):
    assert data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    assert struct.unpack_from("<I", data, 4)[0] == len(data) - 8
    at, found = 12, []
    while at < len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        found.append((name, data[at + 8:at + 8 + length]))
        at += 8 + length + length % 2
    assert at == len(data)
    return found


# ---- others ----

HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(400)


def clean_of_markers(data):
    return WHERE not in data and WHEN not in data and b"GPS" not in data


if __name__ == "__main__":  # writes the seeds of tests/fuzz/corpus/photo into a folder
    import pathlib
    import sys

    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    seeds = {"camera.jpg": camera_jpeg(), "little.jpg": camera_jpeg(8, "<"), "plain.jpg": jpeg(JFIF),
             "upright.jpg": camera_jpeg(1), "camera.png": camera_png(), "plain.png": png(),
             "camera.webp": camera_webp(), "moving.webp": moving_webp(),
             "plain.webp": webp(piece(b"VP8L", LOSSLESS)), "phone.heic": HEIC}
    for seed, bytes_ in seeds.items():
        (folder / seed).write_bytes(bytes_)
