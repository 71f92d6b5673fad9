// What the page does by itself on a screen that is there already.
"use strict"
// What the column beside the card counted last stands above the card (waiting.py), until the card is drawn anew.
{
  const bring = () => {
    const now = document.querySelector("template.tq-counts-now"), shown = document.querySelector(".tq-counts > p")
    if (!now || !shown || Number(now.dataset.at) <= Number(shown.dataset.at)) return
    shown.replaceChildren(now.content.cloneNode(true))
    shown.dataset.at = now.dataset.at
  }
  new MutationObserver(bring).observe(document.documentElement, { childList: true, subtree: true })
}
// Where the side bar lies over the page, it goes once a page is chosen in it; Streamlit would leave it there.
{
  const NARROW = matchMedia("(max-width: 768px)")
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("[data-testid=stSidebarNavLink]")
    if (!link || !NARROW.matches || event.ctrlKey || event.metaKey || event.shiftKey) return
    setTimeout(() => document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click())
  })
}
// Before Streamlit turns to another page by itself it writes that page's query, or none, behind the address of this one.
// Whoever goes back is to find the address that they left, so the one takes the other's place; both are of one turn where
// nobody has struck or clicked anything between them, however long the server took.
{
  const push = history.pushState.bind(history)
  let last = ""
  for (const kind of ["keydown", "pointerdown", "click"])
    window.addEventListener(kind, (event) => { if (event.isTrusted && !event.repeat) last = "" }, true)
  history.pushState = (state, unused, url) => {
    const here = location.pathname, there = new URL(url ?? "", location.href).pathname
    const isOfOneTurn = there !== here && last === here
    last = there === here ? here : ""
    if (isOfOneTurn) history.replaceState(state, unused, url)
    else push(state, unused, url)
  }
}
// A dialog hears Escape where the focus is within it. When a button in it gives way the focus is nowhere until the next
// frame, and what is struck then is handed to it.
{
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || ![document.body, document.documentElement].includes(event.target)) return
    const open = [...document.querySelectorAll("[role=dialog]")].filter((one) => one.getClientRects().length)
    open.at(-1)?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }))
  })
}
// Vega calls what is drawn over a chart's marks to choose among them (charts/spread.py) two pictures without a name.
{
  const hush = () => {
    for (const drawn of document.querySelectorAll(".vega-embed [class*=range_brush]:not([aria-hidden])")) {
      drawn.setAttribute("aria-hidden", "true")
    }
  }
  new MutationObserver(hush).observe(document.documentElement, { childList: true, subtree: true })
}
// A field for numbers takes Latin digits alone: of others it was left empty, and what was counted then was nought.
{
  const DIGITS = /[\u0660-\u0669\u06f0-\u06f9]/g
  document.addEventListener("beforeinput", (event) => {
    const field = event.target
    if (!(field instanceof HTMLInputElement) || field.type !== "number" || !event.data) return
    const latin = event.data.replace(DIGITS, (digit) => digit.charCodeAt(0) & 15)
    if (latin === event.data) return
    event.preventDefault()
    document.execCommand("insertText", false, latin)
  })
}
// Numbers that the page holds become a file (figures.py), with a byte order mark, so that Excel takes it for UTF-8.
{
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a[data-numbers]")
    if (!link) return
    event.preventDefault()
    const lines = link.dataset.numbers.replace(/\r?\n/g, "\r\n")
    const file = URL.createObjectURL(new Blob(["\ufeff", lines], { type: "text/csv" }))
    Object.assign(document.createElement("a"), { href: file, download: link.dataset.file }).click()
    setTimeout(() => URL.revokeObjectURL(file), 10_000)
  })
}
