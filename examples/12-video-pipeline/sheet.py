#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""sheet.py [--check] PICTURE IN OUT NUMBER…: those images of both folders, an eighth as large, on one sheet, PICTURE.

--check compares with PICTURE, point by point, instead of writing it.
"""
import struct
import sys
import zlib

SMALLER, GAP = 8, 6


def read(path):
    with open(path, "rb") as file:
        head, size, most = (file.readline() for _ in range(3))
        if head != b"P6\n" or most != b"255\n":
            sys.exit(f"{path}: not as `writer` writes it")
        width, height = map(int, size.split())
        return width, height, file.read()


def shrink(path):
    """Rows of bytes, each point the mean of four that lie a part of a square apart."""
    width, height, data = read(path)
    step, rows = SMALLER // 2, []
    for y in range(0, height - SMALLER + 1, SMALLER):
        lines = [data[line * width * 3:(line + 1) * width * 3] for line in (y, y + step)]
        row = bytearray()
        for x in range(0, (width - SMALLER + 1) * 3, SMALLER * 3):
            for at in (x, x + 1, x + 2):
                row.append(sum(line[at] + line[at + step * 3] for line in lines) // 4)
        rows.append(bytes(row))
    return rows


def sheet(folders, numbers):
    """Rows of a picture: a row of images for each folder."""
    rows = []
    for folder in folders:
        images = [shrink(f"{folder}/frame-{number:03}.ppm") for number in numbers]
        rows += [(b"\x80" * 3 * GAP).join(parts) for parts in zip(*images)]
        rows += [b"\x80" * len(rows[0])] * GAP
    return rows[:-GAP]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(rows):
    head = struct.pack(">IIBBBBB", len(rows[0]) // 3, len(rows), 8, 2, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def points(data):
    """Of a file that png() made, whatever zlib did to it."""
    at = data.index(b"IDAT")
    return data[16:24], zlib.decompress(data[at + 4:at + 4 + struct.unpack(">I", data[at - 4:at])[0]])


def main():
    arguments = sys.argv[1:]
    check = arguments[:1] == ["--check"]
    arguments = arguments[check:]
    if len(arguments) < 4:
        sys.exit(__doc__)
    made = png(sheet(arguments[1:3], list(map(int, arguments[3:]))))
    if not check:
        with open(arguments[0], "wb") as file:
            file.write(made)
        return
    with open(arguments[0], "rb") as file:
        if points(file.read()) != points(made):
            sys.exit(f"{arguments[0]} shows another picture: README.md says how it is remade")


if __name__ == "__main__":
    main()
