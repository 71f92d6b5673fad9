// What is half written, and what was decided and not answered, stays in the browser's tab, so that neither a reload nor a
// server that restarts loses it. It is one person's: another who signs in here finds none of it.
"use strict"
window.taliqKept = (() => {
  const FIELDS = [
    "[class*='st-key-queue_note_']", "[class*='st-key-queue_message_']", ".st-key-queue_handover_note",
    "[class*='st-key-drawer_'][class*='_note']", "[class*='st-key-drawer_'][class*='_remark']",
    "[class*='st-key-found_'][class*='_note']", "[class*='st-key-found_'][class*='_remark']",
    "[class*='st-key-bulk_note_']", "[class*='st-key-bulk_message_']", "[class*='st-key-domains_note_']",
  ].join(", ")
  const NAMED = /^st-key-(queue|drawer|found|bulk|domains)_/
  const DRAFT = "taliq:"
  const SENT = "sent"
  const LONGEST = 30_000

  const target = (event) => event.composedPath()[0] ?? event.target

  const drafts = {
    person: "",
    // What they held is left: Streamlit shows such a field once more while its dialog closes, and as one opens anew.
    calledOff: new Set(),

    key(field) {
      const holder = field instanceof Element && field.matches("input, textarea") ? field.closest(FIELDS) : null
      return holder && [...holder.classList].find((name) => NAMED.test(name))
    },

    name(field) {
      const key = this.key(field)
      if (!key || this.calledOff.has(key) || !this.isKnown()) return null
      // A number after a hyphen says how often such a field was called off in this visit; a draft is of any.
      return `${DRAFT}${this.person}:${key.replace(/-\d+$/, "")}`
    },

    // The queue says who sits here; elsewhere the side bar does.
    isKnown() {
      const told = this.person || document.querySelector(".tq-account")?.dataset.person
      if (told && !this.person) this.sweep(told, "")
      return Boolean(told)
    },

    fields() {
      const inside = FIELDS.split(", ").flatMap((one) => [`${one} input`, `${one} textarea`])
      return document.querySelectorAll(inside.join(", "))
    },

    // Nothing of whoever sat here before, and nothing of what is decided.
    sweep(person, settled) {
      this.person = person
      for (const key of Object.keys(sessionStorage)) {
        const stale = settled && new RegExp(`:st-key-queue_(note|message)_${settled}$`).test(key)
        if (key.startsWith(DRAFT) && (!key.startsWith(`${DRAFT}${person}:`) || stale)) sessionStorage.removeItem(key)
      }
    },

    keep(field) {
      const name = this.name(field)
      if (name) sessionStorage.setItem(name, field.value)
    },

    // The server hears of it as if it were typed: the field's own setter, then the events that Streamlit waits for.
    restore(field) {
      const name = this.name(field)
      const draft = name && !field.value && sessionStorage.getItem(name)
      if (!draft) return
      const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement
      Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(field, draft)
      field.dispatchEvent(new Event("input", { bubbles: true }))
      setTimeout(() => field.dispatchEvent(new FocusEvent("focusout", { bubbles: true })), 50)
    },

    // A message chosen from the list was typed by nobody, yet it is as dear.
    restoreAll() {
      for (const field of this.fields()) field.value ? this.keep(field) : this.restore(field)
    },

    // Whether something was written for this comment and stands in no field.
    isHidden(comment) {
      return ["message", "note"].some((kind) => {
        const field = `st-key-queue_${kind}_${comment}`
        const written = sessionStorage.getItem(`${DRAFT}${this.person}:${field}`)
        return written && !document.querySelector(`.${field} input, .${field} textarea`)
      })
    },

    // A field comes when its own script has, on a slow line seconds after the keys: looked for after 0.1 s, then after
    // twice as long, and so on, and `look` is called each time. Gives what ends it.
    restoreSoon(look) {
      let timer
      const again = (wait) => {
        timer = setTimeout(() => {
          this.restoreAll()
          look()
          if (wait < LONGEST) again(2 * wait)
        }, wait)
      }
      again(100)
      return () => clearTimeout(timer)
    },

    drop(field) {
      sessionStorage.removeItem(`${DRAFT}${this.person}:${field}`)
    },

    // A decision is in flight from its key or click until the card is drawn anew.
    send(card) {
      sessionStorage.setItem(`${DRAFT}${this.person}:${SENT}`, card)
    },

    sent() {
      return sessionStorage.getItem(`${DRAFT}${this.person}:${SENT}`)
    },
  }

  // Streamlit greys what cannot be pressed while the connection is lost and says so in a corner; and after a restart it
  // swallows the first click, because the new session has never drawn the page. So the loss is said in words on every
  // page, and once the server answers again the page is drawn anew, unless something would be lost with it.
  const connection = {
    app: null,
    // Before the first time there is nothing to lose.
    been: false,
    lost: false,
    writtenOn: "",

    // Streamlit draws its frame some time after this script has run, and then keeps it.
    watchSoon() {
      if (this.watch()) return
      const waiting = new MutationObserver(() => this.watch() && waiting.disconnect())
      waiting.observe(document.documentElement, { childList: true, subtree: true })
    },

    watch() {
      this.app = document.querySelector("[data-testid=stApp]")
      if (!this.app) return false
      new MutationObserver(() => this.look()).observe(this.app, {
        attributes: true,
        attributeFilter: ["data-test-connection-state"],
      })
      this.look()
      return true
    },

    look() {
      const there = this.app.dataset.testConnectionState === "CONNECTED"
      if (there && this.lost) this.comeBack()
      if (!there && this.been && !this.lost) this.tell()
      this.lost = this.been && !there
      this.been ||= there
    },

    // What is half written at the desk is kept.
    comeBack() {
      if (window.taliqKeys || !this.isHalfDone()) return location.reload()
      for (const said of document.querySelectorAll(".tq-offline")) said.remove()
    },

    // What the page alone knows: a choice of comments, words in a field that is not kept.
    isHalfDone() {
      return this.writtenOn === location.pathname || document.querySelector("input[data-choose]:checked")
    },

    // The words that are looked for stand in the address.
    heed(field) {
      const isText = field instanceof Element && field.matches("textarea, input:not([type=checkbox]):not([type=radio])")
      if (isText && !field.closest(".st-key-q, [role=combobox]")) this.writtenOn = location.pathname
    },

    // The queue has words of its own; everywhere else the side bar has them.
    tell() {
      const words = window.taliqKeys?.offline || document.querySelector(".tq-account")?.dataset.offline
      if (!words) return
      window.taliqAhead?.takeBack()
      const said = document.createElement("p")
      said.className = "tq-offline"
      said.setAttribute("role", "alert")
      said.textContent = words
      document.body.append(said)
      new MutationObserver(() => this.lost && this.hush()).observe(document.body, { childList: true })
      this.hush()
    },

    // Streamlit says the same once more, in English and in a window over what one reads and writes. Dialogs of ours hold
    // a block of their own.
    hush() {
      for (const one of document.querySelectorAll("[data-testid=stDialog]:not(:has([data-testid=stVerticalBlock]))")) {
        one.querySelector("[role=dialog] > button")?.click()
      }
    },
  }

  document.addEventListener("click", (event) => {
    const off = target(event) instanceof Element && target(event).closest(".st-key-bulk_cancel")
    const dialog = off && off.closest("[role=dialog]")
    for (const field of dialog ? drafts.fields() : []) {
      if (!dialog.contains(field)) continue
      sessionStorage.removeItem(drafts.name(field))
      drafts.calledOff.add(drafts.key(field))
    }
  }, true)
  // What is put back by hand here may have been taken out again by the page by now.
  document.addEventListener("input", (event) => {
    if (!event.isTrusted) return
    drafts.name(target(event)) ? drafts.keep(target(event)) : connection.heed(target(event))
  })
  document.addEventListener("focusin", (event) => {
    drafts.restore(target(event))
    // Whatever opens takes the focus; the queue looks by itself.
    const opened = target(event) instanceof Element && target(event).closest("[role=dialog]")
    if (opened && !window.taliqKeys) drafts.restoreAll()
  })

  connection.watchSoon()
  return { drafts, connection, target, SENT }
})()
