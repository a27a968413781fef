// Entry point of the engine side: records in, books and numbers out.
import { LAYOUT_VERSION } from "../src/layout";
export const LAYOUT: i32 = LAYOUT_VERSION;
