/** Query parameters that grant what the rest of an address names: signatures of presigned addresses, and tokens. */
const secret =
  /^(?:x-amz-signature|x-amz-security-token|x-goog-signature|signature|sig|token|access_token|api[-_]?key|key|password|secret)$/i;

/** Names of the parameters of a path that are secrets. @param path percent-encoded, with its query string */
export function secretParametersIn(path: string): string[] {
  return parametersOf(path).flatMap((parameter) => (isSecret(parameter) ? [nameOf(parameter)] : []));
}

/** The path for people to read: values of secrets are left out. */
export function withoutSecrets(path: string): string {
  const [address = ''] = path.split('?', 1);
  const parameters = parametersOf(path).map((parameter) => (isSecret(parameter) ? `${nameOf(parameter)}=…` : parameter));
  return parameters.length === 0 ? address : `${address}?${parameters.join('&')}`;
}

function parametersOf(path: string): string[] {
  const start = path.indexOf('?');
  return start < 0 ? [] : path.slice(start + 1).split('&');
}

/** Without a value there is nothing to keep. */
function isSecret(parameter: string): boolean {
  return parameter.length > nameOf(parameter).length + 1 && secret.test(nameOf(parameter));
}

function nameOf(parameter: string): string {
  return parameter.replace(/=.*$/s, '');
}
