/** Digits after the point that a scaled price or size keeps: far below any coin's smallest step. */
const SCALE = 24;
const PATTERN = /^(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

/** A number that is not negative, exactly as its text says it. */
export interface DecimalText {
  text: string;
  /** The number times 10^24: texts that differ only in zeros are equal here. */
  scaled: bigint;
  /** Digits after the point, trailing zeros included. */
  decimals: number;
}

/** Reads the text of a price or size; null for what is none, or finer than 24 digits after the point. */
export function decimalText(text: string): DecimalText | null {
  const found = PATTERN.exec(text);
  if (found === null) return null;
  const [, whole, fraction = "", exponent = "0"] = found;
  const decimals = fraction.length - Number(exponent);
  if (decimals > SCALE || decimals < -SCALE) return null;
  return { text, scaled: BigInt(whole + fraction) * 10n ** BigInt(SCALE - decimals), decimals: Math.max(0, decimals) };
}

/** The digits of a scaled number with so many after the point, without the point and without leading zeros. */
export function digitsOf(scaled: bigint, decimals: number): string {
  return String(scaled / 10n ** BigInt(SCALE - decimals));
}
