/** RFC 3339 in UTC, to the microsecond: `2026-08-12T19:28:08.631028Z`. */
export function isoMicros(epochMs: number): string {
  const micros = Math.floor(epochMs * 1000);
  const seconds = Math.floor(micros / 1e6);
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${String(micros - seconds * 1e6).padStart(6, "0")}Z`;
}
