import init from "./fails.js";

await init();
