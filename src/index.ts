export { CrosstickError, EXIT } from "./errors.js";
