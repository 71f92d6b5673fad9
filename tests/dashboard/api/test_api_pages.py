"""What stands around the dashboard: headers, hosts, the gate, Streamlit's page in the person's language, assets."""

import html
import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import pytest
from starlette.websockets import WebSocketDisconnect

from dashboard.api import assets, headers, shell
from dashboard.api.hosts import name_of
from dashboard.cookies import LANGUAGE_COOKIE, SESSION_COOKIE
from dashboard.i18n import catalog
from tests.dashboard.api.around import BASE, STREAMLIT_FILES, Client, application, sign_in

PAGE = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def backend():
    return "sqlite"


@pytest.mark.parametrize(
    "path", ["/", "/login", "/healthz", "/api/v1/decisions", "/assets/pages.css", "/assets/none", "/nowhere", "/logout"]
)
@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_every_answer_has_the_security_headers(visitor, path, accept):
    given = visitor.get(path, headers={"Accept": accept}).headers
    assert given["x-content-type-options"] == "nosniff"
    assert given["referrer-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in given["content-security-policy"]
    assert "strict-transport-security" not in given
    if not path.startswith("/assets/pages"):
        assert given["cache-control"] == "no-store"


def test_https_is_remembered(visitor):
    given = visitor.get("https://localhost/healthz").headers["strict-transport-security"]
    assert given == "max-age=31536000; includeSubDomains"


def test_https_is_remembered_also_where_the_proxy_says_nothing_of_it(front):
    secure = replace(front, settings=replace(front.settings, secure_cookies=True))
    for doors, told in ((secure, True), (front, False)):
        with Client(application(doors), base_url=BASE) as visitor:
            assert ("strict-transport-security" in visitor.get("/healthz").headers) is told


def test_the_policy_names_each_inline_script_of_streamlits_page_and_no_other():
    document = (STREAMLIT_FILES / "index.html").read_text(encoding="utf-8")
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", document, re.DOTALL)
    policy = headers.content_security_policy()
    [scripts] = re.findall(r"script-src ([^;]+)", policy)
    hashes = {f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in inline}
    assert set(scripts.split()) == {"'self'", "blob:"} | hashes
    assert "unsafe-eval" not in policy


def test_our_own_pages_have_no_script(visitor):
    assert "<script" not in visitor.get("/login").text


@pytest.mark.parametrize(
    ("path", "accept", "status", "location"),
    [
        ("/", "text/html", 303, "/login"),
        ("/audit?site=x&y=ن", "text/html", 303, "/login?next=%2Faudit%3Fsite%3Dx%26y%3D%25D9%2586"),
        ("/", "*/*", 401, None),
        ("/static/js/index.js", "*/*", 401, None),
        ("/_stcore/health", "*/*", 401, None),
        ("/_stcore/host-config", "application/json", 401, None),
        ("/media/x", "*/*", 401, None),
    ],
)
def test_nobody_gets_in_without_a_session(visitor, path, accept, status, location):
    answer = visitor.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.headers.get("location")) == (status, location)


@pytest.mark.parametrize("token", ["", "x", "x" * 5_000, "%00"])
def test_the_websocket_is_closed_to_strangers(visitor, token):
    visitor.cookies.set(SESSION_COOKIE, token, domain="localhost.local")
    with pytest.raises(WebSocketDisconnect) as closed, visitor.websocket_connect("ws://localhost/_stcore/stream"):
        pass
    assert closed.value.code == 4401


def test_the_websocket_is_open_to_a_session_and_closed_after_it(visitor, newsroom):
    sign_in(visitor, newsroom)
    with visitor.websocket_connect("ws://localhost/_stcore/stream") as stream:
        assert stream.receive_text() == "hello"
    newsroom.clock.advance(days=15)
    with pytest.raises(WebSocketDisconnect), visitor.websocket_connect("ws://localhost/_stcore/stream"):
        pass


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost:3000"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://["},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://localhost:3000", "Sec-Fetch-Site": "same-site"},
    ],
)
def test_the_websocket_is_closed_to_the_pages_of_other_sites_and_ports(visitor, newsroom, headers):
    sign_in(visitor, newsroom)
    there = visitor.websocket_connect("ws://localhost/_stcore/stream", headers=headers)
    with pytest.raises(WebSocketDisconnect) as closed, there:
        pass
    assert closed.value.code == 1008


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://desk.example", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin"},
    ],
)
def test_the_websocket_is_open_to_our_own_page(visitor, newsroom, headers):
    sign_in(visitor, newsroom)
    with visitor.websocket_connect("ws://localhost/_stcore/stream", headers=headers) as stream:
        assert stream.receive_text() == "hello"


