"""Tables whose rows, quotes, names, numbers or letters are not what they seem."""

from collections.abc import Callable

from tests.brandkiln.datasets.nasty.case import Case

NO_TEXT = "The file holds NUL bytes: it is no text"


def whole(
    name: str, data: bytes | Callable[[], bytes], says: str, filename: str = "a.csv", **limits: int
) -> Case:
    return Case(name, filename, data if callable(data) else lambda: data, says, "table", limits=limits)


def rows(
    name: str, data: bytes | Callable[[], bytes], accepted: int, says: str = "", filename: str = "a.csv", **limits: int
) -> Case:  # fmt: skip
    return Case(name, filename, data if callable(data) else lambda: data, says, "table", accepted, limits)


def lines(*values: str) -> bytes:
    return "\n".join(("product,value", *(f"shoe,{value}" for value in values))).encode()


GOOD = "product,price\nScarpa è bella,1.5\nbag,2\n"
CASES = [
    # Structure
    whole("nothing but blanks", b" \n\n  \n", "The file holds no rows"),
    whole("a quote that is never closed", b'a,b\n1,2\n"3,4\n5,6\n' + b"x,y\n" * 500, "is not closed, so the rest would be swallowed"),
    whole("a quote that opens in the header", b'a,"b\n1,2\n3,4\n', "is not closed, so the rest would be swallowed"),
    whole("two columns of one name", b"a,b,A\n1,2,3\n", "are all called"),
    whole("two columns that differ by the form of an accent", "caf\u00e9,cafe\u0301\n1,2\n".encode(), "are all called"),
    whole("a million columns", lambda: b",".join(b"%d" % n for n in range(1_000_000)) + b"\n1\n", "characters; cut it"),
    whole("a thousand and one columns", lambda: b",".join(b"c%d" % n for n in range(1001)) + b"\n1\n", "1,001 columns; 1,000 are accepted"),
    whole("a line of five million letters", lambda: b"a,b\n" + b"x" * 5_000_000, "4,000,000 characters; cut it"),
    whole("a column with a name of a thousand letters", b"a," + b"n" * 1000 + b"\n1,2\n", "has 1000 characters; 120 fit"),
    whole("more rows than are read", b"a,b\n" + b"1,2\n" * 50, "The table has more than 20 rows", rows=20),
    whole("a header with NUL", b"a,b\0c\n1,2\n", "The header holds the character NUL"),
    rows("a cell of a megabyte", lambda: b"a,b\n1,2\n" + b"x" * 1_000_000 + b",2\n", 1, "A cell has more than 100,000 characters"),
    rows("rows that are too short and too long", b"a,b\n1,2\n1\n1,2,3\n4,5\n", 2, "cells; the table has 2 columns"),
    rows("text behind a closed quote", b'a,b\n1,2\n"x"y,3\n', 1, "is followed by more text"),
    rows("quotes within quotes", b'a,b\n"He said ""no""",2\n', 1),
    rows("line breaks in a cell", b'a,b\n"one\ntwo\r\nthree",2\n', 1),
    rows("old Mac line ends", b"a,b\r1,2\r3,4\r", 2),
    rows("a name of nothing", b"a,,b\n1,2,3\n", 1),
    # Encodings
    rows("UTF-8 with a mark", b"\xef\xbb\xbf" + GOOD.encode(), 2),
    rows("UTF-16 with a mark", GOOD.encode("utf-16"), 2),
    rows("UTF-16 the other way round", b"\xfe\xff" + GOOD.encode("utf-16-be"), 2),
    rows("Windows-1252", GOOD.encode("cp1252"), 2),
    rows("GB 18030", "产品,价格\n运动鞋很舒服,1.5\n手提包太小,2\n".encode("gb18030"), 2),
    whole("UTF-16 without a mark", GOOD.encode("utf-16-le"), NO_TEXT),
    whole("UTF-32", GOOD.encode("utf-32"), "The header holds the character NUL"),
    whole("a mark of UTF-16 and half a letter", b"\xff\xfea\0,\0b\0\n\0x", "The file says that it is utf-16 and is not"),
    whole("lone surrogates in UTF-16", b"\xff\xfea\0,\0b\0\n\0\x00\xd8,\0", "The file says that it is utf-16 and is not"),
    whole("bytes of no encoding", b"a,b\n\x81\x8d\x8f\x90,\x9d\xff\n", "neither UTF-8 nor another encoding"),
    rows("NUL in a cell", b"a,b\n1,x\0y\n3,4\n", 1, "The row holds the character NUL"),
    # Something else
    whole("a program", b"\x7fELF\x02\x01\x01" + bytes(200), NO_TEXT),
    whole("a workbook that is called CSV", b"PK\x03\x04" + bytes(100), "whose name says otherwise"),
    whole("a picture that is called CSV", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(40), NO_TEXT),
    whole("a name that is no table", b"a,b\n1,2\n", '"a.exe" is not read as table data', "a.exe"),
    # Values
    rows("formulas", lines("=HYPERLINK(\"http://x\")", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3"), 4),
    rows("numbers that are none", lines("1.5", "2", "NaN", "nan", "", "N/A", "3.5"), 7),
    rows("infinity", lines("1.5", "Infinity", "-inf", "1e999"), 4),
    rows("the year 10000", lines("2024-01-31", "10000-01-01", "2024-02-30"), 3),
    rows("the year 0 and the year 9999", lines("0000-01-01", "9999-12-31"), 2),
    rows("whole numbers of 400 digits", lines("1" * 400, "2"), 2),
    rows("numbers as programs write them", lines("1_000", "0x10", "1e5", "\u0661\u0662"), 4),
    rows("codes that begin with nought", lines("007", "008", "123"), 3),
    rows("letters that write from right to left", "product,value\n\u202egnp.exe,1\n\u0635,2\n".encode(), 2),
    rows("letters that can't be seen", "product,value\n\u200b\u200d\ufeff,1\nshoe,2\n".encode(), 2),
    rows("control characters", b"product,value\n\x01\x02\x1b[31m,1\nshoe,2\n", 2),
    rows("a thousand accents on one letter", ("product,value\nz" + "\u0301" * 1000 + ",1\n").encode(), 1),
    # JSON lines
    *[
        rows(f"JSON: {name}", b'{"a": 1}\n' + line + b"\n", 1, says, "a.jsonl")
        for name, line, says in [
            ("nested 1,000 deep", b'{"a": ' + b"[" * 1000 + b"]" * 1000 + b"}", "nested deeper than 32 levels"),
            ("nested 100,000 deep", b'{"a": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}", "nested deeper than 32 levels"),
            ("nested and never closed", b'{"a": ' + b"[" * 100_000, "nested deeper than 32 levels"),
            ("a key that stands twice", b'{"a": 1, "a": 2}', "stands twice in one object"),
            ("a key that stands twice as an escape", b'{"a": 1, "\\u0061": 2}', "stands twice in one object"),
            ("keys that differ by an accent's form", '{"caf\u00e9": 1, "cafe\u0301": 2}'.encode(), "differ only by blanks or by the form"),
            ("NaN", b'{"a": NaN}', "NaN is not a number in JSON"),
            ("infinity", b'{"a": -Infinity}', "-Infinity is not a number in JSON"),
            ("a number that becomes infinite", b'{"a": 1e999}', "is too large"),
            ("a whole number of 5,000 digits", b'{"a": ' + b"9" * 5000 + b"}", "has more than 18 digits"),
            ("a whole number of 30 digits", b'{"a": ' + b"9" * 30 + b"}", "has more than 18 digits"),
            ("an escaped NUL", b'{"a": "x\\u0000y"}', "holds the character NUL"),
            ("half a surrogate pair", b'{"a": "\\ud800"}', "half of a character"),
            ("half a surrogate pair as a key", b'{"\\udc00": 1}', "half of a character"),
            ("a list within", b'{"a": [1, 2]}', "A value is a list or an object"),
            ("a list", b"[1, 2]", "The line has to be a JSON object"),
            ("a text", b'"text"', "The line has to be a JSON object"),
            ("null", b"null", "The line has to be a JSON object"),
            ("single quotes", b"{'a': 1}", "The line is not JSON"),
            ("a comment", b'{"a": 1} // one', "The line is not JSON"),
            ("a comma at the end", b'{"a": 1,}', "The line is not JSON"),
            ("cut off", b'{"a": "x', "The line is not JSON"),
            ("a text of a megabyte", b'{"a": "' + b"x" * 1_000_000 + b'"}', "characters"),
        ]
    ],
    whole("JSON: one document", b'[\n{"a": 1},\n{"a": 2}\n]', "The file is one JSON document", "a.jsonl"),
    whole("JSON: a thousand and one keys", lambda: b"{" + b",".join(b'"k%d": 1' % n for n in range(1001)) + b"}", "more than 1,000 columns", "a.jsonl"),
    whole("JSON: UTF-16 without a mark", '{"a": 1}\n'.encode("utf-16-le"), NO_TEXT, "a.jsonl"),
    rows("JSON: with a mark", b'\xef\xbb\xbf{"a": 1}\n', 1, "", "a.jsonl"),
    rows("JSON: empty lines and objects", b'\n{"a": 1}\n\n{}\n', 2, "", "a.jsonl"),
]  # fmt: skip
