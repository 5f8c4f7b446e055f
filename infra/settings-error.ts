/** What is wrong with the settings of a deployment: one sentence a line. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}
