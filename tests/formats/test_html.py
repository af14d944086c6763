"""Bodies in HTML: what a browser shows is what is kept, and nothing hostile stops or slows the reading."""

import random
from time import perf_counter

import pytest

from careworth.formats.html import body_to_text, html_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hello <b>Ana</b></p>\n\n<p>bye</p>", "Hello Ana\nbye"),
        ("one<br>two<br/><br />four", "one\ntwo\n\nfour"),
        ("<div><div>deep</div></div><div>next</div>", "deep\nnext"),
        ("5 &lt; 6 &amp;&#x1F600; caf&eacute;&nbsp;!", "5 < 6 &😀 café\u00a0!"),
        ("<p>so   \n  many</p> <p> blanks </p>", "so many\nblanks"),
        ('<p>see <a href="https://x.example/?a=1&b=2">this</a> <img src="x.png" alt="logo"></p>', "see this"),
        ("<html><head><title>no</title><body><p>yes</p></body></html>", "yes"),
        ("<p>a<!-- hidden --> b<script>alert(1)</script></p>", "a b"),
        ("<p>I &lt;3 you, 2 < 3", "I <3 you, 2 < 3"),
        ("", ""),
    ],
)
def test_a_browser_would_show_this(html, text):
    assert html_to_text(html) == text


def test_only_a_body_that_begins_with_a_tag_is_html():
    plain = "AT&amp;T: is 1 < 2? <3 <b>"
    assert body_to_text(plain) == plain
    assert body_to_text(" <div>AT&amp;T</div>") == "AT&T"
    with pytest.raises(TypeError):
        body_to_text(["<p>"])


def test_no_heap_of_brackets_stops_the_reader():
    """The standard library's parser gives up on malformed declarations, and searches on for each tag that never ends."""
    pieces = "<p> </p> < <![ <![CDATA[ ]]> <!-- --> <!a[ <? <a_b=' \" </ &#xD800; é".split()
    chance = random.Random(7)
    for _ in range(2000):
        html_to_text("".join(chance.choices(pieces, k=12)))
    start = perf_counter()
    for piece in ("<a b='", "<a", "</script", "<!--", "<script>"):
        html_to_text(piece * 30_000)
    assert perf_counter() - start < 10
