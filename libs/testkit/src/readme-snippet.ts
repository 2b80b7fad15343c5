import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const TYPESCRIPT_BLOCK = /^```ts\n(.*?)^```$/gms;
const PRINTS = /\/\/ prints (.*)$/gm;

/** A program in a README: a block marked `ts` that is complete, with `// prints …` for each line that it prints, in order. */
export class ReadmeSnippet {
  /** Where its first line stands in the README, from 1. */
  readonly line: number;
  readonly source: string;
  readonly #directory: string;

  private constructor(source: string, line: number, directory: string) {
    this.source = source;
    this.line = line;
    this.#directory = directory;
  }

  /** Those of a package's README, in their order. Throws a RangeError where there are none: then nothing would be tested. */
  static readAll(readme: URL): readonly ReadmeSnippet[] {
    const document = readFileSync(readme, 'utf8');
    const directory = fileURLToPath(new URL('.', readme));
    const snippets = [...document.matchAll(TYPESCRIPT_BLOCK)].map(({ index, 1: source = '' }) => {
      const line = document.slice(0, index).split('\n').length + 1;
      return new ReadmeSnippet(source, line, directory);
    });
    if (snippets.length === 0) {
      throw new RangeError(`${readme.pathname}: has no block marked ts`);
    }
    return snippets;
  }

  /** What it says that it prints. */
  get prints(): string {
    return [...this.source.matchAll(PRINTS)].map(([, line = '']) => `${line}\n`).join('');
  }

  /**
   * Runs it as a process in the package's directory, from source, with `environment` besides its own; what it printed.
   * Rejects with its errors where it fails.
   */
  async run(environment: Readonly<Record<string, string>> = {}): Promise<string> {
    const options = ['--conditions=@signalbox/source', '--input-type=module-typescript', '-'];
    const child = spawn(process.execPath, options, {
      cwd: this.#directory,
      env: { ...process.env, FORCE_COLOR: '0', ...environment }, // what runs the tests may ask for colours, and a README shows none
    });
    const outcome = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    child.stdin.end(this.source);
    const [printed, errors] = await outcome;
    if (child.exitCode !== 0) {
      throw new Error(
        `the snippet at line ${this.line} ended with ${child.exitCode ?? child.signalCode ?? '?'}: ${errors}`,
      );
    }
    return printed;
  }
}
