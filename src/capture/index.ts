export * from "./capture";
