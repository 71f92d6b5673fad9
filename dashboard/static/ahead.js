// The comment that comes next lies in the page before it is asked for (ahead.py): a decision shows it at once. What the
// server answers counts all the same; it draws the card anew, and what it does not draw anew is put back.
"use strict"
window.taliqAhead = (() => {
  // Its lease lasts four minutes.
  const GOOD_FOR = 200_000
  let shown = null
  // Which one lies there, and since when.
  let lies = { card: "", since: 0 }

  function end() {
    const was = shown
    shown = null
    document.documentElement.classList.remove("tq-ahead")
    return was
  }

  function back(was) {
    if (was?.next.isConnected) was.next.replaceWith(was.before)
  }

  return {
    // Whether the next one stands in the place of `card` now, until the server answers.
    show(card) {
      const ready = document.querySelector("template.tq-next"), before = document.querySelector(".tq-card")
      if (shown || !before || ready?.dataset.after !== card || lies.card !== ready.dataset.card) return false
      if (performance.now() - lies.since > GOOD_FOR) return false
      const next = ready.content.firstElementChild.cloneNode(true)
      before.replaceWith(next)
      shown = { next, before, card: ready.dataset.card }
      document.documentElement.classList.add("tq-ahead")
      return true
    },

    get isShown() {
      return shown !== null
    },

    // The server has drawn `card`: whether it is what is shown.
    answered(card) {
      const was = end(), ready = document.querySelector("template.tq-next")?.dataset.card ?? ""
      if (ready !== lies.card) lies = { card: ready, since: performance.now() }
      if (was && was.card !== card) back(was)
      return was?.card === card
    },

    // No answer will come.
    takeBack() {
      back(end())
    },
  }
})()
