"""The watch itself: what it is to notice, it notices."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("script", "trouble"),
    [
        ("alert('gotcha')", "dialog: gotcha"),
        ("console.error('gotcha')", "console: gotcha"),
        ("setTimeout(() => { throw new Error('gotcha') })", "script: gotcha"),
        ("document.body.append(Object.assign(new Image(), {src: 'https://evil.example/x.png'}))", "img-src"),
        ("document.body.insertAdjacentHTML('beforeend', '<b onclick=1></b>')", "script-src-attr"),
        ("fetch('http://127.0.0.1:1/').catch(() => {})", "connect-src"),
        ("window.open('http://evil.example/')", "another host: http://evil.example/"),
    ],
)
def test_the_watch_notices(visit, watch, script, trouble):
    # In a browser of its own: a window left open would try its address again during other tests.
    tab = visit()
    tab.page.goto(f"{tab.url}/login")
    tab.page.evaluate(f"() => {{ {script} }}")
    for _ in range(100):
        if any(trouble in noted for noted in watch.troubles):
            break
        tab.page.evaluate("new Promise(requestAnimationFrame)")
    assert any(trouble in noted for noted in watch.troubles), watch.troubles
    # All of it was meant, and what is still on its way as well.
    watch.begin()
    watch.expect("")
