import { splitWords } from './characters.js';

/** The words of a text behind those that are known already. */
export interface Behind {
  readonly text: string;
  /** Characters that had to be changed in what is known, as a share of it: 0 where it was heard the same again. */
  readonly difference: number;
}

/**
 * What `heard` has behind `known`, where the sound of `known` was heard once more with what follows. The place is the end
 * of a word up to which both differ by the fewest characters (edit distance; of equals the last one), so a word that is
 * heard otherwise with more around it is neither lost nor doubled. Capitals and signs are not compared.
 */
export function textBehind(known: string, heard: string): Behind {
  const wanted = lettersOf(known);
  const words = splitWords(heard);
  const forms = words.map(lettersOf);
  const costs = costsOfBeginnings(wanted, forms.filter(Boolean).join(' '));
  let end = 0;
  let best = { words: 0, cost: costs[0] ?? 0 };
  for (const [at, form] of forms.entries()) {
    if (form !== '') end += form.length + (end > 0 ? 1 : 0);
    const cost = costs[end] ?? Number.POSITIVE_INFINITY;
    if (cost <= best.cost) best = { words: at + 1, cost };
  }
  return {
    text: words.slice(best.words).join(' '),
    difference: best.cost / Math.max(1, wanted.length),
  };
}

/** The edit distance between `wanted` and each beginning of `text`, by the length of that. */
function costsOfBeginnings(wanted: string, text: string): readonly number[] {
  let row = Array.from({ length: text.length + 1 }, (_, at) => at);
  for (const letter of wanted) {
    const above = row;
    row = [(above[0] ?? 0) + 1];
    for (let at = 1; at <= text.length; at += 1) {
      const changed = (above[at - 1] ?? 0) + (letter === text[at - 1] ? 0 : 1);
      row.push(Math.min(changed, (above[at] ?? 0) + 1, (row[at - 1] ?? 0) + 1));
    }
  }
  return row;
}

function lettersOf(text: string): string {
  return (text.toLowerCase().match(/[\p{L}\p{N}\p{M}']+/gu) ?? []).join(' ');
}
