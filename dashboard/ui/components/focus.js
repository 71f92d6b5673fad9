// The widget may come after this: a dialog, and what is folded in it, is drawn piece by piece.
const PATIENCE = 3_000

export default function ({ data }) {
  if (window.taliqFocused === data.mark) return
  window.taliqFocused = data.mark
  const last = performance.now() + PATIENCE
  const look = () => {
    const found = document.querySelector(`.st-key-${CSS.escape(data.at)} :is(button, input)`)
    if (found?.getClientRects().length) {
      found.focus()
      // Keys that decide wait for it (static/keys.js).
      window.taliqWriting = data.mark
    } else if (performance.now() < last) requestAnimationFrame(look)
  }
  look()
}
