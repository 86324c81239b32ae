"""What may happen to a file on its way: bytes changed, lost, put in, moved, cut off."""

# Bytes that mean something to one format or another, and some that mean nothing to any.
TOKENS = [
    *(bytes([byte]) for byte in b"\x00\x01\x1a\r\n\t\"'<>&;:,./?+-^!0123456789CDRNX"),
    *(b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3\x28", b"\xe2\x80\xa8", b"\x85", b"\xb2", b"\xc2\xb2"),
    *(b"</", b"/>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"&#0;", b"&#x110000;", b"&amp"),
    *(b"<Ntry>", b"</Ntry>", b"<Ntry/>", b"<OFX>", b"</OFX>", b":61:", b":86:", b":62F:", b"88,", b"16,", b"-}"),
    *(b"1E9", b"1E999999", b"NaN", b"Infinity", b"9" * 23, b"9" * 400, b"9" * 5000, b"=1+1"),
    *(b'encoding="utf-7"', b'encoding="no-such"', b"<?xml version='1.0' encoding='utf-7'?>"),
    *(b"{", b"}", b"[", b"]", b"[" * 3000, b"null", b"true", b"-1", b"{}", b"\\u0000", b"\\ud800", b"%00", b"%", b"=&"),
]
KINDS = 6


def damaged(content, rolls):
    """A file after some accidents; each roll is (place, length, kind of accident, token)."""
    for place, length, kind, token in rolls:
        if not content:
            break
        start = place % len(content)
        end = start + length % 40
        if kind == 0:
            content = content[:start] + TOKENS[token % len(TOKENS)] + content[start + 1 :]
        elif kind == 1:
            content = content[:start] + content[end:]
        elif kind == 2:
            content = content[:start] + TOKENS[token % len(TOKENS)] + content[start:]
        elif kind == 3:
            content = content[:end] + content[start:end] * 3 + content[end:]
        elif kind == 4:
            content = content[:start] + content[end:] + content[start:end]
        else:
            content = content[: max(start, 1)]
    return content


def assert_storable(*values):
    """Texts that the database takes: no zero, no half of a letter."""
    for value in values:
        assert not isinstance(value, str) or (value.encode() is not None and "\x00" not in value), value
