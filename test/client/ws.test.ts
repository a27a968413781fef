import { conformance } from "./conformance.js";

conformance("ws");
