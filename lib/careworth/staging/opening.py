"""The bytes of a source, decompressed within bounds: a file that would blow up is refused before anything is read."""

import gzip
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from careworth.errors import SourceError

#: No source unpacks to more than this, nor to more than so many times its size (small files excepted).
LARGEST_BYTES = 1 << 30
LARGEST_RATIO = 100
SMALL_BYTES = 10 << 20

BLOCK = 1 << 20
GZIP, ZIP, PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"PAR1"

#: Old .xls files and encrypted workbooks begin so.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def open_source(path: Path) -> BinaryIO:
    """The content of a source as a seekable stream; gzip and one-file zip are unpacked, whole or not at all.

    Raises
    ------
    SourceError
        E_EMPTY_FILE, E_TOO_LARGE, E_TRUNCATED, E_CORRUPT or E_FORMAT.
    """
    if path.stat().st_size == 0:
        raise SourceError(f"{path.name}: the file is empty; export it again", "E_EMPTY_FILE")
    stream = path.open("rb")
    start = stream.read(4)
    stream.seek(0)
    if not start.startswith((GZIP, ZIP)) or (start.startswith(ZIP) and is_spreadsheet(stream)):
        return stream
    with stream:
        return _unpacked(gzip.GzipFile(fileobj=stream) if start.startswith(GZIP) else _only_member(stream, path), path)


def is_spreadsheet(stream: BinaryIO) -> bool:
    """True for an Excel workbook (.xlsx), which is a zip of its own kind; the stream is back at its start."""
    try:
        with zipfile.ZipFile(stream) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, RuntimeError, OSError, ValueError):
        return False
    finally:
        stream.seek(0)


def _only_member(stream: BinaryIO, path: Path) -> BinaryIO:
    try:
        archive = zipfile.ZipFile(stream)
        members = [each for each in archive.infolist() if not each.is_dir() and not each.filename.startswith("__MACOSX/")]
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise SourceError(f"{path.name}: the zip file is damaged; export it again", "E_CORRUPT") from None
    if len(members) != 1:
        raise SourceError(f"{path.name}: holds {len(members)} files where one is expected; unpack it", "E_FORMAT")
    if members[0].flag_bits & 1:
        raise SourceError(f"{path.name}: is encrypted; unpack it", "E_FORMAT")
    try:
        return archive.open(members[0])
    except (zipfile.BadZipFile, NotImplementedError):
        raise SourceError(f"{path.name}: is damaged or packed in a way that few read; unpack it", "E_CORRUPT") from None


def _unpacked(packed: BinaryIO, path: Path) -> BinaryIO:
    bound = min(LARGEST_BYTES, max(SMALL_BYTES, LARGEST_RATIO * path.stat().st_size))
    spool = tempfile.SpooledTemporaryFile(max_size=16 * BLOCK)  # noqa: SIM115 the caller closes it
    try:
        with packed:
            _copy(packed, spool, bound, path)
    except EOFError:
        spool.close()
        raise SourceError(f"{path.name}: ends in the middle; download or export it again", "E_TRUNCATED") from None
    except (OSError, zlib.error, zipfile.BadZipFile):
        spool.close()
        raise SourceError(f"{path.name}: the packed data are damaged; export it again", "E_CORRUPT") from None
    except SourceError:
        spool.close()
        raise
    spool.seek(0)
    return spool


def _copy(packed: BinaryIO, spool: BinaryIO, bound: int, path: Path) -> None:
    while block := packed.read(BLOCK):
        spool.write(block)
        if spool.tell() > bound:
            limit = f"{bound >> 20} MiB, a hundredfold of the file or 1 GiB"
            raise SourceError(f"{path.name}: unpacks to more than {limit}; split it, or unpack it yourself", "E_TOO_LARGE")
    if spool.tell() == 0:
        raise SourceError(f"{path.name}: nothing is packed in it; export it again", "E_EMPTY_FILE")
