/** At most about `most` of the points: of each stretch the lowest and the highest, so that no peak is lost. */
export function thinned<T>(points: readonly T[], value: (point: T) => number, most: number): T[] {
  if (points.length <= most) return [...points];
  const stretch = Math.ceil((points.length * 2) / most);
  const kept: T[] = [];
  for (let from = 0; from < points.length; from += stretch) {
    const some = points.slice(from, from + stretch);
    let low = 0;
    let high = 0;
    some.forEach((point, i) => {
      if (value(point) < value(some[low])) low = i;
      if (value(point) > value(some[high])) high = i;
    });
    const [first, second] = [Math.min(low, high), Math.max(low, high)];
    kept.push(some[first]);
    if (second !== first) kept.push(some[second]);
  }
  return kept;
}
