"""Bytes to text: the marks a file carries first, then UTF-8, then the likeliest of the old character sets."""

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 200_000
_WESTERN = frozenset("àáâãäåæçèéêëìíîïñòóôõöøœùúûüÿßÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØŒÙÚÛÜªº¡¿«»“”„‘’‚–—…•·°§©®™€£¢´\xa0\xad")
_LIKELY = [
    *("cp1252", "iso8859_15", "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256", "cp437"),
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"),
]


def decode(data: bytes) -> str:
    """The text of a file; bytes that fit nothing become replacement characters rather than an error."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    if encoding := _utf16_without_mark(data):
        return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(_likeliest(data), errors="replace")


def _utf16_without_mark(data: bytes) -> str:
    """Western text in UTF-16 has a NUL as every other byte, on one side only."""
    sample = data[:_SAMPLE]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > len(sample) * 0.2 and even < len(sample) * 0.02:
        return "utf-16-le"
    if even > len(sample) * 0.2 and odd < len(sample) * 0.02:
        return "utf-16-be"
    return ""


def _likeliest(data: bytes) -> str:
    from charset_normalizer import from_bytes

    sample = data[:_SAMPLE].replace(b"\0", b"")
    if _is_western(sample):
        return "cp1252"
    best = from_bytes(sample, cp_isolation=_LIKELY).best()
    return best.encoding if best else "cp1252"


def _is_western(sample: bytes) -> bool:
    """Whether the text, read as Latin-1 or its Windows cousin, has only the letters of Western European languages."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return all(char < "\x80" or char in _WESTERN for char in text)
