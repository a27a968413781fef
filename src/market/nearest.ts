/**
 * The candidate with the fewest single-character edits from `word`, ignoring case, or null when none
 * is close enough to be meant: at most a third of the longer word. The first wins a tie.
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  const wanted = word.toLowerCase();
  let best: string | null = null;
  let bestEdits = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const limit = Math.floor(Math.max(word.length, candidate.length) / 3) || 1;
    if (Math.abs(word.length - candidate.length) > limit) continue;
    const edits = editDistance(wanted, candidate.toLowerCase());
    if (edits <= limit && edits < bestEdits) {
      best = candidate;
      bestEdits = edits;
    }
  }
  return best;
}

/** Levenshtein distance with two rows. */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substituted = above[column - 1] + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substituted, above[column] + 1, current[column - 1] + 1));
    }
    above = current;
  }
  return above[b.length];
}
