"""Text files in, any file out: encodings told apart, nothing half-written.

Serbian texts come in three encodings (UTF-8, cp1250 for Latin and cp1251 for Cyrillic letters) and
are often named wrongly, so what a file says about itself is not believed.
"""

import codecs
import contextlib
import errno
import os
import re
import secrets
import stat
from pathlib import Path

from subtitler.errors import SubtitlerError

# A day of speech is about 1 MB. What is larger is not a text that somebody speaks.
_MAX_BYTES = 20_000_000

# UTF-32 stands first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Documents that people take for texts. All but RTF are binary and would be refused anyway.
_DOCUMENTS = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a Word or OpenDocument file, or a zip"),
    (b"\xd0\xcf\x11\xe0", "an old Word document"),
    (b"{\\rtf", "an RTF document"),
)

_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x19\x1c-\x1f\x7f]")


def read_text(path: Path, language: str = "") -> str:
    """The text of a file with its lines divided by \\n, without a byte order mark.

    UTF-8 and UTF-16 with or without a mark are recognised by their structure, the one-byte code
    pages cp1250, cp1251 and cp1252 by their letters. `language` (a code or tag such as "sr") helps
    where the letters leave a doubt.

    Raises:
        SubtitlerError: no such file, a folder, empty, not a text, too large, or not readable.
    """
    try:
        if path.is_dir():
            raise SubtitlerError(f"“{path}” is a folder: name a text file in it.")
        with open(path, "rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        raise SubtitlerError(f"There is no file “{path}”: check its name and its folder.") from None
    except OSError as error:
        raise SubtitlerError(f"“{path}” cannot be read: {_reason(error)}.") from None
    if len(data) > _MAX_BYTES:
        raise SubtitlerError(
            f"“{path}” is larger than {_MAX_BYTES // 1_000_000} MB, too large for a text:"
            " give the text file, not the video."
        )
    for magic, kind in _DOCUMENTS:
        if data.startswith(magic):
            raise SubtitlerError(f"“{path}” is {kind}: save it as plain text (.txt) first.")
    try:
        text = _decode(data, language)
    except UnicodeError as error:
        raise SubtitlerError(f"“{path}” {error}.") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip("\ufeff\x00\x1a \t\n\v\f\xa0"):
        raise SubtitlerError(f"“{path}” is empty: give a file that holds a text.")
    return text


class _NotText(UnicodeError):
    """What is wrong, to be said after the name of the file."""


def _decode(data: bytes, language: str) -> str:
    """Raises _NotText."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding)
    # DOS editors end a text with Ctrl-Z; some programs pad it with NULs.
    data = data.rstrip(b"\x00\x1a") if data.count(0) % 2 or b"\x00" not in data[:-1] else data
    if b"\x00" in data:
        return _strict(data, _utf16_order(data))
    if len(_CONTROLS.findall(data.decode("latin-1"))) > len(data) // 200:
        raise _NotText("is not a text file but binary data: give a plain text (.txt, .srt)")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse_broken_utf8(data, error.start)
    return data.decode(_code_page(data, language), errors="replace")


def _strict(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(encoding, "replace").count("\n") + 1
        raise _NotText(
            f"is damaged at line {line} (not valid {encoding.upper()}): save it as UTF-8 again"
        ) from None
    if len(_CONTROLS.findall(text)) > len(text) // 200:
        raise _NotText("is not a text file but binary data: give a plain text (.txt, .srt)")
    return text


def _utf16_order(data: bytes) -> str:
    """The byte order of UTF-16 without a mark: every space, digit and line end has a zero byte,
    always on the same side."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    if len(data) % 2 == 0 and min(even, odd) == 0 and max(even, odd) * 50 >= len(data):
        return "utf-16-le" if odd else "utf-16-be"
    raise _NotText("is not a text file but binary data: give a plain text (.txt, .srt)")


_UTF8_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)


def _refuse_broken_utf8(data: bytes, position: int) -> None:
    """UTF-8 with a few broken bytes, read as a code page, would be wrong at every letter."""
    high = sum(byte >= 0x80 for byte in data)
    valid = sum(map(len, _UTF8_SEQUENCE.findall(data)))
    if valid >= 6 and valid >= 0.8 * high:
        line = data[:position].count(b"\n") + 1
        raise _NotText(
            f"is UTF-8 but damaged at line {line} (byte {position + 1}): mend or retype that line"
        )


# The letters beyond a-z of the languages of each Latin code page, most telling for the two.
_CENTRAL = frozenset("sr hr bs sl cs sk pl hu ro sq".split())
_CYRILLIC = frozenset("sr mk bg ru uk be".split())

