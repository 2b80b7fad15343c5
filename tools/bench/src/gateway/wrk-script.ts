import type { Workload } from './workload.ts';

/** The Lua script that makes wrk send a workload, look at every answer, and print the outcome as JSON. */
export function toWrkScript({ method, paths = [], headers, body, status = 200, answerBytes }: Workload): string {
  return `
wrk.method = ${luaString(method)}
wrk.body = ${body === '' ? 'nil' : luaString(body)}
${Object.entries(headers)
  .map(([name, value]) => `wrk.headers[${luaString(name)}] = ${luaString(value)}`)
  .join('\n')}
${paths.length === 0 ? '' : inTurn(paths)}
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init() wrong = 0 end
function response(status, _, body)
  if status ~= ${status} or #body ~= ${answerBytes} then wrong = wrong + 1 end
end
function done(summary)
  local errors = summary.errors
  local wrongs = errors.connect + errors.read + errors.write + errors.timeout
  for _, thread in ipairs(threads) do wrongs = wrongs + thread:get("wrong") end
  io.write(string.format('{"completed":%d,"wrong":%d}\\n', summary.requests, wrongs))
end
`;
}

/** Requests made once: making one for every answer would cost more than sending it. */
function inTurn(paths: readonly string[]): string {
  return `
local requests = {}
local sent = 0
function request()
  if sent == 0 then
    for _, path in ipairs({ ${paths.map(luaString).join(', ')} }) do table.insert(requests, wrk.format(nil, path)) end
  end
  sent = sent + 1
  return requests[sent % #requests + 1]
end
`;
}

/** Throws a RangeError for what would need an escape that Lua and JSON spell differently. */
function luaString(text: string): string {
  if (!/^[ -~]*$/.test(text)) {
    throw new RangeError(`text: must be printable ASCII, not "${text}"`);
  }
  return JSON.stringify(text);
}
