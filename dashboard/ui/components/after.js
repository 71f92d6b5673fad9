// What stands beside the card is drawn once the card is painted: keys.js asks for it then.
export default function ({ data, setTriggerValue }) {
  const after = { turn: data.turn, ask: () => setTriggerValue("asked", true) }
  window.taliqAfter = after
  return () => {
    if (window.taliqAfter === after) delete window.taliqAfter
  }
}