def test_the_page_has_every_style_sheet_of_the_dashboard_after_the_one_of_all_pages(visitor, newsroom):
    sign_in(visitor, newsroom)
    head = visitor.get("/", headers=PAGE).text.partition("</head>")[0]
    addresses = re.findall(r'href="(/assets/[^"]+\.css\?v=[0-9a-f]+)"', head)
    names = [address.removeprefix("/assets/").partition("?")[0] for address in addresses]
    assert names[0] == "taliq.css"
    assert sorted(names) == sorted(sheet.name for sheet in assets.ROOTS[0].glob("*.css"))
    assert {visitor.get(address).headers["cache-control"] for address in addresses} == {
        "public, max-age=31536000, immutable"
    }


@pytest.mark.parametrize(("lang", "direction"), [("ar", "rtl"), ("en", "ltr")])
def test_streamlits_page_comes_in_the_persons_language(visitor, newsroom, lang, direction):
    sign_in(visitor, newsroom)
    visitor.cookies.set(LANGUAGE_COOKIE, lang, domain="localhost.local")
    answer = visitor.get("/", headers=PAGE)
    assert f'<html lang="{lang}" dir="{direction}" ' in answer.text
    assert "<title>تعليق | Taliq</title>" in answer.text
    assert 'href="/assets/taliq.css?v=' in answer.text
    assert "agent" not in answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert "etag" not in answer.headers


@pytest.mark.parametrize(("lang", "names"), [("ar", ("سنة", "شهر", "يوم")), ("en", ("yyyy", "mm", "dd"))])
def test_the_page_brings_the_names_that_stand_in_an_empty_date(lang, names):
    document = shell.rewritten((STREAMLIT_FILES / "index.html").read_bytes(), lang).decode()
    style = html.unescape(re.search(r'<html [^>]*style="([^"]*)"', document)[1])
    assert style == '--tq-year: "{}"; --tq-month: "{}"; --tq-day: "{}"'.format(*names)


def test_where_the_server_is_stands_before_streamlit_asks():
    document = shell.rewritten((STREAMLIT_FILES / "index.html").read_bytes(), "ar").decode()
    ours = document.index(f'<script src="{assets.url("root.js")}" data-locale="ar-EG-u-nu-latn"></script>')
    assert "?v=" in assets.url("root.js")
    assert ours < document.index('<script type="module"')


def test_an_arabic_page_brings_arabic_for_streamlits_own_words():
    given = (STREAMLIT_FILES / "index.html").read_bytes()
    document = shell.rewritten(given, "ar").decode()
    tag = re.search(r'<script src="/assets/words\.js\?v=\w+" data-words="([^"]+)" data-nothing="([^"]+)">', document)
    table = json.loads(html.unescape(tag[1]))
    assert (table["Clear value"], table[tag[2]]) == ("مسح القيمة", "لا نتائج")
    assert document.index(tag[0]) < document.index('<script type="module"')
    assert "words.js" not in shell.rewritten(given, "en").decode()


def test_streamlit_still_says_what_is_translated():
    """A new Streamlit may say it in other words; then this names the ones that are gone."""
    scripts = "".join(path.read_text(encoding="utf-8") for path in (STREAMLIT_FILES / "static" / "js").glob("*.js"))
    said = [
        entry.partition("{")[0].rstrip(" ,:") for key, entry in catalog("en").items() if key.startswith("streamlit.")
    ]
    gone = [entry for entry in said if not any(f"{quote}{entry}" in scripts for quote in '`"')]
    assert (gone, len(said) > 30) == ([], True)


