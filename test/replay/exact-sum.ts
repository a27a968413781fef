/** Digits behind the point that a sum keeps: products of two prices of 12 digits are exact. */
const SCALE = 36;
const ONE = 10n ** BigInt(SCALE);

/** A sum of decimals, their products and quotients, in whole numbers of 10^-36. */
export class ExactSum {
  private units = 0n;

  add(units: bigint): void {
    this.units += units;
  }

  /** The exactly rounded f64. */
  get value(): number {
    return Number(`${this.units}e-${SCALE}`);
  }

  /** This sum over another, rounded once; null over nothing. */
  over(other: ExactSum): number | null {
    return other.units === 0n ? null : Number(`${(this.units * ONE) / other.units}e-${SCALE}`);
  }
}

/** A decimal text in units of 10^-36. */
export function exact(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) throw new Error(`${JSON.stringify(text)} is no plain decimal`);
  const [, sign, whole, fraction = ""] = match;
  return BigInt(sign + whole + fraction.padEnd(SCALE, "0"));
}

export const product = (a: bigint, b: bigint): bigint => (a * b) / ONE;
export const quotient = (a: bigint, b: bigint): bigint => (a * ONE) / b;
