// The search page's check boxes and stars are HTML of ours: the rows are one piece, and a tick needs no new drawing of them.
// What was ticked since the server chose last (its `turn`) is told as a whole, so that nothing depends on what arrived.
"use strict"
window.taliqChoices = (() => {
  const { connection, target } = window.taliqKept
  const PARTS = "input[data-choose], button[data-star]"
  const ticked = new Map()
  const stars = []
  const LOST_AFTER = 4_000
  let turn = null
  let session = null
  let base = new Set()
  // How many stars the server had heard of when it was told of this one.
  let asked = null
  let last = null
  let stop = () => {}

  const nameOf = (part) => part?.dataset.choose ?? part?.dataset.star?.replace(/:\w+$/, "")

  return ({ data, setTriggerValue }) => {
    stop()
    // A server that started anew knows nothing of what was chosen: it is told of what is on the page.
    const isLost = session !== null && session !== data.session
    if (isLost) {
      for (const one of base) if (!ticked.has(one)) ticked.set(one, true)
    } else if (turn !== data.turn) {
      ticked.clear()
    }
    turn = data.turn
    session = data.session
    base = new Set(data.chosen)
    const isChosen = (one) => ticked.get(one) ?? base.has(one)

    function show() {
      for (const box of document.querySelectorAll("input[data-choose]")) box.checked = isChosen(box.dataset.choose)
      // Rows that were drawn anew have taken the focus along.
      if (!last || document.activeElement !== document.body) return
      const its = [...document.querySelectorAll(last.kind)].find((one) => nameOf(one) === last.name)
      its?.focus({ preventScroll: true })
    }

    function onChange(event) {
      const box = target(event)
      if (!(box instanceof Element) || !box.matches("input[data-choose]")) return
      if (connection.lost) return show()
      ticked.set(box.dataset.choose, box.checked)
      tell()
    }

    const tell = () => setTriggerValue("ticked", { turn, on: Object.fromEntries(ticked) })

    // One after the other: the server hears of one in each run.
    function onClick(event) {
      const star = target(event) instanceof Element ? target(event).closest("button[data-star]") : null
      if (!star || connection.lost || stars.includes(star.dataset.star)) return
      stars.push(star.dataset.star)
      next()
    }

    function next() {
      if (asked !== null || !stars.length) return
      asked = data.heard
      setTriggerValue("star", stars[0])
      setTimeout(again, LOST_AFTER, asked)
    }

    function again(heard) {
      if (asked !== heard) return
      asked = null
      next()
    }

    function onFocus(event) {
      const part = target(event)
      last = part instanceof Element && part.matches(PARTS)
        ? { kind: part.matches("input") ? "input[data-choose]" : "button[data-star]", name: nameOf(part) } : null
    }

    if (asked !== null && data.heard !== asked) {
      stars.shift()
      asked = null
    }
    const seen = new MutationObserver(show)
    seen.observe(document.body, { childList: true, subtree: true })
    const listening = new AbortController()
    for (const [kind, act] of [["change", onChange], ["click", onClick], ["focusin", onFocus]]) {
      document.addEventListener(kind, act, { signal: listening.signal })
    }
    stop = () => {
      seen.disconnect()
      listening.abort()
    }
    show()
    next()
    if (isLost && ticked.size) tell()
    return () => stop()
  }
})()
