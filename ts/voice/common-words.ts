/**
 * One-word rules that are common English words, so that a person who dictates prose wants them as words:
 * `[voice] commands = "punctuation"` leaves them out. The names of punctuation marks that have no other
 * everyday meaning (comma, colon, hyphen, ...) stay, and so does `period`, without which no sentence ends.
 */
export const COMMON_ENGLISH_WORDS: ReadonlySet<string> = new Set([
  ...['arrow', 'at', 'bang', 'carrot', 'dash', 'dot', 'equals', 'hash', 'minus', 'percent', 'pipe'],
  ...['plus', 'pound', 'quote', 'slash', 'space', 'spread', 'star', 'tab'],
  ...['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'],
  ...['eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen'],
  ...['nineteen', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'],
]);
