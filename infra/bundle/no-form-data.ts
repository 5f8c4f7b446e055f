/**
 * Stands in for the package form-data within the bundles. axios asks for it to send multipart bodies,
 * which nobody here does; it would bring a table of all media types along (133 KB).
 */
export default class FormData {
  constructor() {
    throw new Error('Multipart bodies are left out of the bundle');
  }
}
