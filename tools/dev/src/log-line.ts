const LEVELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
};
/** Members that every line has, and that say nothing to a reader of one fleet on one machine. */
const UNSHOWN = new Set(['level', 'time', 'pid', 'hostname', 'name', 'msg', 'reqId']);

/** A structured log line as one that a person reads; anything else as it is. */
export function readableLine(line: string): string {
  const entry = parse(line);
  if (entry === undefined) {
    return line;
  }
  const { level, time, msg } = entry;
  const clock = typeof time === 'number' ? new Date(time).toISOString().slice(11, 23) : '';
  const fields = Object.entries(entry)
    .filter(([name]) => !UNSHOWN.has(name))
    .map(([name, value]) => `${name}=${shown(value)}`);
  return [clock, (LEVELS[Number(level)] ?? '').padEnd(5), typeof msg === 'string' ? msg : '', ...fields]
    .join(' ')
    .trimEnd();
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) {
    return undefined;
  }
  try {
    return JSON.parse(line) as Record<string, unknown>; // a text that begins with a brace parses to an object
  } catch {
    return undefined; // half a line, or a text that only looks like JSON
  }
}

function shown(value: unknown): string {
  const message = (value as { message?: unknown } | null)?.message; // a serialised error is known by its message
  return typeof message === 'string' ? message : typeof value === 'string' ? value : JSON.stringify(value);
}
