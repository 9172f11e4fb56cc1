"""The page that shows an OpenAPI document to developers, from files on this machine only.

Swagger UI's own files come from the wheel `swagger-ui-py`; of that package nothing is imported, since it would bring a
template engine and a YAML parser along. Nothing in the page is inline, so a strict policy (`DOCS_POLICY`) holds.
"""

import html
from functools import cache
from importlib.util import find_spec
from pathlib import Path

ASSETS_PATH = "/docs/assets"
"""Where the page looks for its files: `{ASSETS_PATH}/{name}` must answer with `docs_asset(name)`."""

DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy to send with the page. Its pictures are data addresses inside its style sheet."""

_JAVASCRIPT = "text/javascript; charset=utf-8"
_CSS = "text/css; charset=utf-8"

_BUNDLED = {
    "swagger-ui.css": _CSS,
    "swagger-ui-bundle.js": _JAVASCRIPT,
    "favicon-32x32.png": "image/png",
}

# validatorUrl: otherwise the page sends the document's address to a server on the internet to have it judged.
_START = """\
"use strict";
window.addEventListener("DOMContentLoaded", () => {
  const page = document.getElementById("swagger-ui");
  window.SwaggerUIBundle({
    domNode: page,
    url: page.dataset.document,
    presets: [window.SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    validatorUrl: null,
    deepLinking: true,
    filter: true,
    displayRequestDuration: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
  });
});
"""

_STYLE = """\
html { overflow-y: scroll; }
body { margin: 0; background: #fdfbf9; }
"""

_WRITTEN_HERE = {"start.js": (_START.encode(), _JAVASCRIPT), "page.css": (_STYLE.encode(), _CSS)}


def docs_page(title: str, document_url: str) -> str:
    """The HTML page that shows the OpenAPI document at `document_url` (same origin) under `title`."""
    assets, document = html.escape(ASSETS_PATH), html.escape(document_url)
    return f"""\
<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{html.escape(title)}</title>
<link rel="icon" type="image/png" href="{assets}/favicon-32x32.png">
<link rel="stylesheet" href="{assets}/swagger-ui.css">
<link rel="stylesheet" href="{assets}/page.css">
<script src="{assets}/swagger-ui-bundle.js" defer></script>
<script src="{assets}/start.js" defer></script>
</head>
<body>
<div id="swagger-ui" data-document="{document}"></div>
<noscript>The document itself is at <a href="{document}">{document}</a>.</noscript>
</body>
</html>
"""


@cache
def _bundled(name: str) -> bytes:
    spec = find_spec("swagger_ui")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("swagger-ui-py is not installed, and /docs is shown with its files")
    return (Path(spec.origin).parent / "static" / name).read_bytes()


def docs_asset(name: str) -> tuple[bytes, str] | None:
    """A file of the page and its content type, or None: only names from a fixed list are ever looked up."""
    if name in _WRITTEN_HERE:
        return _WRITTEN_HERE[name]
    if name in _BUNDLED:
        return _bundled(name), _BUNDLED[name]
    return None
