/** What is wrong with the environment or the data folder, in words for the operator: a line for each mistake. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
