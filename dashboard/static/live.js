// What the column beside the card counted last stands above the card (waiting.py), until the card is drawn anew.
"use strict"
{
  const bring = () => {
    const now = document.querySelector("template.tq-counts-now"), shown = document.querySelector(".tq-counts > p")
    if (!now || !shown || Number(now.dataset.at) <= Number(shown.dataset.at)) return
    shown.replaceChildren(now.content.cloneNode(true))
    shown.dataset.at = now.dataset.at
  }
  new MutationObserver(bring).observe(document.documentElement, { childList: true, subtree: true })
}
