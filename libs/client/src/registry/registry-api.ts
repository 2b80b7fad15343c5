import type * as z from 'zod';

import { type Lease, type RegisterRequestInput, RegisterResponse, RenewResponse } from '@signalbox/schemas';

import type { ApiAnswer, HttpApi } from '../connection/http-api.ts';

import { parseWire } from '../connection/wire-message.ts';
import { RefusedError, UnexpectedAnswerError } from '../errors.ts';

export interface InstanceKey {
  readonly service: string;
  readonly id: string;
}

/** How an instance stands with the registry. */
export interface Standing {
  readonly lease: Lease | null;
  readonly revision: number;
}

/** The calls of one instance on its own behalf. */
export class RegistryApi {
  readonly #api: HttpApi;
  readonly #path: string;

  constructor(api: HttpApi, { service, id }: InstanceKey) {
    this.#api = api;
    this.#path = `api/v1/services/${encodeURIComponent(service)}/instances/${encodeURIComponent(id)}`;
  }

  async register(body: RegisterRequestInput, signal: AbortSignal): Promise<Standing> {
    return parseAnswer(RegisterResponse, await this.#api.request({ method: 'PUT', path: this.#path, body }, signal));
  }

  /** Resolves with undefined where the registry does not know the instance. */
  async renew(configurationVersion: string | undefined, signal: AbortSignal): Promise<Standing | undefined> {
    const body = configurationVersion === undefined ? {} : { configurationVersion };
    const answer = await known(this.#api.request({ method: 'PUT', path: `${this.#path}/lease`, body }, signal));
    if (answer === undefined) {
      return undefined;
    }
    const { ttlMs, renewEveryMs, revision } = parseAnswer(RenewResponse, answer);
    return { lease: { ttlMs, renewEveryMs }, revision };
  }

  /** Resolves with false where the registry does not know the instance. */
  async drain(signal: AbortSignal): Promise<boolean> {
    const path = `${this.#path}/status`;
    const answer = await known(this.#api.request({ method: 'PUT', path, body: { status: 'draining' } }, signal));
    return answer !== undefined;
  }

  async deregister(signal: AbortSignal): Promise<void> {
    await known(this.#api.request({ method: 'DELETE', path: this.#path }, signal));
  }
}

async function known(answer: Promise<ApiAnswer>): Promise<ApiAnswer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RefusedError && error.statusCode === 404) {
      return undefined;
    }
    throw error;
  }
}

/** Throws UnexpectedAnswerError for what does not satisfy the schema. */
export function parseAnswer<T>(schema: z.ZodType<T>, { url, body }: ApiAnswer): T {
  try {
    return parseWire(schema, body);
  } catch (error) {
    throw new UnexpectedAnswerError(url, error);
  }
}
