// Keys click the visible buttons, so whatever a key does a button does as well. Physical keys (event.code): they stay in
// place when the layout is Arabic.
"use strict"
window.taliqListen = (() => {
  const { drafts, connection, target, SENT } = window.taliqKept
  const ahead = window.taliqAhead
  const DWELL = 250
  const LOST_AFTER = 4_000
  // So long what was asked for, a field to write in or a list of reasons, has to come once the server has answered.
  const PICKER_COMES = 4_000
  // What was struck for it where it comes late, or where another comment came in its place, ends with a pause of so long.
  const PAUSE = 1_000
  // So long all pieces of a page have come.
  const LEADS_FOR = 1_500
  // Streamlit sends what is told in one go as one, and runs only the part of the page that was told of first. So nothing
  // is told before the question for the rest has gone out, however long the page is busy until then.
  let restGone = Promise.resolve(), restIsGoing = false

  function isTyping(event) {
    const element = target(event)
    if (!(element instanceof Element)) return false
    if (element.isContentEditable || element.closest("[role=listbox],[role=combobox],[role=menu]")) return true
    return element.matches("textarea,select,input:not([type=checkbox]):not([type=radio]):not([type=button])")
  }

  const dialogIsOpen = () => [...document.querySelectorAll("[role=dialog]")].some((one) => one.getClientRects().length)

  function button(key) {
    const name = key && CSS.escape(key)
    const found = name ? [...document.querySelectorAll(`button[data-act="${name}"], .st-key-${name} button`)] : []
    // Of a button with a tooltip Streamlit draws two, one of them for narrow windows, and hides the other. On a phone the
    // rarer ones are folded away, and their keys work all the same.
    const there = found.find((one) => one.getClientRects().length || one.closest(".tq-rare"))
    // Streamlit switches its own off while the connection is lost.
    return there && !there.disabled && !connection.lost ? there : null
  }

  return function ({ data, setTriggerValue }) {
    const before = window.taliqKeys
    before?.stop()
    // What came ahead is what the server has drawn: a key that was struck at it meanwhile counts.
    const confirmed = ahead.answered(data.card)
    const same = before && (before.card === data.card || confirmed)
    const desk = {
      card: data.card,
      keys: data.keys,
      shownAt: same ? before.shownAt : performance.now(),
      // A decision sent for this card; another key must not decide again before the server has answered.
      spent: false,
      // Whether this drawing was asked for a field to write in or a list to choose from, and until when what is struck is
      // meant for it after the answer.
      asked: false,
      awaitedUntil: before?.card === data.card ? before.awaitedUntil : -Infinity,
      // Until when what is struck is meant for what was asked for at a comment that has changed or gone meanwhile.
      missedUntil: before?.missedUntil ?? -Infinity,
      // The key that was struck at a comment which the server had yet to draw, and of what opens something the one whose
      // button has yet to come.
      pending: null,
      opening: null,
      person: data.person,
      offline: data.offline,
      picking: data.picking,
      moved: false,
      // The page was loaded anew, and the person has done nothing yet.
      fresh: before ? before.fresh && same : true,
      // A button was pressed by Enter or Space where the focus was on it, or Escape where it was in the list: whoever goes
      // by Tab or listens is led on when it goes.
      leads: false,
      down: before ? before.down : new Set(),
    }

    if (before?.asked && before.card === data.card) desk.awaitedUntil = performance.now() + PICKER_COMES
    const missed = before && ((before.asked && before.card !== data.card) || before.keys[before.pending]?.opens)
    if (missed && !confirmed) desk.missedUntil = performance.now() + PAUSE

    // A key of the numeric keypad that writes a digit is that digit's.
    function nameOf(event) {
      if (event.key === "?" || event.key === "؟") return "Question"
      return event.key.length === 1 ? event.code.replace(/^Numpad(?=\d$)/, "Digit") : event.code
    }

    function onKeyDown(event) {
      desk.fresh = false
      desk.moved = true
      const held = event.repeat || desk.down.has(event.code)
      desk.down.add(event.code)
      if (held || event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return
      const name = nameOf(event)
      if ((event.shiftKey && name !== "Question") || dialogIsOpen()) return
      if (isTyping(event) && name !== "Escape") return
      if (name !== "Escape" && (desk.opening || isMissed())) return
      if (strike(name)) event.preventDefault()
    }

    function isMissed() {
      const missed = performance.now() < desk.missedUntil
      if (missed) desk.missedUntil = performance.now() + PAUSE
      return missed
    }

    // Of a comment that was there before the server drew it the buttons may come a moment after its keys.
    function strike(name, again = confirmed ? 30 : 0) {
      desk.opening = null
      if (press(name)) return true
      if (again && data.keys[name]) {
        if (data.keys[name].opens) desk.opening = name
        requestAnimationFrame(() => leaving || strike(name, again - 1))
      }
      return false
    }

    const isHasty = () => performance.now() - desk.shownAt < DWELL

    // What is struck before the list is drawn is meant for it; before the field has the focus it is a letter of what is to
    // stand there.
    function isAwaited() {
      if (desk.asked) return true
      if (data.picking && (!data.writing || window.taliqWriting === data.writing)) return false
      const awaited = performance.now() < desk.awaitedUntil
      if (awaited) desk.awaitedUntil = Math.max(desk.awaitedUntil, performance.now() + PAUSE)
      return awaited
    }

    // Whether the key has a button on the page.
    function press(name) {
      const action = data.keys[name]
      const pressed = action && button(action.button)
      if (!pressed) return false
      if (ahead.isShown) {
        // What opens a field decides nothing, and is followed by what is to stand there.
        if ((action.opens || !isHasty()) && !data.keys[desk.pending]?.opens) desk.pending = name
      } else if (isAwaited() && name !== "Escape") {
        return true
      } else if (!action.decides || !(desk.spent || isHasty())) {
        pressed.click()
      }
      return true
    }

    // Where a decision was refused, an undo would be of the one before.
    const isOfAnother = (name) => data.keys[name]?.follows && data.keys[name].button !== before.keys[name]?.button

    const bound = (pressed) => Object.entries(data.keys).find(([, one]) => button(one.button) === pressed)

    // By key, mouse or touch: until the card is drawn anew nobody knows whether it is done.
    function onAct(event) {
      desk.fresh = false
      const at = target(event) instanceof Element ? target(event).closest("button") : null
      const focused = document.activeElement
      desk.leads = event.detail === 0 && (at === focused || Boolean(focused?.closest(".st-key-queue_reasons")))
      if (restIsGoing && at?.closest(".stButton")) {
        event.stopImmediatePropagation()
        event.preventDefault()
        return void restGone.then(() => at.click())
      }
      const [name, action] = (at && bound(at)) ?? []
      if (!action) return
      // The comment has just been decided, and what is asked about it comes too late. An undo is of that decision.
      if (desk.spent && !ahead.isShown && !action.decides && at.dataset.act) {
        event.stopImmediatePropagation()
        event.preventDefault()
        desk.pending = action.follows ? name : null
        return
      }
      if (action.opens || name === "Escape") {
        desk.asked = action.opens
        desk.awaitedUntil = -Infinity
      }
      // A click on the buttons of a comment that has given way is meant for the one that is shown.
      if (ahead.isShown || (action.decides && isHasty())) {
        event.stopImmediatePropagation()
        event.preventDefault()
        return void (ahead.isShown && press(name))
      }
      if (action.lasts) drafts.send(data.card)
      if (!action.decides) return
      desk.spent = true
      // Once the page's own listeners have heard of it.
      setTimeout(giveWay)
    }

    function giveWay() {
      if (!connection.lost && ahead.show(data.card)) desk.shownAt = performance.now()
    }

    const onKeyUp = (event) => desk.down.delete(event.code)
    const onBlur = () => desk.down.clear()

    // Buttons of ours: each is told once until the card is drawn anew.
    let asked = null
    function onButton(event) {
      const pressed = target(event) instanceof Element ? target(event).closest("button[data-act]") : null
      if (!pressed || pressed.disabled || connection.lost || pressed.dataset.act === asked) return
      const name = asked = pressed.dataset.act
      restGone.then(() => setTriggerValue("act", name))
      setTimeout(() => askAgain(name), LOST_AFTER)
    }

    // Streamlit is at rest and the card was not drawn: the server is told again, and does it if it has not.
    function askAgain(name) {
      if (leaving || asked !== name) return
      if (isAtRest() && !connection.lost) setTriggerValue("again", { act: name, turn: data.turn })
      setTimeout(() => askAgain(name), LOST_AFTER)
    }

    const isAtRest = () =>
      document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning"

    // The page's HTML cannot carry a link's target; the article opens beside the desk, not in its place.
    function onClick(event) {
      onButton(event)
      const link = target(event) instanceof Element ? target(event).closest("a.tq-out") : null
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
      event.preventDefault()
      window.open(link.href, "_blank", "noopener,noreferrer")
    }

    // What stands beside the card comes after it, once the frame is painted that shows the card; when all of the page
    // was drawn it is there already.
    let leaving = false
    const askForRest = () => {
      const after = window.taliqAfter
      // What was told meanwhile brings an answer, after which it is asked for as well.
      if (leaving || asked !== null || desk.spent || !after || after.turn === data.turn) return
      after.ask()
      // Streamlit sends it by a timer of its own, which was set before this one.
      restIsGoing = true
      restGone = new Promise((gone) => setTimeout(gone)).then(() => { restIsGoing = false })
    }
    if (data.stale) requestAnimationFrame(() => setTimeout(askForRest))

    drafts.sweep(data.person, data.settled)
    // Once the shift has ended, its note is left and no draft any more; where one ended it, far below, one would see nothing.
    const restful = document.querySelector(".st-key-queue_come_back")
    if (restful) drafts.drop("st-key-queue_handover_note")
    restful?.scrollIntoView({ block: "center" })
    const sent = drafts.sent()
    drafts.drop(SENT)
    // The page was loaded anew before an answer came: the server knows what became of it.
    if (sent && !before) setTriggerValue("unanswered", sent)
    // What was half written comes back into sight, because the server no longer knows of it: a key that decides now
    // would leave it behind.
    const stopRestoring = drafts.restoreSoon(() => {
      const opener = button(data.writes)
      if (!desk.fresh || !opener || !drafts.isHidden(data.card.split(":")[0])) return
      desk.fresh = false
      opener.click()
    })

    // To the question whose answers lie open, to the comment or to what is said in its place, to be read out: on none does
    // Enter decide. The pieces of the page come one after the other, and each takes the focus along that was in the one
    // before.
    function lead(last) {
      const lost = document.activeElement === document.body
      const next = [".st-key-queue_reasons .tq-ask", ".tq-card", ".tq-empty"]
        .map((one) => document.querySelector(one)).find(Boolean)
      if (lost && next) {
        next.tabIndex = -1
        next.focus({ preventScroll: true })
      }
      if (!leaving && !desk.moved && performance.now() < last) requestAnimationFrame(() => lead(last))
    }
    const opensList = data.picking && !data.writing && !before?.picking
    if ((before?.leads || opensList) && before) lead(performance.now() + LEADS_FOR)

    const listening = new AbortController()
    const hear = (place, kind, act, capture = false) =>
      place.addEventListener(kind, act, { capture, signal: listening.signal })
    desk.stop = () => {
      leaving = true
      stopRestoring()
      listening.abort()
    }
    hear(document, "keydown", onKeyDown)
    hear(document, "keyup", onKeyUp)
    hear(document, "click", onClick)
    hear(document, "click", onAct, true)
    hear(window, "blur", onBlur)
    window.taliqKeys = desk
    const waited = before?.pending
    if (waited && (confirmed || isOfAnother(waited))) strike(waited)
    return () => {
      ahead.takeBack()
      window.taliqKeys?.stop()
      delete window.taliqKeys
    }
  }
})()
