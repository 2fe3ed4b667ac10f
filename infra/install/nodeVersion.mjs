// Kept to syntax that the oldest Node versions with modules read, so that they print the message below and not a parse error.
const WANTED_MAJOR = 20;
const WANTED_MINOR = 19;

/**
 * What is wrong with this version of Node, or undefined when nothing is.
 *
 * @param {string} version as in `process.versions.node`
 * @returns {string | undefined}
 */
export function nodeVersionProblem(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > WANTED_MAJOR || (major === WANTED_MAJOR && minor >= WANTED_MINOR)) return undefined;
  return `ALA needs Node ${WANTED_MAJOR}.${WANTED_MINOR} or later; this is ${version} (${process.execPath}). Get one from https://nodejs.org.`;
}
