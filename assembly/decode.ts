// Entry point of the feed side: frame bytes in, records out.
import { LAYOUT_VERSION } from "../src/layout";
export const LAYOUT: i32 = LAYOUT_VERSION;
