// A file of its own: under `/csp/` an inline script would not run.
import init from "./suite.js";

await init();
