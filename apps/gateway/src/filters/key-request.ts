import { type ClientRequest, type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';

import { UnusableKeysError } from './errors.ts';

/** Of an answer; the largest key sets in use have a few thousand. */
export const MAX_ANSWER_BYTES = 65_536;

/**
 * What is answered at an address, over a connection of its own. Redirects are not followed: the address was chosen by whoever writes the
 * configuration, and nobody else. Rejects with an UnusableKeysError for any status other than 200 and for more than MAX_ANSWER_BYTES, with
 * the system's error where the connection fails, and when the signal is aborted.
 */
export async function requestKeys(url: URL, signal: AbortSignal): Promise<string> {
  const send = url.protocol === 'https:' ? requestSecure : requestPlain;
  const request = send(url, { agent: false, signal, headers: { accept: 'application/json' } });
  try {
    return await bodyOf(await answerTo(request));
  } finally {
    request.destroy();
  }
}

async function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request.on('response', resolve).on('error', reject).end();
  return promise;
}

async function bodyOf(answer: IncomingMessage): Promise<string> {
  if (answer.statusCode !== 200) {
    throw new UnusableKeysError(`answered with status ${answer.statusCode ?? 0}`);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    // no encoding is set
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) {
      throw new UnusableKeysError(`answered with more than ${MAX_ANSWER_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
