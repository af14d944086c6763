"""HTML bodies of messages as the plain text that a reader saw."""

import re
from html.parser import HTMLParser

#: Elements that begin and end a line.
BLOCKS = frozenset(
    "address article aside blockquote dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p "
    "pre section table tr ul".split()
)

#: Elements whose inside is not read by anybody.
UNSEEN = frozenset({"head", "script", "style", "template", "title"})

#: Comments and declarations; the parser gives up on those that are malformed.
UNREAD = re.compile(r"<!--.*?(?:-->|$)|<[!?][^>]*(?:>|$)", re.DOTALL)

#: A bracket that opens no tag. The parser would search the rest of the text for the end of each.
BARE = re.compile(r"<(?=[^<>]*(?:<|$))")
IS_HTML = re.compile(r"\s*<(?:[a-zA-Z]|!doctype|!--)", re.IGNORECASE)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines, self.unseen = [""], 0

    def handle_starttag(self, tag: str, attrs: list) -> None:
        """Begin a line where a block or a break does."""
        # A head that nobody closed ends where the body begins.
        self.unseen = 0 if tag == "body" else self.unseen + (tag in UNSEEN)
        if tag == "br":
            self.lines.append("")
        elif tag in BLOCKS:
            self._break_line()

    def handle_endtag(self, tag: str) -> None:
        """End the line where a block does."""
        self.unseen -= tag in UNSEEN and self.unseen > 0
        if tag in BLOCKS:
            self._break_line()

    def handle_data(self, data: str) -> None:
        """Add what is shown to the line, blanks as a browser shows them."""
        if not self.unseen:
            text = re.sub(r"[ \t\r\n\f]+", " ", data)
            self.lines[-1] += text.lstrip(" ") if self.lines[-1][-1:] in ("", " ") else text

    def _break_line(self) -> None:
        if self.lines[-1].strip(" "):
            self.lines.append("")


def html_to_text(html: str) -> str:
    r"""The text of `html`: tags dropped, entities decoded, lines broken where a browser breaks them.

    Examples
    --------
    >>> html_to_text("<p>Hi &amp; <b>welcome</b>,</p>\n<p>see<br>you &lt;3</p>")
    'Hi & welcome,\nsee\nyou <3'
    >>> html_to_text("<style>p {color: red}</style><ul><li>one</li><li>two</li></ul>")
    'one\ntwo'
    """
    reader = _Reader()
    reader.feed(BARE.sub("&lt;", UNREAD.sub("", html)))
    reader.close()
    return "\n".join(line.rstrip(" ") for line in reader.lines).strip("\n")


def body_to_text(body: str | None) -> str | None:
    """The text of a message's body: that of HTML where it begins with a tag, else as it is.

    Examples
    --------
    >>> body_to_text("<p>1 &lt; 2</p>"), body_to_text("1 < 2 &amp; so on"), body_to_text(None)
    ('1 < 2', '1 < 2 &amp; so on', None)

    Raises
    ------
    TypeError
        If it is no text.
    """
    if body is None:
        return None
    return html_to_text(body) if IS_HTML.match(body) else body