def test_a_page_kept_in_another_language_is_not_shown_again(visitor, newsroom):
    sign_in(visitor, newsroom)
    document = STREAMLIT_FILES / "index.html"
    asked = PAGE | {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT", "If-None-Match": "*", "Range": "bytes=0-9"}
    assert document.exists()
    assert visitor.get("/", headers=asked).status_code == 200


def test_the_page_is_rewritten_in_each_place_that_is_looked_for():
    """A new Streamlit may write its page in another way; then this says which place is gone."""
    document = (STREAMLIT_FILES / "index.html").read_bytes()
    for place in (shell._HTML_TAG, shell._TITLE, shell._NOSCRIPT, shell._ICON, shell._AGENT_LINK):
        assert len(place.findall(document)) == 1, place.pattern
    assert document.count(b"<head>") == document.count(b"</head>") == 1
    assert (
        document.count(b'<script type="module"') == shell.rewritten(document, "ar").count(b'<script type="module"') == 1
    )


def test_files_pass_as_they_are(visitor, newsroom):
    sign_in(visitor, newsroom)
    script = next((STREAMLIT_FILES / "static" / "js").glob("index.*.js"))
    assert visitor.get(f"/static/js/{script.name}").content == script.read_bytes()


@pytest.mark.parametrize(
    ("allowed", "host", "status"),
    [
        ((), "localhost:8501", 200),
        ((), "127.0.0.1:8501", 200),
        ((), "[::1]:8501", 200),
        ((), "192.168.1.7", 200),
        ((), "evil.example", 421),
        ((), "127.0.0.1.evil.example", 421),
        ((), "localhost:80@evil.example", 421),
        ((), "[::1]evil.example", 421),
        ((), "", 421),
        (("desk.example.org",), "desk.example.org", 200),
        (("desk.example.org",), "DESK.example.org.:443", 200),
        (("desk.example.org",), "127.0.0.1", 421),
        (("desk.example.org",), "desk.example.org:443@evil.example", 421),
        (("desk.example.org",), "desk.example.org/evil.example", 421),
        (("desk.example.org",), "x.desk.example.org", 421),
        (("*.example.org",), "desk.example.org", 200),
        (("*.example.org",), "example.org", 421),
        (("*.example.org",), "evilexample.org", 421),
        (("*",), "anything", 200),
    ],
)
def test_the_desk_answers_to_its_own_names(front, allowed, host, status):
    front = replace(front, settings=replace(front.settings, allowed_hosts=allowed))
    with Client(application(front), base_url=BASE) as client:
        assert client.get("/login", headers={"Host": host}).status_code == status


def test_a_request_of_two_lengths_is_refused_and_the_connection_closed(visitor):
    """By a proxy that goes by the other, what follows would be the next person's request."""
    both = {"Content-Length": "5", "Transfer-Encoding": "chunked"}
    answer = visitor.post("/login", data={"name": "a", "password": "b"}, headers=both)
    assert (answer.status_code, answer.headers["connection"]) == (400, "close")
    assert answer.json()["error"]["fields"] == {"field": "Content-Length", "reason": "duplicate_key"}


def test_a_websocket_for_another_name_is_closed(visitor, newsroom):
    sign_in(visitor, newsroom)
    there = visitor.websocket_connect("ws://localhost/_stcore/stream", headers={"Host": "evil.example"})
    with pytest.raises(WebSocketDisconnect) as closed, there:
        pass
    assert closed.value.code == 1008


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("a:1", "a"),
        ("A.", "a"),
        ("[::1]", "::1"),
        ("[::1]:8501", "::1"),
        ("", ""),
        ("[", ""),
        ("a:b", ""),
        ("a:1@b", ""),
    ],
)
def test_a_host_without_its_port(host, name):
    assert name_of(host) == name


def test_an_asset_with_its_version_is_kept_for_ever_and_a_day_without(visitor):
    versioned = visitor.get(assets.url("pages.css"))
    assert versioned.headers["content-type"].startswith("text/css")
    assert "immutable" in versioned.headers["cache-control"]
    plain = visitor.get("/assets/pages.css?v=other")
    assert "immutable" not in plain.headers["cache-control"]
    unchanged = visitor.get("/assets/pages.css", headers={"If-None-Match": plain.headers["etag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")


@pytest.mark.parametrize(
    "name",
    ["", "none.css", "..%2Fpages.py", "%2e%2e/pages.py", "/etc/passwd", "%2e%2e", "a%00b", "x" * 5_000, "é"],
)
def test_only_assets_are_assets(visitor, name):
    assert visitor.get(f"/assets/{name}").status_code == 404


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_a_page_that_is_not_there_says_so_in_the_persons_language(visitor, lang):
    answer = visitor.get("/language/xx", headers=PAGE | {"Accept-Language": lang})
    assert answer.status_code == 404
    assert f'<html lang="{lang}"' in answer.text
    assert '<a class="button" href="/">' in answer.text


def test_a_page_with_a_mistake_of_ours_shows_no_trace(front):
    def fails():
        raise RuntimeError("secret detail")

    with Client(application(replace(front, desk=fails)), base_url=BASE, follow_redirects=False) as client:
        client.cookies.set(SESSION_COOKIE, "x", domain="localhost.local")
        answer = client.get("/", headers=PAGE)
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    assert "<h1>" in answer.text


@pytest.mark.parametrize(
    ("path", "status", "ours"),
    [
        ("/", 200, False),
        ("/nowhere", 404, True),
        ("/nowhere/else", 404, True),
        ("/queue/else", 404, True),
        ("/Queue", 404, True),
        ("/__init__", 404, True),
        ("/favicon.png", 200, False),
        ("/media/none", 404, False),
    ],
)
def test_an_address_that_is_no_screen_says_so(visitor, newsroom, path, status, ours):
    sign_in(visitor, newsroom)
    answer = visitor.get(path, headers=PAGE)
    assert answer.status_code == status
    assert ("لا توجد صفحة" in answer.text) == ours


@pytest.mark.parametrize("name", ["queue", "insights", "audit", "settings"])
def test_each_screen_has_an_address(name):
    assert shell._is_page_of_ours(f"/{name}")
