"""Text in XML 1.0, which can't hold every character."""

import re
from xml.sax.saxutils import escape, quoteattr

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_ENDS = {"\r": "&#13;"}  # readers make a plain one a line feed


def holdable(text: str) -> str:
    """The text with U+FFFD in place of control characters and what else XML 1.0 (section 2.2) forbids."""
    return _NOT_IN_XML.sub("\ufffd", text)


def content(text: str) -> str:
    """The text as an element's content."""
    return escape(holdable(text), _LINE_ENDS)


def attribute(text: str) -> str:
    """The text as an attribute's value, with its quotes."""
    return quoteattr(holdable(text))
