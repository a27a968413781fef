import { calendarDate } from "../unified.js";

const months = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");

/** `2026-12-25` of `25DEC26`, as Bybit and Deribit write a day of delivery; null when there is no such day. */
export function readDay(text: string): string | null {
  const match = /^(\d{1,2})([A-Z]{3})(\d\d)$/.exec(text);
  if (match === null) return null;
  return calendarDate(2000 + Number(match[3]), months.indexOf(match[2]) + 1, Number(match[1]));
}

/** `25DEC26` of `2026-12-25`; the day has no leading zero. */
export function writeDay(expiry: string): string {
  return `${Number(expiry.slice(8, 10))}${months[Number(expiry.slice(5, 7)) - 1]}${expiry.slice(2, 4)}`;
}
