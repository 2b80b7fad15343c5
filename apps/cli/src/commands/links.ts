import type { DirectoryTree } from '../sources/directory-tree.ts';
import type { Output } from './output.ts';

export function tellLinks({ links }: Pick<DirectoryTree, 'links'>, output: Output): void {
  for (const path of links) {
    output.error(`${path} is a symbolic link: it is not read, and the config-server would not read it\n`);
  }
}
