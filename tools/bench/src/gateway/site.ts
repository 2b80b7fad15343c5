import type { Program } from '../programs.ts';

/** Something that listens on a port of loopback: the backend, or a proxy in front of it. */
export interface Site {
  readonly program: Program;
  readonly port: number;
}

/** What starting a site may use. */
export interface Ground {
  /** For its configuration; removed with everything in it. */
  readonly directory: string;
  /** Where programs are told to run. */
  readonly core: number;
  /** Whatever is started is to be stopped with it. */
  readonly opened: AsyncDisposableStack;
}

/** Whether an address answers 200. */
export async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false; // not listening yet
  }
}

export const addressOf = (port: number, path: string) => `http://127.0.0.1:${port}${path}`;
