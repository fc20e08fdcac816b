/** Lower-case words without punctuation. */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
}

/** What said words became. */
export interface Alignment {
  /** Substituted, missing and added words. */
  readonly errors: number;
  /** For each said word its place in what was typed, null where it is missing. */
  readonly typedFor: readonly (number | null)[];
}

/** Substituted, missing and added words between what was said and what was typed. */
export function wordErrors(said: readonly string[], typed: readonly string[]): number {
  return alignWords(said, typed).errors;
}

/** A shortest way of edits from what was said to what was typed. */
export function alignWords(said: readonly string[], typed: readonly string[]): Alignment {
  const rows = distances(said, typed);
  const typedFor: (number | null)[] = said.map(() => null);
  let [i, j] = [said.length, typed.length];
  while (i > 0) {
    const cost = at(rows, i, j);
    const same = said[i - 1] === typed[j - 1] ? 0 : 1;
    if (j > 0 && cost === at(rows, i - 1, j - 1) + same) {
      typedFor[i - 1] = j - 1;
      [i, j] = [i - 1, j - 1];
    } else if (cost === at(rows, i - 1, j) + 1) i -= 1;
    else j -= 1;
  }
  return { errors: at(rows, said.length, typed.length), typedFor };
}

/** `rows[i][j]`: the edits from the first `i` said to the first `j` typed words. */
function distances(said: readonly string[], typed: readonly string[]): readonly number[][] {
  const rows: number[][] = [[0, ...typed.map((_, j) => j + 1)]];
  said.forEach((word, i) => {
    const row = [i + 1];
    typed.forEach((other, j) => {
      const changed = at(rows, i, j) + (word === other ? 0 : 1);
      row.push(Math.min(at(rows, i, j + 1) + 1, (row[j] ?? 0) + 1, changed));
    });
    rows.push(row);
  });
  return rows;
}

function at(rows: readonly (readonly number[])[], i: number, j: number): number {
  return rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
}