# Common words without any special letter, so that they read the same in every code page.
_CENTRAL_WORDS = frozenset(
    """
    je da na za su od se ne to ali ili kako smo bi sam nije ovo ima kao koje koji koja i u
    az is nem hogy egy ez van meg csak mint de ha volt si sa po pre by ako tak jak jest nie do
    w z ma tym dla przez oraz ale jsem jsou jako ktere nebo pro este pentru din cu un care mai
    dhe nga me per ka eshte nuk do ne si te
    """.split()
)
_WESTERN_WORDS = frozenset(
    """
    the and of to in is that for it with on as are be this we our have not you der die das und
    ist von zu den mit ein eine nicht auf dem wir im les des est et la le que en une dans pour
    pas qui ce nous vous il sur du el los las con por una del para no se es lo como di che non
    della per sono il gli o os uma um do da em com mais og det at er til som av jag att och en
    ett har inte en van het niet een ik zijn ja on ei
    """.split()
)
# Bytes that are a letter of a Central European language in cp1250, and in cp1252 a sign or a letter
# that hardly stands inside a word: š, ž, ť, ź, ś, ł, ą, ľ, ę, ě, ő, ű, đ, č, ć...
_BETWEEN = rb"(?<=[A-Za-z])[%s](?=[A-Za-z])"


def _code_page(data: bytes, language: str) -> str:
    """cp1250, cp1251 or cp1252, whichever makes words of the bytes above 0x7F.

    In Cyrillic nearly all letters are above it, in Latin texts few are: whole words of high bytes
    mean cp1251. Between the other two, which share most letters, the language decides, or else
    the common words of the text and where the letters stand that the two have in different places.
    """
    code = language.partition("-")[0].lower()
    words = re.findall(
        rb"[A-Za-z\x80-\xff]+", re.sub(rb"[\x82-\x89\x91-\x99\xa0\xab\xbb]", b" ", data)
    )
    whole = sum(len(word) > 1 and not re.search(rb"[A-Za-z]", word) for word in words)
    mixed = sum(bool(re.search(rb"[A-Za-z]", word)) and not word.isascii() for word in words)
    if whole > mixed:
        return "cp1251"
    if code in _CENTRAL:
        return "cp1250"
    if code:
        return "cp1252"
    plain = [word.decode("ascii").lower() for word in words if word.isascii()]
    central = sum(word in _CENTRAL_WORDS for word in plain)
    western = sum(word in _WESTERN_WORDS for word in plain)
    return "cp1250" if central > western else "cp1252"


def write_atomic(path: Path, data: bytes | str) -> None:
    """Write a file whole or not at all: a text as UTF-8, its line ends as they are.

    The data goes to a hidden file beside it, is forced to the disk and then takes the name. A file
    that was there keeps its permissions, a link stays a link to the file that is replaced, and
    what is not a file (/dev/stdout, a pipe) is written to directly.

    Raises:
        SubtitlerError: the folder is missing or cannot be written, the disk is full, ...
    """
    content = data.encode("utf-8") if isinstance(data, str) else data
    try:
        mode = _mode(path)
        if mode is not None and not stat.S_ISREG(mode):
            path.write_bytes(content)
            return
        _replace(Path(os.path.realpath(path)), content, mode)
    except OSError as error:
        raise SubtitlerError(_cannot_write(path, error)) from None


def _mode(path: Path) -> int | None:
    """The type and permissions of what is there, None if nothing is."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return None
    # A new file could take the place of one that is protected: its folder alone decides that.
    if stat.S_ISREG(mode) and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    return mode


def _replace(target: Path, content: bytes, mode: int | None) -> None:
    # Not tempfile.mkstemp: its files are readable by nobody else, whatever the umask says.
    # A fixed, short name: the target's own may already have the greatest length.
    part = target.parent / f".subtitler-{secrets.token_hex(8)}.part"
    try:
        with open(part, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            os.chmod(part, stat.S_IMODE(mode))
        os.replace(part, target)
    except BaseException:  # Ctrl-C too
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def _cannot_write(path: Path, error: OSError) -> str:
    if error.errno == errno.ENOENT:
        return f"There is no folder “{path.parent}”: make it first, or name another one."
    if error.errno == errno.EISDIR:
        return f"“{path}” is a folder: name a file to write."
    return f"“{path}” cannot be written: {_reason(error)}."


def _reason(error: OSError) -> str:
    """The rest of a sentence: what stands in the way and what to do about it."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full, make room or name a folder on another one"
    if error.errno == errno.EFBIG:
        return "the disk or its quota allows no file of this size, name a folder on another one"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "it is protected, change its permissions or those of its folder, or name another"
    if error.errno == errno.ENOTDIR:
        return "a part of its path is a file and not a folder"
    return (error.strerror or str(error)).lower()
