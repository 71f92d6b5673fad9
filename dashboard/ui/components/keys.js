// Keys click the visible buttons, so whatever a key does a button does as well. Physical keys (event.code): they stay in
// place when the layout is Arabic.
const DWELL = 250

const target = (event) => event.composedPath()[0] ?? event.target

function isTyping(event) {
  const element = target(event)
  if (!(element instanceof Element)) return false
  if (element.isContentEditable || element.closest("[role=listbox],[role=combobox],[role=menu]")) return true
  return element.matches("textarea,select,input:not([type=checkbox]):not([type=radio]):not([type=button])")
}

const dialogIsOpen = () => [...document.querySelectorAll("[role=dialog]")].some((one) => one.getClientRects().length)

function button(key) {
  const found = document.querySelector(`.st-key-${CSS.escape(key)} button`)
  return found && !found.disabled && found.getClientRects().length ? found : null
}

// What is half written stays in the browser's tab, so that neither a reload nor a server that restarts loses it. The
// server hears of it as if it were typed: the field's own setter, then the events that Streamlit waits for.
const NOTES = "[class*='st-key-queue_note_'], .st-key-queue_handover_note"
const DRAFT = "taliq:"

const noteOf = (element) => element instanceof Element && element.matches("input, textarea") ? element.closest(NOTES) : null
const draftOf = (holder) => DRAFT + [...holder.classList].find((name) => name.startsWith("st-key-queue_"))

function keepDraft(event) {
  const holder = noteOf(target(event))
  if (holder) sessionStorage.setItem(draftOf(holder), target(event).value)
}

function restoreDraft(element) {
  const holder = noteOf(element)
  const draft = holder && !element.value && sessionStorage.getItem(draftOf(holder))
  if (!draft) return
  const kind = element instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement
  Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(element, draft)
  element.dispatchEvent(new Event("input", { bubbles: true }))
  setTimeout(() => element.dispatchEvent(new FocusEvent("focusout", { bubbles: true })), 50)
}

const restoreFocused = (event) => restoreDraft(target(event))

export default function ({ data }) {
  const before = window.taliqKeys
  before?.stop()
  const same = before && before.card === data.card
  const desk = {
    card: data.card,
    shownAt: same ? before.shownAt : performance.now(),
    // A decision sent for this card; another key must not decide again before the server has answered.
    spent: false,
    down: before ? before.down : new Set(),
  }

  const nameOf = (event) => (event.key === "?" || event.key === "؟" ? "Question" : event.code)

  function onKeyDown(event) {
    const held = event.repeat || desk.down.has(event.code)
    desk.down.add(event.code)
    if (held || event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return
    const name = nameOf(event)
    if ((event.shiftKey && name !== "Question") || dialogIsOpen()) return
    if (isTyping(event) && name !== "Escape") return
    const action = data.keys[name]
    const pressed = action && button(action.button)
    if (!pressed) return
    event.preventDefault()
    if (action.decides) {
      if (desk.spent || performance.now() - desk.shownAt < DWELL) return
      desk.spent = true
    }
    pressed.click()
  }

  const onKeyUp = (event) => desk.down.delete(event.code)
  const onBlur = () => desk.down.clear()

  // The page's HTML cannot carry a link's target; the article opens beside the desk, not in its place.
  function onClick(event) {
    const link = target(event) instanceof Element ? target(event).closest("a.tq-out") : null
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    window.open(link.href, "_blank", "noopener,noreferrer")
  }

  // Once the shift has ended, its note is left and no draft any more.
  if (document.querySelector(".st-key-queue_come_back")) sessionStorage.removeItem(`${DRAFT}st-key-queue_handover_note`)
  const restoring = setTimeout(() => {
    for (const element of document.querySelectorAll("[class*='st-key-queue_note_'] input")) restoreDraft(element)
  }, 100)

  desk.stop = () => {
    clearTimeout(restoring)
    document.removeEventListener("input", keepDraft)
    document.removeEventListener("focusin", restoreFocused)
    document.removeEventListener("keydown", onKeyDown)
    document.removeEventListener("keyup", onKeyUp)
    document.removeEventListener("click", onClick)
    window.removeEventListener("blur", onBlur)
  }
  document.addEventListener("input", keepDraft)
  document.addEventListener("focusin", restoreFocused)
  document.addEventListener("keydown", onKeyDown)
  document.addEventListener("keyup", onKeyUp)
  document.addEventListener("click", onClick)
  window.addEventListener("blur", onBlur)
  window.taliqKeys = desk
  return () => {
    window.taliqKeys?.stop()
    delete window.taliqKeys
  }
}
