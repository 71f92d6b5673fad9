// The widget may come after this: a dialog, and what is folded in it, is drawn piece by piece.
const PATIENCE = 3_000

export default function ({ data }) {
  if (window.taliqFocused === data.mark) return
  window.taliqFocused = data.mark
  const last = performance.now() + PATIENCE
  const look = () => {
    const found = document.querySelector(`.st-key-${CSS.escape(data.at)} :is(.tq-notice, button, input)`)
    const isNotice = found?.matches(".tq-notice")
    // What had the focus goes a moment later: a button that is not drawn any more, a dialog.
    const isLost = document.activeElement === document.body && !document.querySelector("[role=dialog]")
    if (isNotice ? isLost : found?.getClientRects().length) {
      if (isNotice) found.tabIndex = -1
      found.focus({ preventScroll: isNotice })
      // Keys that decide wait for it (static/keys.js).
      window.taliqWriting = data.mark
    } else if (performance.now() < last) requestAnimationFrame(look)
  }
  look()
}
