// Enter in the field of words shows what is found before the rest of the page is drawn: the list alone is asked for
// first, and once it is painted Streamlit hears of the key.
const FIELD = ".st-key-q input"
const PATIENCE = 1_000

export default function ({ data, setTriggerValue }) {
  const desk = (window.taliqSought ??= { waiting: null, stop: () => {} })
  desk.stop()
  const listening = new AbortController()
  desk.stop = () => listening.abort()

  function onKey(event) {
    const field = event.target
    const isMeant = event.isTrusted && event.key === "Enter" && !event.isComposing
    if (!isMeant || !(field instanceof Element) || !field.matches(FIELD) || window.taliqKept.connection.lost) return
    event.preventDefault()
    event.stopImmediatePropagation()
    clearTimeout(desk.waiting?.late)
    desk.waiting = { heard: data.heard, late: setTimeout(pass, PATIENCE) }
    setTriggerValue("words", field.value)
  }

  function pass() {
    clearTimeout(desk.waiting?.late)
    desk.waiting = null
    const key = { key: "Enter", code: "Enter", bubbles: true, cancelable: true }
    document.querySelector(FIELD)?.dispatchEvent(new KeyboardEvent("keydown", key))
  }

  // Drawn with what was asked for: in the frame that comes.
  const isDrawn = desk.waiting && data.heard !== desk.waiting.heard
  if (isDrawn) requestAnimationFrame(() => setTimeout(() => desk.waiting && pass()))
  document.addEventListener("keydown", onKey, { capture: true, signal: listening.signal })
  return () => desk.stop()
}
