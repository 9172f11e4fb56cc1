"""The documentation page: everything that it asks for is here, and nothing comes from elsewhere."""

import subprocess
import sys
from html.parser import HTMLParser

import pytest

from foundation.docs_page import ASSETS_PATH, DOCS_POLICY, docs_asset, docs_page


class Page(HTMLParser):
    """Collects what a browser would fetch and what it would run in place."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.tags = [""]
        self.inside: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        address = dict(attrs).get("src" if tag == "script" else "href")
        if tag in {"script", "link", "img", "iframe"}:
            self.fetched.append(address or "")

    def handle_data(self, data: str) -> None:
        self.inside[self.tags[-1]] = self.inside.get(self.tags[-1], "") + data.strip()


def test_every_file_that_the_page_asks_for_is_served() -> None:
    page = Page(docs_page("API", "/openapi.json"))
    assert len(page.fetched) == 5
    for address in page.fetched:
        folder, _, name = address.rpartition("/")
        assert folder == ASSETS_PATH
        content, content_type = docs_asset(name) or pytest.fail(f"{name} is missing")
        assert content
        kinds = {"js": "text/javascript", "css": "text/css", "png": "image/png"}
        assert content_type.startswith(kinds[name.rpartition(".")[2]])


def test_nothing_is_inline_and_nothing_comes_from_elsewhere() -> None:
    text = docs_page("API", "/openapi.json")
    page = Page(text)
    assert "//" not in text
    assert not page.inside.get("script") and "style" not in page.tags
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "style"]
    assert "unsafe" not in DOCS_POLICY and "default-src 'none'" in DOCS_POLICY
    start, _ = docs_asset("start.js") or pytest.fail("no start.js")
    # Without this line Swagger UI sends the document's address to a validator on the internet.
    assert b"validatorUrl: null" in start
    assert b"http" not in start


def test_title_and_address_are_text_not_markup() -> None:
    page = Page(docs_page('</title><script>alert("1")</script>', '/a.json?x="><img src=x>'))
    assert page.tags.count("script") == 2 and "img" not in page.tags
    assert dict(page.attributes)["data-document"] == '/a.json?x="><img src=x>'
    assert page.inside["title"] == '</title><script>alert("1")</script>'


def test_the_bundle_knows_openapi_3_1() -> None:
    bundle, _ = docs_asset("swagger-ui-bundle.js") or pytest.fail("no bundle")
    assert b"SwaggerUIBundle" in bundle
    assert b"spec.openapis.org/oas/3.1" in bundle


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../core.py",
        "../../../../../../etc/passwd",
        "..%2fcore.py",
        "/etc/passwd",
        "swagger-ui.css/../../core.py",
        "./swagger-ui.css",
        "swagger-ui.css\x00",
        "SWAGGER-UI.CSS",
        "swagger-editor-bundle.js",
        "swagger-ui-bundle.js.map",
    ],
)
def test_only_the_listed_files_are_served(name: str) -> None:
    assert docs_asset(name) is None


def test_serving_the_files_does_not_load_the_package_they_come_in() -> None:
    code = (
        "import sys; from foundation.docs_page import docs_asset; assert docs_asset('swagger-ui.css');"
        "print(sorted({'swagger_ui', 'jinja2', 'yaml'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
