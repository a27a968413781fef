import { InvalidArgumentError } from "commander";

/** Seconds above 0. */
export function durationOf(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0) || !Number.isFinite(seconds)) throw new InvalidArgumentError("give seconds above 0");
  return seconds;
}

/** A TCP port, 0 for a free one. */
export function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError("give a port from 0 to 65535");
  return port;
}

/** A seed of a generator. */
export function seedOf(text: string): number {
  const seed = Number(text);
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff)
    throw new InvalidArgumentError("give a whole number from 0 to 4294967295");
  return seed;
}
