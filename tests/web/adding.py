"""Someone who adds through the pages: a browser without scripts, with the forms it was given."""

import re
from html import unescape

from webui.adding.session import Editing
from webui.app import create_app

HOME = "http://localhost"
TEXT = (
    "Lowmarsh Courier, 9 June 2022\n\n"
    "Rangers say more than 40 people drowned when the dam at Highmere was shelled.\n"
    "“We fired no shot that night,” General Orla Venn told this newspaper. The dam stood again in 2023.\n"
)
DOCUMENT = {
    "text": TEXT,
    "title": "Report on the dam",
    "publisher": "Lowmarsh Courier",
    "published": "2022-06-09",
    "captured": "2022-06-10",
    "language": "en",
    "kind": "source-outlet",
}
DROWNED = {
    "who": "The Rangers",
    "stance": "asserts",
    "kind": "count",
    "count.number": "more than 40",
    "count.measure": "killed",
    "count.about": "Dam at Highmere",
    "wording": "more than 40 people drowned",
    "as": "indirect-speech",
}


class Editor:
    """One person's browser, with the token or without."""

    def __init__(self, record, *, author="A. Coder"):
        self.editing, self.token = Editing.open(author)
        self.app = create_app(record, editing=self.editing)
        self.client = self.app.test_client()
        self.form_token = ""

    def enter(self, token=None):
        answer = self.post("/add/enter", token=self.token if token is None else token)
        found = re.search(r'name="form_token" value="([^"]+)"', self.get("/add").text)
        self.form_token = found[1] if found else ""
        return answer

    def get(self, path, **headers):
        return self.client.get(path, headers={"Accept": "text/html", **headers})

    def post(self, path, headers=None, **form):
        headers = {"Accept": "text/html", "Origin": HOME, **(headers or {})}
        return self.client.post(path, data={"form_token": self.form_token, **form}, headers=headers)

    def begin(self, **changes):
        """The address of a new draft."""
        answer = self.post("/add/drafts", **{**DOCUMENT, **changes})
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def claim(self, draft, quote="more than 40 people drowned", **form):
        """The address of a new claim, filled in."""
        answer = self.post(f"{draft}/passages", quote=quote)
        assert answer.status_code == 303, answer.text
        address = answer.headers["Location"].partition("?")[0]
        if form:
            assert self.post(address, action="save", **form).status_code == 303
        return address

    def case(self, draft):
        """The name and the bytes of the case file, and the bytes of its document, as they are downloaded."""
        name = re.search(rf'href="{draft}/([^"]+\.yaml)"', self.get(draft).text)[1]
        return name, self.get(f"{draft}/{name}").data, self.get(f"{draft}/document.txt").data

    def record(self, draft):
        answer = self.post(f"{draft}/record")
        assert answer.status_code == 303, told(answer)
        return answer.headers["Location"]


def told(answer):
    """What a page tells as found, in order."""
    found = re.findall(r'<p class="(?:wrong|look)"[^>]*>(.*?)</p>', answer.text, re.DOTALL)
    return [" ".join(unescape(re.sub("<[^>]+>", " ", each)).split()) for each in found]
