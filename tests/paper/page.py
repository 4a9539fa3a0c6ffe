"""A page as a reader of HTML has it."""

import base64
from html.parser import HTMLParser


class Page(HTMLParser):
    """Collects the tags, the pictures, the texts and the code of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags = []
        self.pictures = []
        self.texts = []
        self.code = []
        self.feed(page.decode())

    def handle_starttag(self, tag, attrs):
        """Note a tag, and what a picture shows, which is in the page itself."""
        self.tags.append(tag)
        if tag == "img":
            kind, _, data = dict(attrs)["src"].partition(",")
            assert kind == "data:image/svg+xml;base64"
            self.pictures.append(base64.b64decode(data).decode())

    def handle_data(self, data):
        """Note what is read."""
        if self.tags[-1:] != ["style"]:
            self.texts.append(data)
        if self.tags[-1:] == ["code"]:
            self.code.append(data)

    @property
    def text(self):
        """All that is read, with single spaces."""
        return " ".join(" ".join(self.texts).split())
