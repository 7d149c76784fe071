import { memberOf } from './memberOf';

/**
 * The service.name that an OTLP/JSON file of spans agrees on, undefined when it names none or several. The file may hold one request or one a line.
 */
export function serviceNameOf(bytes: Uint8Array): string | undefined {
  const names = new Set<string>();
  for (const request of requestsOf(new TextDecoder().decode(bytes).trim())) {
    for (const resourceSpans of listOf(request, 'resourceSpans')) {
      for (const attribute of listOf(memberOf(resourceSpans, 'resource'), 'attributes')) {
        const value = memberOf(memberOf(attribute, 'value'), 'stringValue');
        if (memberOf(attribute, 'key') === 'service.name' && typeof value === 'string') {
          names.add(value);
        }
      }
    }
  }
  return names.size === 1 ? [...names][0] : undefined;
}

function requestsOf(text: string): unknown[] {
  return parse(text) ?? text.split('\n').flatMap((line) => parse(line) ?? []);
}

function parse(json: string): unknown[] | undefined {
  try {
    return [JSON.parse(json)];
  } catch {
    return undefined;
  }
}

function listOf(value: unknown, name: string): unknown[] {
  const list = memberOf(value, name);
  return Array.isArray(list) ? list : [];
}
