import * as libim from "./index.js";

export * from "./index.js";
export default libim;
